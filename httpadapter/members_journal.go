package httpadapter

import (
	"strconv"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// eventMembers is an entry of the journal.
var eventMembers = show(
	shown[jobs.Event]{name: "seq", origin: ours, schema: about("The place in the organization's journal, rising in the order of commits.", place64(1)), write: func(b []byte, name string, e *jobs.Event) []byte {
		return strconv.AppendInt(append(b, name...), e.Seq, 10)
	}},
	shownTime("at", ours, moment(), func(e *jobs.Event) time.Time { return e.At }),
	shownText("kind", ours, about("What happened. A newer server may know further kinds.", text()), func(e *jobs.Event) string { return string(e.Kind) }),
	shownOptional("jobId", ours, ledgerID(), func(e *jobs.Event) string { return e.JobID }),
	shownOptional("jobKey", ours, text(), func(e *jobs.Event) string { return e.JobKey }),
	shownOptional("runId", ours, ledgerID(), func(e *jobs.Event) string { return e.RunID }),
	shownOptional("memberId", ours, embedderID(), func(e *jobs.Event) string { return e.Actor.MemberID }),
	shownPositive("fromVersion", ours, numbered(), func(e *jobs.Event) int { return e.FromVersion }),
	shownPositive("toVersion", ours, numbered(), func(e *jobs.Event) int { return e.ToVersion }),
	shownOptional("status", ours, runStatus(), func(e *jobs.Event) string { return string(e.Status) }),
	shownOptional("reason", ours, text(), func(e *jobs.Event) string { return e.Reason }),
	shownMaybeTime("nominalAt", ours, func(e *jobs.Event) time.Time { return e.NominalAt }),
	shownPositive("count", ours, about("How many ticks shared this fate.", numbered()), func(e *jobs.Event) int { return e.Count }),
	shownTime("until", ours, about("The last of several ticks. RFC 3339, UTC, six digits of a second.", nullable(moment())), func(e *jobs.Event) time.Time { return e.Until }),
	shownPositive("attempt", ours, numbered(), func(e *jobs.Event) int { return e.Attempt }),
	shownFlag("final", ours, about("Whether a run has ended and no other attempt follows it.", flag()), func(e *jobs.Event) bool { return e.Final }),
)

// eventListMembers is a page of the journal.
var eventListMembers = show(
	shown[jobs.EventList]{name: "items", origin: ours, schema: array(ref("Event")), write: func(b []byte, name string, l *jobs.EventList) []byte {
		return appendAll(b, name, l.Events, eventMembers)
	}},
	shown[jobs.EventList]{name: "marker", origin: ours, schema: about("What to give as after, to go on with what is newer.", place64(0)), write: func(b []byte, name string, l *jobs.EventList) []byte {
		return strconv.AppendInt(append(b, name...), l.Marker, 10)
	}},
	shown[jobs.EventList]{name: "before", origin: ours, schema: about("What to give as before, to go on with what is older; null at the end, and for pages that go on with what is newer.", nullable(place64(1))), write: func(b []byte, name string, l *jobs.EventList) []byte {
		if l.Before == 0 {
			return append(append(b, name...), "null"...)
		}
		return strconv.AppendInt(append(b, name...), l.Before, 10)
	}},
)

// place64 is a place in a journal.
func place64(least int) member {
	return member{"type": "integer", "format": "int64", "minimum": least}
}

// holdMembers is an organization's hold.
var holdMembers = show(
	shownOptional("reason", ours, text(), func(h *jobs.Hold) string { return h.Reason }),
	shownOptional("memberId", ours, about("Who set it, or changed its reason last.", embedderID()), func(h *jobs.Hold) string { return h.MemberID }),
	shownMaybeTime("since", ours, func(h *jobs.Hold) time.Time { return h.Since }),
)

// newHold is the body of PUT hold.
type newHold struct{ reason string }

var newHoldMembers = taking[newHold]{
	must(take("reason", ours, with(textUpTo(1023), "minLength", 1), func(h *newHold) *string { return &h.reason })),
}
