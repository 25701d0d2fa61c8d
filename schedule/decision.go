package schedule

import "time"

// Decision is one row of the ledger of ticks. It gives a verdict to one tick,
// or to several ticks in a row that have the same verdict and reason.
type Decision struct {
	// NominalAt is the nominal time of the tick, or of the first of several.
	NominalAt time.Time
	// Until is the nominal time of the last tick of the row. For one tick it
	// equals NominalAt.
	Until time.Time
	// Count is how many ticks of the schedule there are from NominalAt to
	// Until, at least 1. A tick that fires is always a row of its own.
	Count   int
	Verdict Verdict
	Reason  Reason
	// Shifted is [Cron.Shifted] of the tick. It is false for a row of several
	// ticks.
	Shifted bool
}

// Planned is what to do about due ticks. All of it belongs in one commit.
type Planned struct {
	// Decisions cover the ticks after the old cursor up to the new one, each
	// exactly once, oldest first.
	Decisions []Decision
	// Cursor is the new cursor, never before the old one. [Plan] returns the
	// nominal time of the last settled tick, or the old cursor when it settled
	// none.
	Cursor time.Time
	// Blocked is true when due ticks stay unsettled until runs have ended.
	// There is no need to plan again before then; doing so does no harm.
	Blocked bool
	// Held is true when only suspected runs are in the way. The ticks are
	// decided once it is known of each suspected run whether it is gone. Held
	// implies Blocked.
	Held bool
	// Next is the first tick after Cursor. It is in the past when Blocked is
	// true, and the zero time when there is no such tick.
	Next time.Time
}

// Verdict is the fate of a tick. The values are stored and shown to people.
type Verdict string

// The verdicts, and the reasons that can come with each.
const (
	// VerdictFired: a run was made. Without a reason it is ready to start. With
	// [ReasonReplace] or [ReasonWaiting] it waits first.
	VerdictFired Verdict = "fired"
	// VerdictSkipped: no run was made, because of [ReasonOverlap], [ReasonCap]
	// or [ReasonDependency]. The tick is not tried again.
	VerdictSkipped Verdict = "skipped"
	// VerdictMissed: no run was made, because it is too late. The reason is
	// [ReasonPolicy], [ReasonWindow] or [ReasonZone].
	VerdictMissed Verdict = "missed"
	// VerdictCoalesced: no run was made, because a newer tick stands for this
	// one: the tick of the next row. The reason is [ReasonPolicy].
	VerdictCoalesced Verdict = "coalesced"
	// VerdictSuperseded: no run was made, because a newer tick in the same plan
	// fired, and its run would have ended this one at once. The reason is
	// [ReasonReplace] or [ReasonWaiting].
	VerdictSuperseded Verdict = "superseded"
	// VerdictPaused: no run was made, because the job was paused. With
	// [ReasonHold], its organization was held.
	VerdictPaused Verdict = "paused"
)

// Reason says why a tick has its verdict. The values are stored and shown to
// people.
type Reason string

// The reasons.
const (
	// ReasonReplace: the policy is [ConcurrencyReplace], and runs count. The
	// new run waits until those runs have ended; they are asked to stop. It
	// supersedes an older run that waits in this way.
	ReasonReplace Reason = "replace"
	// ReasonWaiting: a dependency has not finished. The new run waits for it,
	// and meets the concurrency policy when it is released. It supersedes an
	// older run that waits in this way. [Settle] also uses this reason for a
	// tick that only suspected runs are in the way of.
	ReasonWaiting Reason = "waiting"
	// ReasonOverlap: the policy is [ConcurrencySkip], and a run counts.
	ReasonOverlap Reason = "overlap"
	// ReasonCap: the policy is [ConcurrencyAllow], and the maximum number of
	// runs count.
	ReasonCap Reason = "cap"
	// ReasonDependency: a dependency failed, or never ran.
	ReasonDependency Reason = "dependency"
	// ReasonPolicy: the missed-schedule policy says so.
	ReasonPolicy Reason = "policy"
	// ReasonWindow: the tick was older than [MissedAll] keeps ticks, or there
	// were more ticks than it keeps; see [Bounds].
	ReasonWindow Reason = "window"
	// ReasonHold: the organization was held.
	ReasonHold Reason = "hold"
	// ReasonZone: the process that replaced this schedule did not know its time
	// zone. The row stands for one tick; it is not known which others were due.
	ReasonZone Reason = "zone"
)

// joins reports whether d and the row before it can be one row.
func (d Decision) joins(before Decision) bool {
	return d.Verdict != VerdictFired && d.Verdict == before.Verdict && d.Reason == before.Reason
}
