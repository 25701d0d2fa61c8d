package versions

import (
	"bytes"
	"encoding/json"

	"github.com/jobledger/jobledger/schedule"
)

// fields is the table of a definition's fields, in the documented order. A new
// field needs a field in [Definition], one in [Patch], and a row here.
var fields = []Field{
	text(Field{Number: 2, Name: "clusterId", About: "The cluster where the job runs: an ID that the embedder chose.", Required: true, Pattern: IDPattern, check: checkID},
		func(d *Definition) *string { return &d.ClusterID },
		func(p *Patch) **string { return &p.ClusterID }),
	text(Field{Number: 3, Name: "description", MaxLength: maxDescription, check: checkText},
		func(d *Definition) *string { return &d.Description },
		func(p *Patch) **string { return &p.Description }),
	object(Field{Number: 4, Name: "config", About: aboutConfig, Required: true},
		func(d *Definition) *json.RawMessage { return &d.Config },
		func(p *Patch) **json.RawMessage { return &p.Config }),
	count(Field{Number: 5, Name: "timeoutSeconds", About: "How long a run may take, in seconds. 0 means that there is no limit.", check: checkCount},
		func(d *Definition) *int { return &d.TimeoutSeconds },
		func(p *Patch) **int { return &p.TimeoutSeconds }),
	object(Field{Number: 6, Name: "sourceConfig", About: "Where the workload's code came from. Null when there is none.", Nullable: true},
		func(d *Definition) *json.RawMessage { return &d.SourceConfig },
		func(p *Patch) **json.RawMessage { return &p.SourceConfig }),
	keys(Field{Number: 7, Name: "dependsOn"},
		func(d *Definition) *[]string { return &d.DependsOn },
		func(p *Patch) **[]string { return &p.DependsOn }),
	text(Field{Number: 8, Name: "cronExpression", About: aboutCron, Nullable: true, MaxLength: 100},
		func(d *Definition) *string { return &d.CronExpression },
		func(p *Patch) **string { return &p.CronExpression }),
	text(Field{Number: 9, Name: "cronTimezone", About: "An IANA time zone.", MaxLength: 64, Default: "UTC"},
		func(d *Definition) *string { return &d.CronTimezone },
		func(p *Patch) **string { return &p.CronTimezone }),
	text(Field{Number: 10, Name: "concurrencyPolicy", Enum: []string{"skip", "allow", "replace"}, Default: "skip", check: checkText},
		func(d *Definition) *string { return (*string)(&d.ConcurrencyPolicy) },
		func(p *Patch) **schedule.ConcurrencyPolicy { return &p.ConcurrencyPolicy }),
	count(Field{Number: 11, Name: "maxConcurrentRuns", Least: 1, Default: 1, check: checkCount},
		func(d *Definition) *int { return &d.MaxConcurrentRuns },
		func(p *Patch) **int { return &p.MaxConcurrentRuns }),
	text(Field{Number: 12, Name: "missedSchedulePolicy", Enum: []string{"latest", "skip", "all"}, Default: "latest", check: checkText},
		func(d *Definition) *string { return (*string)(&d.MissedSchedulePolicy) },
		func(p *Patch) **schedule.MissedSchedulePolicy { return &p.MissedSchedulePolicy }),
	record(Field{Number: 13, Name: "retry", About: aboutRetry, Ours: true, Nullable: true, check: checkRetry},
		func(d *Definition) *Retry { return &d.Retry },
		func(p *Patch) **Retry { return &p.Retry },
		func(r *Retry) *[]byte { return &r.Unknown },
		number(Field{Number: 2, Name: "maxAttempts", About: "The most attempts, including the first.", Required: true, Least: 1, Most: MaxAttempts},
			func(d *Definition) *int { return &d.Retry.MaxAttempts }),
		number(Field{Number: 3, Name: "backoffSeconds", About: "The wait before the second attempt, in seconds. Each later wait is twice as long.", Most: MaxBackoffSeconds},
			func(d *Definition) *int { return &d.Retry.BackoffSeconds }),
		number(Field{Number: 4, Name: "maxBackoffSeconds", About: "The longest wait, in seconds. The default is 3600, or backoffSeconds if that is longer.", Most: MaxBackoffSeconds},
			func(d *Definition) *int { return &d.Retry.MaxBackoffSeconds })),
	pairs(Field{Number: 14, Name: "parameters", About: aboutParameters, Ours: true, Pattern: ParameterPattern, MaxLength: MaxParameterBytes, Most: MaxParameters, check: checkParameters},
		func(d *Definition) *map[string]string { return &d.Parameters },
		func(p *Patch) **map[string]string { return &p.Parameters }),
	count(Field{Number: 15, Name: "jitterSeconds", About: aboutJitter, Ours: true, Most: maxJitter, check: checkCount},
		func(d *Definition) *int { return &d.JitterSeconds },
		func(p *Patch) **int { return &p.JitterSeconds }),
}

const (
	aboutConfig = "The workload: a JSON object, which is kept unchanged except for white space. Unless the embedder decides otherwise, it has the documented members sql, python, compute and lakesail, and at least one of sql and python."
	aboutCron   = "The schedule: five fields, or one of @hourly, @daily, @weekly, @monthly and @yearly. Null when there is none."
	aboutRetry  = "How often a run that failed, was lost or took too long is repeated. Null when it is not repeated."
	aboutJitter = "The longest time that the run of a tick waits before it starts, in seconds. It must be less than the shortest time between two fires of the schedule."

	aboutParameters = "The names that a run may set, each with its default. A value has at most 1024 bytes."
)

// withDefaults returns d with defaults in place of absent values.
func (d Definition) withDefaults() Definition {
	for i := range fields {
		switch v := fields[i].in(&d).(type) {
		case *string:
			if text, ok := fields[i].Default.(string); ok && *v == "" {
				*v = text
			}
		case *int:
			if n, ok := fields[i].Default.(int); ok && *v == 0 {
				*v = n
			}
		}
	}
	d.Retry = d.Retry.withDefaults()
	return d
}

// Clone returns a copy that shares no memory with d.
func (d Definition) Clone() Definition {
	for i := range fields {
		fields[i].clone(&d)
	}
	d.Unknown = bytes.Clone(d.Unknown)
	return d
}

// Diff returns the documented names of the fields that differ between a and b,
// in the documented order. It returns none when a and b are equal.
func Diff(a, b Definition) (names []string) {
	for i := range fields {
		if !fields[i].same(&a, &b) {
			names = append(names, fields[i].Name)
		}
	}
	return names
}

// Apply returns d with the patch applied. The result shares no memory with d or
// p.
func (p Patch) Apply(d Definition) Definition {
	p.put(&d)
	return d.Clone()
}

// Definition returns the patch applied to the zero Definition. The result
// shares memory with the patch.
func (p Patch) Definition() (d Definition) {
	p.put(&d)
	return d
}

func (p *Patch) put(d *Definition) {
	for i := range fields {
		fields[i].apply(p, d)
	}
}
