package httpadapter

import (
	"maps"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// tickMembers is what became of a tick.
var tickMembers = show(
	shownTime("nominalAt", ours, moment(), func(t *jobs.Tick) time.Time { return t.NominalAt }),
	shownText("localTime", ours, localTime(), func(t *jobs.Tick) string { return t.LocalTime }),
	shownText("verdict", ours, named("Verdict", enum("fired", "skipped", "missed", "coalesced", "superseded", "paused")), func(t *jobs.Tick) string { return string(t.Verdict) }),
	shownOptional("reason", ours, text(), func(t *jobs.Tick) string { return t.Reason }),
	shownOptional("runId", ours, ledgerID(), func(t *jobs.Tick) string { return t.RunID }),
	shownFlag("shifted", ours, shifted(), func(t *jobs.Tick) bool { return t.Shifted }),
	shownNumber("count", ours, about("How many ticks in a row shared this fate.", numbered()), func(t *jobs.Tick) int { return t.Count }),
	shownTime("until", ours, about("The last of them. RFC 3339, UTC, six digits of a second.", moment()), func(t *jobs.Tick) time.Time { return t.Until }),
)

// fireMembers is a time at which a schedule fires.
var fireMembers = show(
	shownTime("nominalAt", ours, moment(), func(f *jobs.Fire) time.Time { return f.NominalAt }),
	shownText("localTime", ours, localTime(), func(f *jobs.Fire) string { return f.LocalTime }),
	shownFlag("shifted", ours, shifted(), func(f *jobs.Fire) bool { return f.Shifted }),
)

// previewMembers is when a job would fire.
var previewMembers = show(
	shown[jobs.Preview]{name: "items", origin: ours, schema: array(ref("Fire")), write: func(b []byte, name string, p *jobs.Preview) []byte {
		return appendAll(b, name, p.Fires, fireMembers)
	}},
	shownFlag("paused", ours, about("Whether the job is paused: then nothing fires until it is resumed.", flag()), func(p *jobs.Preview) bool { return p.Paused }),
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
	return about("The cron expression in words; null without one.", text())
}

func localTime() member {
	return about("nominalAt in the zone of the schedule, RFC 3339.", with(text(), "format", "date-time"))
}

func shifted() member {
	return about("Whether the wall-clock time did not exist, and the tick was moved behind the gap.", flag())
}
