package versions

import (
	"encoding/json"
	"strings"

	"github.com/jobledger/jobledger/schedule"
)

// Definition is what a version says about a job: what to run, where, and when.
// The fields have the names of the documented Jobs API. [Validator.Validate]
// checks them and fills in the defaults.
type Definition struct {
	// ClusterID is the cluster where the job runs; see [ValidID]. Required.
	ClusterID string
	// Description is for people: at most 1023 characters.
	Description string
	// Config is the workload: a JSON object of at most 256 KiB (see [Limits]).
	// Only the white space between its tokens is removed, so no number loses
	// precision. Required.
	Config json.RawMessage
	// TimeoutSeconds is how long a run may take; 0 means that there is no
	// limit.
	TimeoutSeconds int
	// SourceConfig says where the workload's code came from: a JSON object of
	// at most 8 KiB (see [Limits]), stored in the same way as Config. Nil means
	// none.
	SourceConfig json.RawMessage
	// DependsOn are the keys of the jobs that this job depends on, each once,
	// at most 100 (see [Limits]).
	DependsOn []string
	// CronExpression is the schedule, in the dialect of package schedule. It is
	// empty for a job that is started by people, or by its dependencies.
	CronExpression string
	// CronTimezone is the IANA time zone of the schedule. The default is UTC.
	CronTimezone string
	// ConcurrencyPolicy decides about a tick that is due while runs count. The
	// default is skip.
	ConcurrencyPolicy schedule.ConcurrencyPolicy
	// MaxConcurrentRuns is the most runs that count at once under the policy
	// allow. The default is 1.
	MaxConcurrentRuns int
	// MissedSchedulePolicy decides about ticks that no scheduler looked at in
	// time. The default is latest.
	MissedSchedulePolicy schedule.MissedSchedulePolicy
	// Retry says which runs are repeated. The zero value repeats none.
	Retry Retry
	// Parameters are the names that a run may set, with the values that apply
	// when it does not. See [CheckParameters] for the limits.
	Parameters map[string]string
	// JitterSeconds is the longest time that the run of a tick waits, so that
	// not all runs start at once. It is 0 to 3600, and less than
	// [schedule.Cron.ShortestInterval].
	JitterSeconds int

	// Unknown holds the fields that a newer version of this library wrote, in
	// their stored form. They are copied with the definition, also into drafts,
	// and nobody can edit them.
	Unknown []byte
}

// ScheduleText says in one line of English when the definition's schedule
// fires. It returns "" when there is no schedule. See [schedule.Cron.Describe].
func (d Definition) ScheduleText() string {
	if d.CronExpression == "" {
		return ""
	}
	if cron, err := d.Schedule(); err == nil {
		return cron.Describe()
	}
	// Another process may know the zone.
	cron, err := schedule.Parse(d.CronExpression, "UTC")
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(cron.Describe(), "UTC") + d.CronTimezone
}

// Schedule parses the definition's schedule. It returns nil when there is none.
// The error is a [*schedule.ParseError]; a valid definition has none, unless
// this process does not know its time zone.
func (d Definition) Schedule() (*schedule.Cron, error) {
	if d.CronExpression == "" {
		return nil, nil
	}
	return schedule.Parse(d.CronExpression, d.CronTimezone)
}
