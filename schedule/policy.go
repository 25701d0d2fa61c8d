package schedule

import "fmt"

// ConcurrencyPolicy says what happens to a tick that falls due while earlier
// runs of the same job are not finished. Source: the documented Jobs API.
type ConcurrencyPolicy string

// The concurrency policies.
const (
	// ConcurrencySkip drops the tick while any run is non-terminal. It is the default.
	ConcurrencySkip ConcurrencyPolicy = "skip"
	// ConcurrencyAllow runs in parallel, up to the job's maximum of concurrent runs.
	ConcurrencyAllow ConcurrencyPolicy = "allow"
	// ConcurrencyReplace cancels the running run and starts a new one.
	ConcurrencyReplace ConcurrencyPolicy = "replace"
)

// Validate reports whether p is one of the policies. The empty policy is not
// one of them: the default is filled in where a definition is normalised.
func (p ConcurrencyPolicy) Validate() error {
	switch p {
	case ConcurrencySkip, ConcurrencyAllow, ConcurrencyReplace:
		return nil
	}
	return fmt.Errorf("must be one of skip, allow, replace")
}

// Admit decides about a run that could start now while counted runs count. It
// fires, under replace as a replacement when any counts ([ReasonReplace]), or it is
// skipped: for [ReasonOverlap], or under allow for [ReasonCap] when as many as
// most count. An unknown policy is skip.
func (p ConcurrencyPolicy) Admit(counted, most int) (Verdict, Reason) {
	switch {
	case p == ConcurrencyReplace && counted > 0:
		return VerdictFired, ReasonReplace
	case p == ConcurrencyReplace:
		return VerdictFired, ""
	case p == ConcurrencyAllow && counted >= most:
		return VerdictSkipped, ReasonCap
	case p != ConcurrencyAllow && counted > 0:
		return VerdictSkipped, ReasonOverlap
	}
	return VerdictFired, ""
}

// MissedSchedulePolicy says what becomes of ticks that fell due while no
// scheduler was there to take them. Source: the documented Jobs API for
// MissedLatest; the other two are ours (DESIGN.md, decision 12).
type MissedSchedulePolicy string

// The missed-schedule policies.
const (
	// MissedSkip starts no run for a missed tick.
	MissedSkip MissedSchedulePolicy = "skip"
	// MissedLatest starts one run, for the newest missed tick. It is the default.
	MissedLatest MissedSchedulePolicy = "latest"
	// MissedAll starts a run for every missed tick, oldest first, bounded by
	// a catch-up window and count.
	MissedAll MissedSchedulePolicy = "all"
)

// Validate reports whether p is one of the policies; the empty one is not.
func (p MissedSchedulePolicy) Validate() error {
	switch p {
	case MissedSkip, MissedLatest, MissedAll:
		return nil
	}
	return fmt.Errorf("must be one of skip, latest, all")
}
