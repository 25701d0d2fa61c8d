package jobs

import (
	"fmt"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// runLedger is a run with what is kept beside it. Its methods are the
// transitions of a run's life; none does I/O.
type runLedger struct {
	Run
	revision int64
	// justEnded is whether the run has ended since it was read, and justStarted
	// whether an engine has begun to run it.
	justEnded, justStarted bool
	// began is whether it is known since then when the runner started, and lost
	// whether its engine was silent for too long.
	began, lost bool
	// trace is where the run was made in a trace.
	trace TraceContext
	// rest are fields that a newer version wrote.
	rest []byte

	// waitsFor is what keeps a pending run, beside the scheduler.
	waitsFor waitsFor

	// tokenDigest is the digest of what the engine of the current dispatch
	// reports with.
	tokenDigest []byte
	// acknowledged is whether the engine has reported on the run.
	acknowledged bool
	// handed counts the dispatches that may have reached an engine.
	handed int
	// failedAt is when the engine last failed to take the run, and failedFor how
	// long it has failed to since the first time.
	failedAt  time.Time
	failedFor time.Duration
	// stepAt is from when on a run that is not dispatched may be.
	stepAt time.Time
	// leaseUntil is when the engine must have been heard of.
	leaseUntil time.Time
	// doubtedAt is when a lease that ended too far ahead was last taken for over.
	doubtedAt time.Time
	// claimedAt is when a scheduler claimed it last.
	claimedAt time.Time
	// timeout is how long the run may take from the claim whose dispatch was
	// taken; 0 for ever. timeoutAt is when that is over; zero while it is not
	// known that an engine has the run.
	timeout   time.Duration
	timeoutAt time.Time

	// retry says what follows the run, by the version that was claimed.
	retry versions.Retry
	// refused is whether the engine has said since the run was read that it will
	// never take it.
	refused bool

	// cleans is whether the dispatcher of the run has anything to clean up.
	cleans bool
	// owesCancel and owesCleanup are requests that the engine has not
	// acknowledged; owedAt is since when.
	owesCancel  bool
	owesCleanup bool
	owedAt      time.Time
	// forgetAt is when a run that has ended is removed; zero for never.
	forgetAt time.Time
	// keyed is whether the run was made under an Idempotency-Key.
	keyed bool
	// deleted hides a run that somebody deleted, see removable.
	deleted bool
}

// owes reports whether the engine has not acknowledged a request.
func (r *runLedger) owes() bool { return r.owesCancel || r.Status.Terminal() && r.owesCleanup }

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

// claim hands the run to a scheduler, which is about to dispatch it. cleans says
// whether its dispatcher has anything to clean up.
func (r *runLedger) claim(token string, v *versions.Version, cleans bool, o RunOptions, now time.Time) {
	r.Status, r.tokenDigest, r.acknowledged = RunStarting, tokenDigest(token), false
	r.cleans = r.cleans || cleans
	r.waitsFor = nothing
	r.handed++
	r.leaseUntil = now.Add(o.Lease)
	r.claimedAt = now
	r.retry = v.Retry
	r.timeout, r.timeoutAt = time.Duration(v.TimeoutSeconds)*time.Second, time.Time{}
	if r.DispatchedAt.IsZero() {
		r.DispatchedAt = now
	}
	r.UpdatedAt = now
}

// taken notes that an engine has the run: its time counts, from the claim.
func (r *runLedger) taken() {
	if r.timeout > 0 && r.timeoutAt.IsZero() {
		r.timeoutAt = r.claimedAt.Add(r.timeout)
	}
}

// heard notes that the engine reported: it has the run, whatever became of the
// request to take it.
func (r *runLedger) heard(o RunOptions, now time.Time) {
	if !r.Status.dispatched() {
		r.Status, r.UpdatedAt = RunStarting, now
		if r.timeout > 0 {
			r.timeoutAt = now.Add(r.timeout)
		}
	}
	r.taken()
	r.acknowledged, r.failedAt, r.failedFor = true, time.Time{}, 0
	r.leaseUntil = now.Add(o.Lease)
}

// unclaim puts a run back that no engine took. It ends when that has gone on for
// longer than the run itself may take, and RunOptions.DispatchFor, or when
// somebody asked it to stop meanwhile. Only time in which it was tried counts.
func (r *runLedger) unclaim(o RunOptions, now time.Time) {
	if !r.failedAt.IsZero() {
		r.failedFor += min(max(now.Sub(r.failedAt), 0), 2*maxRepeatEvery)
	}
	r.failedAt = now
	bound := max(r.timeout, o.DispatchFor)
	switch {
	case !r.CancelRequestedAt.IsZero():
		r.owesCancel = true // one may have reached the engine
		r.end(RunCancelled, "cancelled before it was dispatched", o, now)
	case r.failedFor >= bound:
		r.owesCancel = true
		r.end(RunFailed, fmt.Sprintf("could not be handed to the engine for %s", bound), o, now)
	default:
		r.putBack(now)
	}
}

// refuse puts a run back that the engine had no room for. That it waits does not
// count as failing.
func (r *runLedger) refuse(o RunOptions, now time.Time) {
	r.handed--
	if r.handed == 0 {
		r.DispatchedAt = time.Time{}
	}
	if !r.failedAt.IsZero() {
		r.failedAt = now
	}
	if !r.CancelRequestedAt.IsZero() {
		r.owesCancel = r.handed > 0
		r.end(RunCancelled, "cancelled before it was dispatched", o, now)
		return
	}
	r.putBack(now)
}

// reject ends a run that the engine will never take.
func (r *runLedger) reject(o RunOptions, now time.Time) {
	r.handed--
	if r.handed == 0 {
		r.DispatchedAt = time.Time{}
	}
	r.owesCancel, r.refused = r.handed > 0, true
	r.end(RunFailed, "the engine refused the run", o, now)
}

// putBack makes the run ready again. When it is tried next is for each scheduler
// to know: a time in the record would be one by a clock that may be set.
func (r *runLedger) putBack(now time.Time) {
	r.Status, r.UpdatedAt = RunReady, now
	r.leaseUntil, r.timeoutAt = time.Time{}, time.Time{}
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
		r.owesCancel, r.owedAt = true, now
	}
}

