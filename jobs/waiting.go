package jobs

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// waitsFor is what a run waits for before it may be dispatched, beside its time,
// which is stepAt.
type waitsFor string

const (
	nothing waitsFor = ""
	// itsRelease: somebody made the run with NewRun.Hold.
	itsRelease waitsFor = "release"
	// itsTime: somebody made the run with NewRun.RunAt. Until then the run does not
	// count, and no dependent waits for it. A run that has only a stepAt is
	// different: it counts while it waits.
	itsTime waitsFor = "time"
	// itsTurn: the run is of a backfill, and its turn has not come.
	itsTurn waitsFor = "turn"
	// upstreamRuns: not all dependencies have ended well yet.
	upstreamRuns waitsFor = "dependencies"
	// suspects: the tick of the run was held, and an edit has settled it. The
	// concurrency policy decides about the run when it is known which suspected
	// runs are gone. Its dependencies were asked already.
	suspects waitsFor = "suspects"
	// predecessors: the runs that this one replaces have not all ended yet.
	predecessors waitsFor = "predecessors"
)

// free reports whether the run has not ended, and waits only for an engine, or for
// a stepAt while it counts.
func (r *runLedger) free(now time.Time) bool {
	if r.Status.Terminal() {
		return false
	}
	return r.waitsFor == nothing || r.waitsFor == itsTime && !r.stepAt.After(now)
}

// waitsAfterTick reports whether the run's tick has fired, and the concurrency
// policy is still to decide about the run.
func (r *runLedger) waitsAfterTick() bool {
	return r.waitsFor == upstreamRuns || r.waitsFor == suspects
}

// readyAt is when the run may be dispatched; zero for never.
func (r *runLedger) readyAt() time.Time {
	if r.Status.dispatched() || !r.free(r.stepAt) {
		return time.Time{}
	}
	return r.stepAt
}

// waiting is what callers see as Run.WaitingFor at an instant.
func (r *runLedger) waiting(now time.Time) WaitingFor {
	switch {
	case r.Status.Terminal() || r.Status.dispatched():
		return ""
	case r.waitsFor == itsRelease:
		return WaitingForRelease
	case r.waitsFor == upstreamRuns:
		return WaitingForDependencies
	case r.waitsFor != nothing && r.waitsFor != itsTime:
		return WaitingForPredecessor
	case r.stepAt.After(now):
		return WaitingForTime
	}
	return WaitingForEngine
}

// shown is the run as callers see it at an instant.
func (r *runLedger) shown(jobKey string, now time.Time) Run {
	run := r.Run
	run.JobKey, run.WaitingFor = jobKey, r.waiting(now)
	return run
}

// startAt makes a run that no engine has start at a time, or at once if that time
// has passed. The run then waits for nothing else, and counts while it waits.
func (r *runLedger) startAt(at, now time.Time) {
	r.waitsFor, r.Status, r.stepAt = nothing, RunReady, later(at, now)
	if at.After(now) {
		r.Status = RunPending
	}
}

// waitsForRuns reports whether the run waits for others of the job to end.
func (r *runLedger) waitsForRuns() bool { return r.waitsFor == predecessors || r.waitsFor == itsTurn }

// isQueued reports whether the run queues: nothing else takes note of it yet.
func (r *runLedger) isQueued() bool {
	return !r.Status.Terminal() && (r.waitsFor == itsTime || r.waitsFor == itsTurn)
}

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// jitter is how long the run of a tick waits, up to a number of seconds. It is the
// same in every process for the same job and nominal time.
func jitter(jobID string, nominalAt time.Time, seconds int) time.Duration {
	if seconds <= 0 {
		return 0
	}
	hash := sha256.New()
	hash.Write([]byte(jobID))
	hash.Write(binary.BigEndian.AppendUint64(nil, uint64(nominalAt.UnixMicro()))) //nolint:gosec // any bits do
	part := binary.BigEndian.Uint64(hash.Sum(nil)) % uint64(time.Duration(seconds)*time.Second/time.Microsecond)
	return time.Duration(part) * time.Microsecond //nolint:gosec // below an hour
}
