package jobs

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// waitsFor is what a run waits for before it may be handed to an engine, beside
// its time, which is stepAt.
type waitsFor string

const (
	nothing waitsFor = ""
	// itsRelease: somebody made it with NewRun.Hold.
	itsRelease waitsFor = "release"
	// itsTime: somebody made it with NewRun.RunAt. Until then nothing waits for
	// it, and it takes nobody's place. A time alone, without this, is different:
	// such a run counts while it waits.
	itsTime waitsFor = "time"
	// itsTurn: it is one of a backfill, and no more may run now.
	itsTurn waitsFor = "turn"
	// upstreamRuns: they have not all ended well yet.
	upstreamRuns waitsFor = "dependencies"
	// suspects: the tick of the run was held, and an edit has settled it. The run
	// meets the concurrency policy when it is known which suspected runs are gone.
	// Its dependencies were asked already, those of the version that the tick was
	// due under.
	suspects waitsFor = "suspects"
	// predecessors: the runs that it replaces have not ended yet.
	predecessors waitsFor = "predecessors"
)

// free reports whether the run has not ended and waits for nothing but an
// engine, or for a time at which it holds its place already.
func (r *runLedger) free(now time.Time) bool {
	if r.Status.Terminal() {
		return false
	}
	return r.waitsFor == nothing || r.waitsFor == itsTime && !r.stepAt.After(now)
}

// waitsAfterTick reports whether the tick of the run has fired, and the run waits
// to meet the concurrency policy.
func (r *runLedger) waitsAfterTick() bool {
	return r.waitsFor == upstreamRuns || r.waitsFor == suspects
}

// readyAt is when the run may be handed to an engine; zero for never.
func (r *runLedger) readyAt() time.Time {
	if r.Status.dispatched() || !r.free(r.stepAt) {
		return time.Time{}
	}
	return r.stepAt
}

// waiting is what the run waits for at an instant, as callers see it.
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

// shown is the run of a job as callers see it at an instant.
func (r *runLedger) shown(jobKey string, now time.Time) Run {
	run := r.Run
	run.JobKey, run.WaitingFor = jobKey, r.waiting(now)
	return run
}

// startAt has a run that no engine has, and that waits for nothing else, start at
// a time, or at once when that is over. It counts while it waits.
func (r *runLedger) startAt(at, now time.Time) {
	r.waitsFor, r.Status, r.stepAt = nothing, RunReady, later(at, now)
	if at.After(now) {
		r.Status = RunPending
	}
}

// waitsForRuns reports whether the run waits for others of the job to end.
func (r *runLedger) waitsForRuns() bool { return r.waitsFor == predecessors || r.waitsFor == itsTurn }

// isQueued reports whether the run is one that others do not see yet.
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

// jitter is the part of a number of seconds that the run of a tick waits: the
// same for the same job and nominal time wherever it is asked for.
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
