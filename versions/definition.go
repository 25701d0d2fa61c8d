package versions

import (
	"bytes"
	"encoding/json"
	"slices"

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
}

// withDefaults fills in what is absent.
func (d Definition) withDefaults() Definition {
	if d.CronTimezone == "" {
		d.CronTimezone = "UTC"
	}
	if d.ConcurrencyPolicy == "" {
		d.ConcurrencyPolicy = schedule.ConcurrencySkip
	}
	if d.MaxConcurrentRuns == 0 {
		d.MaxConcurrentRuns = 1
	}
	if d.MissedSchedulePolicy == "" {
		d.MissedSchedulePolicy = schedule.MissedLatest
	}
	if bytes.Equal(bytes.TrimSpace(d.SourceConfig), []byte("null")) {
		d.SourceConfig = nil
	}
	return d
}

// Clone returns a copy that shares nothing with d.
func (d Definition) Clone() Definition {
	d.Config = bytes.Clone(d.Config)
	d.SourceConfig = bytes.Clone(d.SourceConfig)
	d.DependsOn = slices.Clone(d.DependsOn)
	return d
}

// Schedule parses the definition's schedule; nil when it has none. A valid
// definition has no error here.
func (d Definition) Schedule() (*schedule.Cron, error) {
	if d.CronExpression == "" {
		return nil, nil
	}
	return schedule.Parse(d.CronExpression, d.CronTimezone)
}

// Diff returns the documented names of the fields in which a and b differ, in
// the documented order; none when they say the same.
func Diff(a, b Definition) []string {
	var fields []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"clusterId", a.ClusterID == b.ClusterID},
		{"description", a.Description == b.Description},
		{"config", bytes.Equal(a.Config, b.Config)},
		{"timeoutSeconds", a.TimeoutSeconds == b.TimeoutSeconds},
		{"sourceConfig", bytes.Equal(a.SourceConfig, b.SourceConfig)},
		{"dependsOn", slices.Equal(a.DependsOn, b.DependsOn)},
		{"cronExpression", a.CronExpression == b.CronExpression},
		{"cronTimezone", a.CronTimezone == b.CronTimezone},
		{"concurrencyPolicy", a.ConcurrencyPolicy == b.ConcurrencyPolicy},
		{"maxConcurrentRuns", a.MaxConcurrentRuns == b.MaxConcurrentRuns},
		{"missedSchedulePolicy", a.MissedSchedulePolicy == b.MissedSchedulePolicy},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}