// end gives the run a terminal status, which it keeps.
func (r *runLedger) end(status RunStatus, message string, o RunOptions, now time.Time) {
	wasDispatched := !r.DispatchedAt.IsZero()
	r.Status, r.FinishedAt, r.UpdatedAt, r.justEnded = status, now, now, true
	if message != "" {
		r.StatusMessage = message
	}
	r.waitsFor = nothing
	r.owesCleanup = wasDispatched && r.cleans && r.wantsCleanup()
	r.owesCancel = r.owesCancel && wasDispatched
	r.owedAt = now
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
// has passed and its engine was watched long enough; it reports whether it did
// anything.
func (r *runLedger) overdue(seen sight, o RunOptions, now time.Time) bool {
	if !r.Status.dispatched() {
		return false
	}
	graceUntil := time.Time{}
	if !r.CancelRequestedAt.IsZero() {
		graceUntil = r.CancelRequestedAt.Add(o.CancelGrace)
	}
	lost := seen.lost(r.leaseUntil, now)
	r.lost = lost
	switch {
	case seen.enforces(r.timeoutAt, r.timeout, now):
		r.owesCancel = true
		r.end(RunTimeout, fmt.Sprintf("took longer than %s", r.timeout), o, now)
	case seen.enforces(graceUntil, o.CancelGrace, now) || lost && !graceUntil.IsZero():
		r.end(RunCancelled, "the engine did not confirm the cancel in time", o, now)
	case lost && !r.acknowledged:
		r.unclaim(o, now)
	case lost:
		r.owesCancel = true
		r.end(RunFailed, "lost: the engine was not heard of in time", o, now)
	default:
		return false
	}
	return true
}

// mayArrive reports whether a dispatch of another scheduler may still be on its
// way to the engine: its claim holds, and the engine has not been heard of.
func (r *runLedger) mayArrive(o RunOptions, now time.Time) bool {
	holds := r.leaseUntil.After(now) && !r.leaseUntil.After(now.Add(o.Lease))
	return !r.acknowledged && (r.Status.dispatched() || holds)
}

// settled notes that the engine did what it was owed.
func (r *runLedger) settled(now time.Time) {
	switch {
	case r.owesCancel:
		r.owesCancel = false
	case r.owesCleanup:
		r.owesCleanup = false
		r.CleanedAt = now
	}
	r.owedAt = now
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
