package jobs

import (
	"strings"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// EventKind says what happened to a job, or to an organization.
type EventKind string

// The kinds of events. Up to HoldLifted the actor is a member, with one exception:
// when a pause ends by itself, [JobUpdated] has the actor [teams.System]. From
// RunStarted on the actor is always teams.System.
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
	// a newer version of the library wrote it.
	EventUnreadable EventKind = "unreadable"
)

// Event is one entry of the journal: what happened to which job, and who did it. It
// is written in the same commit as the change that it describes, and kept for
// RunOptions.KeepEvents.
//
// Options.Observer gets each event at most once. It misses an event when the
// process dies just after the commit, or when the outcome of the commit is unknown.
// It gets what a member did before the operation returns, unless the operation's
// context ends first. It gets all other events soon after the commit; an event is
// dropped, and the log says so, when 1,000 others wait for the observer. Events of
// one job that are committed at the same time may arrive in another order; compare
// their Editions.
type Event struct {
	// Seq is the event's place in the journal of its organization, from 1. It rises
	// in the order of commits. It is 0 in events for an observer, which come before
	// the number is known.
	Seq  int64
	At   time.Time
	Kind EventKind
	// Actor is who did it: a member, or [teams.System].
	Actor teams.Actor
	// JobID and JobKey name the job. They are empty in an event about the
	// organization, as [HoldSet] is.
	JobID  string
	JobKey string
	// Edition is the job's edition after the change.
	Edition int64
	// RunID is the run that the event is about; empty in other events. Status is
	// then the run's status after the change. When a run started or ended, Attempt
	// is its number in its chain of retries, from 1. Final is whether a run has
	// ended and no other attempt follows.
	RunID   string
	Status  RunStatus
	Attempt int
	Final   bool
	// FromVersion and ToVersion are the numbers of the active version before and
	// after the change. They are equal unless the change activated another version.
	FromVersion int
	ToVersion   int
	// NominalAt is the nominal time of the tick, or of the tick that made the run.
	// If the event is about several ticks, Count is their number, NominalAt is the
	// first and Until the last.
	NominalAt time.Time
	Until     time.Time
	Count     int
	// Reason says, for people, why a tick did not fire, how a run ended, or why an
	// organization is held.
	Reason string

	// teamIDs are, in the event of a job's removal, the teams that the job was
	// granted to.
	teamIDs []string
	// operation is the ID of the commit of what a member did. When the store's
	// reply is lost, it shows whether the commit was made. Empty in other events.
	operation string
}

// record is the event for the store.
func (e *Event) record() storage.EventRecord { return storage.EventRecord{Doc: encodeEvent(e)} }

// maxReason is the most bytes of a run's message that an event repeats.
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

// happened is an event that no member caused.
func (l *ledger) happened(kind EventKind) *Event {
	return &Event{
		Kind: kind, Actor: teams.System(l.OrganizationID), JobID: l.ID, JobKey: l.Key, Edition: l.Edition,
		FromVersion: l.CurrentVersion, ToVersion: l.CurrentVersion,
	}
}

// tickEvents are the events of the ticks that made no run.
func (l *ledger) tickEvents(ticks []Tick) (events []storage.EventRecord) {
	for _, t := range ticks {
		if t.Verdict != schedule.VerdictFired {
			events = append(events, l.tickPassed(t).record())
		}
	}
	return events
}

// clip shortens a text to at most most bytes of valid UTF-8.
func clip(text string, most int) string {
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}
