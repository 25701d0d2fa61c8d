package jobs

import (
	"fmt"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// runLedger is a run with what is kept beside it. Its methods are the
// transitions of a run's life; none does I/O.
type runLedger struct {
	Run
	revision int64
	// justEnded is whether the run has ended since it was read.
	justEnded bool
	// rest are fields that a newer version wrote.
	rest []byte

	// hold keeps a pending run until it is released.
	hold bool
	// waiting keeps a pending run until its dependencies have ended well.
	waiting bool
	// replacing keeps a pending run until those it replaces have ended.
	replacing bool

	// tokenDigest is the digest of what the engine of the current dispatch
	// reports with.
	tokenDigest []byte
	// acknowledged is whether the engine is known to have the run.
	acknowledged bool
	// attempts counts dispatches.
	attempts int
	// stepAt is when the next step of a run that is not dispatched is due.
	stepAt time.Time
	// leaseUntil is when the engine must have been heard of.
	leaseUntil time.Time
	// timeout is how long the run may take from when the engine is known to
	// have it; 0 for ever. timeoutAt is when that is over; zero for not yet known.
	timeout   time.Duration
	timeoutAt time.Time

	// owesCancel and owesCleanup are requests that the engine has not
	// acknowledged; owedAt is when to repeat them, owedTries how often they were made.
	owesCancel  bool
	owesCleanup bool
	owedAt      time.Time
	owedTries   int
	// forgetAt is when a run that has ended is removed; zero for never.
	forgetAt time.Time
	// deleted hides a run that somebody deleted while the engine was still
	// owed something for it.
	deleted bool
}

// counts reports whether the run counts against a concurrency policy.
func (r *runLedger) counts() bool {
	return !r.Status.Terminal() && !r.hold && !r.waiting && !r.replacing
}

// owes reports whether the engine has not acknowledged a request.
func (r *runLedger) owes() bool { return r.owesCancel || r.Status.Terminal() && r.owesCleanup }

// readyAt is when the run may be handed to an engine; zero for never.
func (r *runLedger) readyAt() time.Time {
	if r.Status.Terminal() || r.Status.dispatched() || !r.counts() {
		return time.Time{}
	}
	return r.stepAt
}

// deadlineAt is when the run is to be looked at whatever its engine does: its
// engine was silent for too long, its time is over, or it is not kept any
// longer. Zero for never.
func (r *runLedger) deadlineAt(o RunOptions) time.Time {
	switch {
	case r.Status.Terminal() && !r.owes():
		return r.forgetAt
	case !r.Status.dispatched():
		return time.Time{}
	}
	at := earliest(r.leaseUntil, r.timeoutAt)
	if !r.CancelRequestedAt.IsZero() {
		at = earliest(at, r.CancelRequestedAt.Add(o.CancelGrace))
	}
	return at
}

// debtAt is when the engine is to be asked for what the run owes it; zero for
// never.
func (r *runLedger) debtAt() time.Time {
	if !r.owes() {
		return time.Time{}
	}
	return r.owedAt
}

// earliest is the earlier of two times, of which zero is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// claim hands the run to a scheduler, which is about to dispatch it.
func (r *runLedger) claim(token string, timeoutSeconds int, o RunOptions, now time.Time) {
	r.Status, r.tokenDigest, r.acknowledged = RunStarting, tokenDigest(token), false
	r.attempts++
	r.leaseUntil = now.Add(o.Lease)
	r.timeout, r.timeoutAt = time.Duration(timeoutSeconds)*time.Second, time.Time{}
	if r.DispatchedAt.IsZero() {
		r.DispatchedAt = now
	}
	r.UpdatedAt = now
}

// taken notes that the engine is known to have the run. Its time counts from
// the first of that: what waits for room, or is dispatched again, does not run.
func (r *runLedger) taken(o RunOptions, now time.Time) {
	if !r.acknowledged && r.timeout > 0 {
		r.timeoutAt = now.Add(r.timeout)
	}
	r.acknowledged = true
	r.leaseUntil = now.Add(o.Lease)
}

// unclaim puts a run back that could not be dispatched, or ends it when that
// was tried often enough, or somebody asked it to stop meanwhile.
func (r *runLedger) unclaim(why string, o RunOptions, now time.Time) {
	switch {
	case !r.CancelRequestedAt.IsZero():
		r.owesCancel = true // an attempt may have reached the engine
		r.end(RunCancelled, "cancelled before it was dispatched", o, now)
	case r.attempts >= o.DispatchAttempts:
		r.owesCancel = true
		r.end(RunFailed, "could not be dispatched: "+why, o, now)
	default:
		r.Status = RunReady
		r.stepAt = now.Add(backoff(r.attempts, o.DispatchBackoff))
		r.UpdatedAt = now
	}
}

// refuse puts a run back that the engine had no room for.
func (r *runLedger) refuse(o RunOptions, now time.Time) {
	r.attempts--
	if r.attempts == 0 {
		r.DispatchedAt = time.Time{}
	}
	if !r.CancelRequestedAt.IsZero() {
		r.owesCancel = !r.DispatchedAt.IsZero()
		r.end(RunCancelled, "cancelled before it was dispatched", o, now)
		return
	}
	r.Status, r.UpdatedAt = RunReady, now
	r.stepAt = now.Add(o.DispatchBackoff)
}

// requestCancel asks the run to stop. One that is not dispatched ends at once;
// the engine is told all the same if an earlier dispatch may have reached it.
func (r *runLedger) requestCancel(by, why string, o RunOptions, now time.Time) {
	r.UpdatedAt, r.UpdatedBy = now, by
	if !r.Status.dispatched() {
		r.owesCancel = !r.DispatchedAt.IsZero()
		r.end(RunCancelled, why, o, now)
		return
	}
	if r.CancelRequestedAt.IsZero() {
		r.CancelRequestedAt = now
		r.owesCancel, r.owedAt, r.owedTries = true, now, 0
	}
}

// end gives the run a terminal status, which it keeps.
func (r *runLedger) end(status RunStatus, message string, o RunOptions, now time.Time) {
	wasDispatched := !r.DispatchedAt.IsZero()
	r.Status, r.FinishedAt, r.UpdatedAt, r.justEnded = status, now, now, true
	if message != "" {
		r.StatusMessage = message
	}
	r.hold, r.waiting, r.replacing = false, false, false
	r.owesCleanup = wasDispatched && r.wantsCleanup()
	r.owesCancel = r.owesCancel && wasDispatched
	r.owedAt, r.owedTries = now, 0
	if o.RetainFor > 0 {
		r.forgetAt = now.Add(o.RetainFor)
	}
}

func (r *runLedger) wantsCleanup() bool {
	switch r.ResourceCleanupMode {
	case CleanupNever:
		return false
	case CleanupOnSuccess:
		return r.Status == RunSucceeded
	}
	return true
}

// overdue ends a dispatched run, or takes it back, when one of its deadlines
// has passed; it reports whether it did anything.
func (r *runLedger) overdue(o RunOptions, now time.Time) bool {
	if !r.Status.dispatched() {
		return false
	}
	due := func(at time.Time) bool { return !at.IsZero() && !at.After(now) }
	switch {
	case due(r.timeoutAt):
		r.owesCancel = true
		r.end(RunTimeout, fmt.Sprintf("took longer than %s", r.timeout), o, now)
	case !r.CancelRequestedAt.IsZero() && (due(r.CancelRequestedAt.Add(o.CancelGrace)) || due(r.leaseUntil)):
		r.end(RunCancelled, "the engine did not confirm the cancel in time", o, now)
	case due(r.leaseUntil) && !r.acknowledged:
		r.unclaim("its dispatch was not acknowledged", o, now)
	case due(r.leaseUntil):
		r.owesCancel = true
		r.end(RunFailed, "lost: the engine was not heard of in time", o, now)
	default:
		return false
	}
	return true
}

// settled notes that the engine acknowledged, or not, what it was owed.
func (r *runLedger) settled(acknowledged bool, o RunOptions, now time.Time) {
	switch {
	case !acknowledged:
		r.owedTries++
		r.owedAt = now.Add(backoff(r.owedTries, o.DispatchBackoff))
		return
	case r.owesCancel:
		r.owesCancel = false
	case r.owesCleanup:
		r.owesCleanup = false
		r.CleanedAt = now
	}
	r.owedAt, r.owedTries = now, 0
}

// maxRepeatEvery bounds the wait before a request to an engine is repeated.
const maxRepeatEvery = 5 * time.Minute

// backoff doubles with each attempt that failed.
func backoff(failed int, first time.Duration) time.Duration {
	d := first
	for range failed - 1 {
		if d *= 2; d >= maxRepeatEvery {
			return maxRepeatEvery
		}
	}
	return d
}

// record is the run as the store keeps it.
func (r *runLedger) record(o RunOptions) storage.RunRecord {
	return storage.RunRecord{
		JobRef:     r.ref().job(),
		ID:         r.ID,
		Number:     r.Number,
		Revision:   r.revision,
		CreatedAt:  r.CreatedAt,
		Outcome:    r.Status.outcome(),
		ReadyAt:    r.readyAt(),
		DeadlineAt: r.deadlineAt(o),
		OwedAt:     r.debtAt(),
		Doc:        encodeRun(r),
	}
}
