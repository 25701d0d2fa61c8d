package jobs

import (
	"fmt"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// runLedger is a run with everything that its document holds. Its methods are the
// transitions of a run's life. None does I/O.
type runLedger struct {
	Run
	revision int64
	// justEnded is whether the run has ended since it was read, and justStarted
	// whether an engine has begun to run it.
	justEnded, justStarted bool
	// began is whether a report has given the runner's start since the run was
	// read, and lost whether the run's lease was lost since then.
	began, lost bool
	// trace is the trace context in which the run was made.
	trace TraceContext
	// rest are fields that only a newer version of the library knows.
	rest []byte

	// waitsFor is what the run waits for, beside stepAt and the engine.
	waitsFor waitsFor

	// tokenDigest is the digest of the latest dispatch's token.
	tokenDigest []byte
	// acknowledged is whether the engine has reported since the latest dispatch.
	acknowledged bool
	// handed counts the dispatches that an engine may have taken.
	handed int
	// failedAt is when a dispatch last failed, and failedFor for how long
	// dispatches have failed.
	failedAt  time.Time
	failedFor time.Duration
	// stepAt is the earliest time at which the run may be dispatched.
	stepAt time.Time
	// leaseUntil is when the lease ends: by then the engine must report.
	leaseUntil time.Time
	// doubtedAt is when doubt last ended a lease that was too long; see doubt.
	doubtedAt time.Time
	// claimedAt is when a scheduler last claimed the run.
	claimedAt time.Time
	// timeout is how long the run may take, from the claim for the dispatch that an
	// engine took; 0 is no bound. timeoutAt is when the time is over; zero until it
	// is known that an engine has the run.
	timeout   time.Duration
	timeoutAt time.Time

	// retry is the retry policy of the version, set when the run is claimed.
	retry versions.Retry
	// refused is whether the engine has refused the run since it was read.
	refused bool

	// cleans is whether the run's dispatcher cleans up after runs.
	cleans bool
	// owesCancel and owesCleanup are the run's debts: requests that the engine has
	// not acknowledged. owedAt is when to make the next one.
	owesCancel  bool
	owesCleanup bool
	owedAt      time.Time
	// forgetAt is when a run that has ended is removed; zero for never.
	forgetAt time.Time
	// keyed is whether the run was made under an Idempotency-Key.
	keyed bool
	// deleted is whether a member deleted the run. It is kept, hidden, until it is
	// removable.
	deleted bool
}

// owes reports whether the run has a debt.
func (r *runLedger) owes() bool { return r.owesCancel || r.Status.Terminal() && r.owesCleanup }

// deadlineAt is when a scheduler must look at the run: at the end of its lease, of
// its timeout or of its cancel's grace, whichever is first; after its end, when it
// is kept no longer. Zero for never.
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

// debtAt is when to make the request that the run owes; zero for never.
func (r *runLedger) debtAt() time.Time {
	if !r.owes() {
		return time.Time{}
	}
	return r.owedAt
}

// earliest is the earlier of two times. It ignores a zero time.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// claim notes that a scheduler is about to dispatch the run. cleans is whether its
// dispatcher cleans up after runs.
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

// taken notes that an engine has the run. The timeout counts from the claim.
func (r *runLedger) taken() {
	if r.timeout > 0 && r.timeoutAt.IsZero() {
		r.timeoutAt = r.claimedAt.Add(r.timeout)
	}
}

// heard notes a report of the engine. It proves that the engine has the run, even
// if the dispatch seemed to fail.
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

// unclaim puts a run back after a dispatch that failed. It ends the run when
// somebody asked it to stop, or when dispatches have failed for longer than both
// RunOptions.DispatchFor and the run's timeout. A long gap between two tries does
// not fully count.
func (r *runLedger) unclaim(o RunOptions, now time.Time) {
	if !r.failedAt.IsZero() {
		r.failedFor += min(max(now.Sub(r.failedAt), 0), 2*maxRepeatEvery)
	}
	r.failedAt = now
	bound := max(r.timeout, o.DispatchFor)
	switch {
	case !r.CancelRequestedAt.IsZero():
		r.owesCancel = true // a dispatch may have reached the engine
		r.end(RunCancelled, "cancelled before it was dispatched", o, now)
	case r.failedFor >= bound:
		r.owesCancel = true
		r.end(RunFailed, fmt.Sprintf("could not be handed to the engine for %s", bound), o, now)
	default:
		r.putBack(now)
	}
}

// refuse puts a run back for which the engine had no room. The time until the next
// try does not count as failing.
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

// putBack makes the run ready again. Each scheduler keeps the time of its next try
// in memory, by its stopwatch, because a clock may be set.
func (r *runLedger) putBack(now time.Time) {
	r.Status, r.UpdatedAt = RunReady, now
	r.leaseUntil, r.timeoutAt = time.Time{}, time.Time{}
}

// requestCancel asks the run to stop. A run that is not dispatched ends at once;
// the engine gets a cancel too if it may have taken an earlier dispatch.
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

// end gives the run its terminal status.
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

// overdue ends a dispatched run, or puts it back, when one of its deadlines has
// passed and this scheduler has watched long enough. It reports whether it did
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
		r.end(RunFailed, "lost: the engine did not report in time", o, now)
	default:
		return false
	}
	return true
}

// mayArrive reports whether another scheduler's dispatch may still be on its way to
// the engine: the claim is still valid, and no report came.
func (r *runLedger) mayArrive(o RunOptions, now time.Time) bool {
	holds := r.leaseUntil.After(now) && !r.leaseUntil.After(now.Add(o.Lease))
	return !r.acknowledged && (r.Status.dispatched() || holds)
}

// settled notes that the engine acknowledged the run's first debt.
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

// record is the run's record for the store.
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
