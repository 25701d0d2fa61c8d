package schedule

import "fmt"

// ConcurrencyPolicy says what happens to a tick that is due while earlier runs
// of the same job count. Source: the documented Jobs API.
type ConcurrencyPolicy string

// The concurrency policies.
const (
	// ConcurrencySkip skips the tick while a run counts. It is the default.
	ConcurrencySkip ConcurrencyPolicy = "skip"
	// ConcurrencyAllow starts another run, up to the definition's
	// MaxConcurrentRuns.
	ConcurrencyAllow ConcurrencyPolicy = "allow"
	// ConcurrencyReplace asks the runs that count to stop, and starts a new run
	// when they have ended.
	ConcurrencyReplace ConcurrencyPolicy = "replace"
)

// Validate returns an error when p is not one of the policies. The empty policy
// is an error, too: versions.Validator replaces it by the default.
func (p ConcurrencyPolicy) Validate() error {
	switch p {
	case ConcurrencySkip, ConcurrencyAllow, ConcurrencyReplace:
		return nil
	}
	return fmt.Errorf("must be one of skip, allow, replace")
}

// Admit decides about a run that could start now. Counted is how many runs
// count, and most is how many may count under [ConcurrencyAllow]. The result is
// [VerdictFired], with [ReasonReplace] when runs must be replaced, or
// [VerdictSkipped] with [ReasonOverlap] or [ReasonCap]. An unknown policy acts
// like [ConcurrencySkip].
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

// MissedSchedulePolicy says what happens to ticks that no scheduler looked at
// in time. [MissedLatest] is documented by the Jobs API; the other two are
// additions of this library.
type MissedSchedulePolicy string

// The missed-schedule policies.
const (
	// MissedSkip starts no run for a missed tick.
	MissedSkip MissedSchedulePolicy = "skip"
	// MissedLatest starts one run, for the newest missed tick. It is the
	// default.
	MissedLatest MissedSchedulePolicy = "latest"
	// MissedAll starts a run for every missed tick, oldest first, within the
	// Window and Count of [Bounds].
	MissedAll MissedSchedulePolicy = "all"
)

// Validate returns an error when p is not one of the policies. The empty policy
// is an error, too.
func (p MissedSchedulePolicy) Validate() error {
	switch p {
	case MissedSkip, MissedLatest, MissedAll:
		return nil
	}
	return fmt.Errorf("must be one of skip, latest, all")
}
