package jobs

import (
	"strings"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// EventKind is what happened to a job, or to an organization.
type EventKind string

// The kinds. Those down to HoldLifted are what somebody did; the rest happened.
const (
	JobCreated       EventKind = "job.created"
	JobUpdated       EventKind = "job.updated"
	JobDeleted       EventKind = "job.deleted"
	DraftCreated     EventKind = "draft.created"
	DraftUpdated     EventKind = "draft.updated"
	DraftDiscarded   EventKind = "draft.discarded"
	VersionPublished EventKind = "version.published"
	VersionActivated EventKind = "version.activated"
	TeamsGranted     EventKind = "teams.granted"
	TeamRevoked      EventKind = "team.revoked"
	ScheduleReset    EventKind = "schedule.reset"

	RunCreated         EventKind = "run.created"
	RunReleased        EventKind = "run.released"
	RunCancelRequested EventKind = "run.cancel_requested"
	RunDeleted         EventKind = "run.deleted"

	HoldSet    EventKind = "hold.set"
	HoldLifted EventKind = "hold.lifted"

	RunStarted      EventKind = "run.started"
	RunEndSucceeded EventKind = "run.succeeded"
	RunEndFailed    EventKind = "run.failed"
	RunEndCancelled EventKind = "run.cancelled"
	RunEndTimeout   EventKind = "run.timeout"

	TickSkipped    EventKind = "tick.skipped"
	TickMissed     EventKind = "tick.missed"
	TickCoalesced  EventKind = "tick.coalesced"
	TickSuperseded EventKind = "tick.superseded"
	TickPaused     EventKind = "tick.paused"

	// EventUnreadable is an event that this process cannot read: it is damaged, or
	// a newer version wrote it.
	EventUnreadable EventKind = "unreadable"
)

// Event says what happened to which job. Each is written to the journal of its
// organization, in the commit that made it so, and kept for
// RunOptions.KeepEvents.
//
// An observer is told of each at most once: it is lost when the process dies in
// between, or when it could not be known whether the change was made. Of what
// somebody did it is told after the commit, and before the operation returns unless
// its context ends first; of what happened, to runs and ticks too, soon after the
// commit, and not of what finds a thousand others waiting. Events of one job that
// were made at the same time may arrive in another order than they were made in;
// Edition tells.
type Event struct {
	// Seq is the event's place in the journal of its organization, from 1. It
	// rises in the order of commits. An observer is told before it is known: 0.
	Seq  int64
	At   time.Time
	Kind EventKind
	// Actor is who did it; [teams.System] where nobody did.
	Actor teams.Actor
	// JobID and JobKey are empty for what happened to the organization.
	JobID  string
	JobKey string
	// Edition is the job's edition after what was done.
	Edition int64
	// RunID is set for what was done or happened to a run. Status is then where
	// the run was after it, and Attempt its number in its chain, where one began
	// to run or has ended. Final is whether that end was the chain's: no other
	// attempt follows.
	RunID   string
	Status  RunStatus
	Attempt int
	Final   bool
	// FromVersion and ToVersion are the active version before and after. They
	// differ only where an operation changed it.
	FromVersion int
	ToVersion   int
	// NominalAt is the time of the tick, or of the run's tick; of several
	// ticks, the first, and Until is then the last. Count is how many ticks there
	// were.
	NominalAt time.Time
	Until     time.Time
	Count     int
	// Reason is why a tick did not fire, how a run ended, or why an organization
	// is held, for people.
	Reason string

	// teamIDs are, of a job's removal, the teams that it was granted to.
	teamIDs []string
	// operation is the ID of the commit of what somebody did: it tells whether
	// that was made when a reply was lost. Empty for what happened.
	operation string
}

// record is the event as the store keeps it.
func (e *Event) record() storage.EventRecord { return storage.EventRecord{Doc: encodeEvent(e)} }

// maxReason bounds how many bytes of a run's message an event repeats.
const maxReason = 256

// done is the event of what an actor did.
func (l *ledger) done(kind EventKind, actor teams.Actor, e edit) *Event {
	v := l.happened(kind)
	v.At, v.Actor, v.operation = e.at, actor, storage.NewOperationID(e.at)
	return v
}

// runEnded is the event of a run that has ended.
func (l *ledger) runEnded(r *runLedger) *Event {
	e := l.happened(EventKind("run." + string(r.Status)))
	e.RunID, e.NominalAt, e.Reason = r.ID, r.NominalAt, clip(r.StatusMessage, maxReason)
	e.Status, e.Attempt = r.Status, r.Attempt
	return e
}

// runStarted is the event of a run that an engine has begun to run.
func (l *ledger) runStarted(r *runLedger) *Event {
	e := l.happened(RunStarted)
	e.RunID, e.NominalAt, e.Status, e.Attempt = r.ID, r.NominalAt, r.Status, r.Attempt
	return e
}

// tickPassed is the event of ticks that made no run.
func (l *ledger) tickPassed(t Tick) *Event {
	e := l.happened(EventKind("tick." + string(t.Verdict)))
	e.NominalAt, e.Count, e.Reason, e.RunID = t.NominalAt, t.Count, t.Reason, t.RunID
	if t.Count > 1 {
		e.Until = t.Until
	}
	return e
}

// happened is an event that nobody caused.
func (l *ledger) happened(kind EventKind) *Event {
	return &Event{
		Kind: kind, Actor: teams.System(l.OrganizationID), JobID: l.ID, JobKey: l.Key, Edition: l.Edition,
		FromVersion: l.CurrentVersion, ToVersion: l.CurrentVersion,
	}
}

// tickEvents are the events of those ticks that made no run.
func (l *ledger) tickEvents(ticks []Tick) (events []storage.EventRecord) {
	for _, t := range ticks {
		if t.Verdict != schedule.VerdictFired {
			events = append(events, l.tickPassed(t).record())
		}
	}
	return events
}

// clip shortens a text to so many bytes of UTF-8.
func clip(text string, most int) string {
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}
