package httpadapter

import (
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

func localTime() member {
	return about("nominalAt in the zone of the schedule, RFC 3339.", with(text(), "format", "date-time"))
}

func shifted() member {
	return about("Whether the wall-clock time did not exist, and the tick was moved behind the gap.", flag())
}
