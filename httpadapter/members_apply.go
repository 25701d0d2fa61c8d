package httpadapter

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// documentMembers are the members of a job's document, as an export writes it.
var documentMembers = show(slices.Concat(
	[]shown[jobs.NewJob]{
		shownText("jobKey", ours, jobKey(), func(j *jobs.NewJob) string { return j.Key }),
	},
	shownDefinition(func(j *jobs.NewJob) *versions.Definition { return &j.Definition }),
	[]shown[jobs.NewJob]{
		{name: "teamIds", origin: ours, schema: someTeams(), write: func(b []byte, name string, j *jobs.NewJob) []byte { return appendTexts(b, name, j.TeamIDs) }},
		{name: "labels", origin: ours, schema: labelsSchema(), write: func(b []byte, name string, j *jobs.NewJob) []byte { return appendPairs(b, name, j.Labels) }},
		shownText("status", ours, jobStatus(), func(j *jobs.NewJob) string { return string(j.Status) }),
		shownMaybeTime("pausedUntil", ours, func(j *jobs.NewJob) time.Time { return j.PausedUntil }),
	},
)...)

// document is one job of the body of an apply.
type document struct {
	newJob
	pausedUntil *string
}

// givenMembers are the members of a job in the body of an apply: those of a new
// job, and pausedUntil.
var givenMembers = func() (rows taking[document]) {
	rows = append(rows,
		take("pausedUntil", ours, about("When the pause ends, and the job becomes active. Only with the status paused.", nullable(moment())), func(j *document) **string { return &j.pausedUntil }),
	)
	for _, row := range newJobMembers {
		rows = append(rows, taken[document]{
			name: row.name, origin: row.origin, schema: row.schema, required: row.required,
			read: func(d *jsontext.Decoder, j *document) error { return row.read(d, &j.newJob) },
		})
	}
	return rows
}()

func (j *document) document() (jobs.NewJob, error) {
	var errs versions.FieldErrors
	job := j.job()
	job.PausedUntil = parseTime(&errs, "pausedUntil", j.pausedUntil)
	return job, errs.Err()
}

// appliedMembers are the members of what an apply did to one job.
var appliedMembers = show(
	shownText("jobKey", ours, jobKey(), func(a *jobs.Applied) string { return a.JobKey }),
	shownText("action", ours, enum("created", "updated", "published", "unchanged", "deleted", "refused"), func(a *jobs.Applied) string { return string(a.Action) }),
	shown[jobs.Applied]{name: "changes", origin: ours, schema: array(ref("Change")), write: func(b []byte, name string, a *jobs.Applied) []byte {
		return appendAll(b, name, a.Changes, changeMembers)
	}},
	shown[jobs.Applied]{name: "errors", origin: ours, schema: about("Why the job was refused; empty when it was not.", array(ref("RefusalReason"))), write: func(b []byte, name string, a *jobs.Applied) []byte {
		return appendAll(b, name, a.Errors, reasonMembers)
	}},
)

// reasonMembers are the members of one reason why a job was refused.
var reasonMembers = show(
	shownOptional("field", ours, about("The member of the job's document that is at fault. Null when no single member is.", text()), func(f *versions.FieldError) string { return f.Field }),
	shownText("detail", ours, text(), func(f *versions.FieldError) string { return f.Detail }),
)

// changeMembers are the members of one difference between two definitions, or
// between a job and its document.
var changeMembers = show(
	shownText("path", ours, about("The changed value, as a JSON pointer.", text()), func(c *versions.Change) string { return c.Path }),
	shown[versions.Change]{name: "from", origin: ours, schema: about("The value before the change. Null when there was none.", anyValue()), write: func(b []byte, name string, c *versions.Change) []byte { return appendRaw(b, name, c.From) }},
	shown[versions.Change]{name: "to", origin: ours, schema: about("The value after the change. Null when there is none.", anyValue()), write: func(b []byte, name string, c *versions.Change) []byte { return appendRaw(b, name, c.To) }},
)

func labelsSchema() member {
	return with(with(member{"type": "object"}, "additionalProperties", textUpTo(63)), "maxProperties", 16)
}

func appendAll[T any](b []byte, name string, list []T, rows showing[T]) []byte {
	b = append(append(b, name...), '[')
	for i := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = rows.append(b, &list[i], &Options{})
	}
	return append(b, ']')
}

func appendTexts(b []byte, name string, list []string) []byte {
	b = append(append(b, name...), '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}
