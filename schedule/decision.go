package schedule

import "time"

// Decision is what becomes of one tick, or of several in a row that share a fate:
// one row of the tick ledger.
type Decision struct {
	// NominalAt is the tick, or the first of several.
	NominalAt time.Time
	// Until is the last of them; NominalAt when it is one.
	Until time.Time
	// Count is how many ticks of the schedule there are from NominalAt to
	// Until, at least 1. Ticks that fire are always rows of their own.
	Count   int
	Verdict Verdict
	Reason  Reason
	// Shifted is [Cron.Shifted] of the tick; false for a row of several.
	Shifted bool
}

// Planned is what is to be done about due ticks, all of it in one commit.
type Planned struct {
	// Decisions cover exactly the ticks after the old cursor up to the new one,
	// each once, oldest first.
	Decisions []Decision
	// Cursor is the new cursor, never before the old one. After [Plan] it is the
	// last settled tick, or the old cursor when nothing was settled.
	Cursor time.Time
	// Blocked is whether due ticks stay unsettled until runs have ended. There
	// is no need to plan before one has; planning earlier does no harm.
	Blocked bool
	// Held is whether that is for suspected runs alone: once it is known of
	// each whether it is gone, the ticks are decided about.
	Held bool
	// Next is the first tick after Cursor: in the past when Blocked, the zero
	// time when there is none.
	Next time.Time
}

// Verdict is the fate of a tick. The values are stored and shown.
type Verdict string

// The verdicts, and the reasons that each comes with.
const (
	// VerdictFired makes a run. Without a reason it is ready to start; else
	// [ReasonReplace] or [ReasonWaiting].
	VerdictFired Verdict = "fired"
	// VerdictSkipped makes none, as things stood: [ReasonOverlap], [ReasonCap]
	// or [ReasonDependency]. It is not tried again.
	VerdictSkipped Verdict = "skipped"
	// VerdictMissed makes none, it is too late: [ReasonPolicy], [ReasonWindow] or [ReasonZone].
	VerdictMissed Verdict = "missed"
	// VerdictCoalesced makes none, the next row is about a newer tick that
	// stands for it: [ReasonPolicy].
	VerdictCoalesced Verdict = "coalesced"
	// VerdictSuperseded makes none, its run would have been ended at once by
	// that of a newer tick in the same plan: [ReasonReplace] or [ReasonWaiting].
	VerdictSuperseded Verdict = "superseded"
	// VerdictPaused makes none, the job was paused, or with [ReasonHold] its
	// organization was held.
	VerdictPaused Verdict = "paused"
)

// Reason says why a tick has its verdict. The values are stored and shown.
type Reason string

// The reasons.
const (
	// ReasonReplace: under [ConcurrencyReplace]. A run that fires with it waits
	// until the runs that count have been cancelled, and supersedes a run that
	// waits so already.
	ReasonReplace Reason = "replace"
	// ReasonWaiting: a dependency is still going. A run that fires with it waits
	// for that, meets the concurrency policy when it is released, and supersedes
	// a run that waits so already.
	ReasonWaiting Reason = "waiting"
	// ReasonOverlap: under [ConcurrencySkip] another run counted.
	ReasonOverlap Reason = "overlap"
	// ReasonCap: under [ConcurrencyAllow] as many runs counted as may.
	ReasonCap Reason = "cap"
	// ReasonDependency: a dependency had failed, or never ran.
	ReasonDependency Reason = "dependency"
	// ReasonPolicy: the missed-schedule policy says so.
	ReasonPolicy Reason = "policy"
	// ReasonWindow: it was beyond what [Bounds] let [MissedAll] keep, by age or
	// by number.
	ReasonWindow Reason = "window"
	// ReasonHold: the organization was held.
	ReasonHold Reason = "hold"
	// ReasonZone: the process that gave the schedule up did not know its time
	// zone. The row stands for one tick; which others were due is not known.
	ReasonZone Reason = "zone"
)

// joins reports whether d may stand in one row with the row before it.
func (d Decision) joins(before Decision) bool {
	return d.Verdict != VerdictFired && d.Verdict == before.Verdict && d.Reason == before.Reason
}
