package httpadapter

import (
	"strconv"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// eventMembers is an entry of the journal.
var eventMembers = show(
	shown[jobs.Event]{name: "seq", origin: ours, schema: about("The event's place in the organization's journal. A later commit has a higher seq.", seqSchema(1)), write: func(b []byte, name string, e *jobs.Event) []byte {
		return strconv.AppendInt(append(b, name...), e.Seq, 10)
	}},
	shownTime("at", ours, moment(), func(e *jobs.Event) time.Time { return e.At }),
	shownText("kind", ours, about("What happened. A newer server may send other kinds.", text()), func(e *jobs.Event) string { return string(e.Kind) }),
	shownOptional("jobId", ours, ledgerID(), func(e *jobs.Event) string { return e.JobID }),
	shownOptional("jobKey", ours, text(), func(e *jobs.Event) string { return e.JobKey }),
	shownOptional("runId", ours, ledgerID(), func(e *jobs.Event) string { return e.RunID }),
	shownOptional("memberId", ours, embedderID(), func(e *jobs.Event) string { return e.Actor.MemberID }),
	shownPositive("fromVersion", ours, numbered(), func(e *jobs.Event) int { return e.FromVersion }),
	shownPositive("toVersion", ours, numbered(), func(e *jobs.Event) int { return e.ToVersion }),
	shownOptional("status", ours, runStatus(), func(e *jobs.Event) string { return string(e.Status) }),
	shownOptional("reason", ours, text(), func(e *jobs.Event) string { return e.Reason }),
	shownMaybeTime("nominalAt", ours, func(e *jobs.Event) time.Time { return e.NominalAt }),
	shownPositive("count", ours, about("How many ticks in a row this event is about.", numbered()), func(e *jobs.Event) int { return e.Count }),
	shownTime("until", ours, about("The nominal time of the last of these ticks. RFC 3339, UTC, six digits of a second.", nullable(moment())), func(e *jobs.Event) time.Time { return e.Until }),
	shownPositive("attempt", ours, numbered(), func(e *jobs.Event) int { return e.Attempt }),
	shownFlag("final", ours, about("Whether the run has ended, and no other attempt follows.", flag()), func(e *jobs.Event) bool { return e.Final }),
)

// eventListMembers is a page of the journal.
var eventListMembers = show(
	shown[jobs.EventList]{name: "items", origin: ours, schema: array(ref("Event")), write: func(b []byte, name string, l *jobs.EventList) []byte {
		return appendAll(b, name, l.Events, eventMembers)
	}},
	shown[jobs.EventList]{name: "marker", origin: ours, schema: about("Pass it as after to read the events that are newer.", seqSchema(0)), write: func(b []byte, name string, l *jobs.EventList) []byte {
		return strconv.AppendInt(append(b, name...), l.Marker, 10)
	}},
	shown[jobs.EventList]{name: "before", origin: ours, schema: about("Pass it as before to read the events that are older. Null when there are none, and on pages that were asked for with after.", nullable(seqSchema(1))), write: func(b []byte, name string, l *jobs.EventList) []byte {
		if l.Before == 0 {
			return append(append(b, name...), "null"...)
		}
		return strconv.AppendInt(append(b, name...), l.Before, 10)
	}},
)

// seqSchema is the schema of the seq of an event.
func seqSchema(least int) member {
	return member{"type": "integer", "format": "int64", "minimum": least}
}

// holdMembers is an organization's hold.
var holdMembers = show(
	shownOptional("reason", ours, text(), func(h *jobs.Hold) string { return h.Reason }),
	shownOptional("memberId", ours, about("The member who set the hold, or who last changed its reason.", embedderID()), func(h *jobs.Hold) string { return h.MemberID }),
	shownMaybeTime("since", ours, func(h *jobs.Hold) time.Time { return h.Since }),
)

// newHold is the body of PUT hold.
type newHold struct{ reason string }

var newHoldMembers = taking[newHold]{
	must(take("reason", ours, with(textUpTo(1023), "minLength", 1), func(h *newHold) *string { return &h.reason })),
}
