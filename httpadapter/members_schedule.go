package httpadapter

import (
	"maps"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// tickMembers are the members of a tick that was settled.
var tickMembers = show(
	shownTime("nominalAt", ours, moment(), func(t *jobs.Tick) time.Time { return t.NominalAt }),
	shownText("localTime", ours, localTime(), func(t *jobs.Tick) string { return t.LocalTime }),
	shownText("verdict", ours, named("Verdict", enum("fired", "skipped", "missed", "coalesced", "superseded", "paused")), func(t *jobs.Tick) string { return string(t.Verdict) }),
	shownOptional("reason", ours, text(), func(t *jobs.Tick) string { return t.Reason }),
	shownOptional("runId", ours, ledgerID(), func(t *jobs.Tick) string { return t.RunID }),
	shownFlag("shifted", ours, shifted(), func(t *jobs.Tick) bool { return t.Shifted }),
	shownNumber("count", ours, about("How many ticks in a row this row is about. They have the same verdict and reason.", numbered()), func(t *jobs.Tick) int { return t.Count }),
	shownTime("until", ours, about("The nominal time of the last of these ticks. RFC 3339, UTC, six digits of a second.", moment()), func(t *jobs.Tick) time.Time { return t.Until }),
)

// fireMembers are the members of a time at which a schedule fires.
var fireMembers = show(
	shownTime("nominalAt", ours, moment(), func(f *jobs.Fire) time.Time { return f.NominalAt }),
	shownText("localTime", ours, localTime(), func(f *jobs.Fire) string { return f.LocalTime }),
	shownFlag("shifted", ours, shifted(), func(f *jobs.Fire) bool { return f.Shifted }),
)

// previewMembers are the members of a preview.
var previewMembers = show(
	shown[jobs.Preview]{name: "items", origin: ours, schema: array(ref("Fire")), write: func(b []byte, name string, p *jobs.Preview) []byte {
		return appendAll(b, name, p.Fires, fireMembers)
	}},
	shownFlag("paused", ours, about("Whether the job is paused. A paused job does not fire.", flag()), func(p *jobs.Preview) bool { return p.Paused }),
	shownOptional("scheduleText", ours, scheduleText(), func(p *jobs.Preview) string { return p.Text }),
)

// previewRequest is the body of POST preview.
type previewRequest struct {
	expression, zone field[string]
	n                *int
}

var previewRequestMembers = taking[previewRequest]{
	take("cronExpression", ours, definitionSchema(fieldNamed("cronExpression"), true), func(p *previewRequest) *field[string] { return &p.expression }),
	take("cronTimezone", ours, definitionSchema(fieldNamed("cronTimezone"), true), func(p *previewRequest) *field[string] { return &p.zone }),
	take("n", ours, nullable(maps.Clone(previewCount.schema)), func(p *previewRequest) **int { return &p.n }),
}

func scheduleText() member {
	return about("The cron expression in words. Null when the job has no schedule.", text())
}

func localTime() member {
	return about("nominalAt in the time zone of the schedule. RFC 3339.", with(text(), "format", "date-time"))
}

func shifted() member {
	return about("Whether the wall-clock time that the expression asks for does not exist. The tick is then the first instant after the gap.", flag())
}
