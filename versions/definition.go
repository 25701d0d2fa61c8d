package versions

import (
	"encoding/json"
	"strings"

	"github.com/jobledger/jobledger/schedule"
)

// Definition is what a version says about a job: where and what to run, and
// when. Field names are those of the documented Jobs API.
type Definition struct {
	// ClusterID is where the job runs. Required.
	ClusterID string
	// Description is for people; at most 1023 characters.
	Description string
	// Config is the workload, a JSON object, kept as it came but for white
	// space between its tokens: no number loses precision. Required.
	Config json.RawMessage
	// TimeoutSeconds ends a run that takes longer; 0 for never.
	TimeoutSeconds int
	// SourceConfig says where the workload's code came from, a JSON object
	// kept like Config; nil for none.
	SourceConfig json.RawMessage
	// DependsOn are the keys of jobs that must have succeeded first, in the
	// order given, each once.
	DependsOn []string
	// CronExpression is the schedule; empty for a job that is run by hand or
	// by its dependencies.
	CronExpression string
	// CronTimezone is the IANA time zone of the schedule; UTC by default.
	CronTimezone string
	// ConcurrencyPolicy decides about ticks that meet running runs; skip by default.
	ConcurrencyPolicy schedule.ConcurrencyPolicy
	// MaxConcurrentRuns bounds parallel runs under the policy allow; 1 by default.
	MaxConcurrentRuns int
	// MissedSchedulePolicy decides about ticks that nobody took; latest by default.
	MissedSchedulePolicy schedule.MissedSchedulePolicy
	// Retry says what follows a run that did not succeed; nothing by default.
	Retry Retry
	// Parameters are the names that a run may set, each with the value that
	// holds when it does not: at most 50, values up to 1 KiB.
	Parameters map[string]string
	// JitterSeconds is how long at most the start of a scheduled run waits, so
	// that not all start at once; 0 to 3600, and less than
	// [schedule.Cron.ShortestInterval].
	JitterSeconds int

	// Unknown holds, as they are kept, the fields that a newer version of this
	// library wrote and this one does not know. It goes where the rest goes: a
	// draft of this definition has it, and nobody edits it.
	Unknown []byte
}

// ScheduleText says in one line of English when the definition's schedule fires,
// for people; empty without one. See [schedule.Cron.Describe].
func (d Definition) ScheduleText() string {
	if d.CronExpression == "" {
		return ""
	}
	if cron, err := d.Schedule(); err == nil {
		return cron.Describe()
	}
	// The zone may be known elsewhere.
	cron, err := schedule.Parse(d.CronExpression, "UTC")
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(cron.Describe(), "UTC") + d.CronTimezone
}

// Schedule parses the definition's schedule; nil when it has none. A valid
// definition has no error here.
func (d Definition) Schedule() (*schedule.Cron, error) {
	if d.CronExpression == "" {
		return nil, nil
	}
	return schedule.Parse(d.CronExpression, d.CronTimezone)
}
