package versions

import (
	"encoding/json"

	"github.com/jobledger/jobledger/schedule"
)

// Patch changes some fields of a [Definition]. A nil field keeps its value; a
// pointer to a zero value clears it, and then the default holds. Config,
// SourceConfig and DependsOn are replaced whole.
type Patch struct {
	ClusterID            *string
	Description          *string
	Config               *json.RawMessage
	TimeoutSeconds       *int
	SourceConfig         *json.RawMessage
	DependsOn            *[]string
	CronExpression       *string
	CronTimezone         *string
	ConcurrencyPolicy    *schedule.ConcurrencyPolicy
	MaxConcurrentRuns    *int
	MissedSchedulePolicy *schedule.MissedSchedulePolicy
}

// Apply returns d with the patch applied; it shares nothing with either.
func (p Patch) Apply(d Definition) Definition {
	set(&d.ClusterID, p.ClusterID)
	set(&d.Description, p.Description)
	set(&d.Config, p.Config)
	set(&d.TimeoutSeconds, p.TimeoutSeconds)
	set(&d.SourceConfig, p.SourceConfig)
	set(&d.DependsOn, p.DependsOn)
	set(&d.CronExpression, p.CronExpression)
	set(&d.CronTimezone, p.CronTimezone)
	set(&d.ConcurrencyPolicy, p.ConcurrencyPolicy)
	set(&d.MaxConcurrentRuns, p.MaxConcurrentRuns)
	set(&d.MissedSchedulePolicy, p.MissedSchedulePolicy)
	return d.Clone()
}

// set writes value to field, unless it is nil.
func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}
