package versions

import (
	"encoding/json"

	"github.com/jobledger/jobledger/schedule"
)

// Patch changes some fields of a [Definition]. A field that is nil keeps its
// value. A pointer to a zero value clears the field, which then has its
// default. Config, SourceConfig, DependsOn, Retry and Parameters are replaced
// as a whole.
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
	Retry                *Retry
	Parameters           *map[string]string
	JitterSeconds        *int
}
