package versions

import (
	"encoding/json"

	"github.com/jobledger/jobledger/schedule"
)

// Patch changes some fields of a [Definition]. A nil field keeps its value; a
// pointer to a zero value clears it, and then the default holds. Config,
// SourceConfig, DependsOn, Retry and Parameters are replaced whole.
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
