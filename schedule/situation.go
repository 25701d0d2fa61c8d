package schedule

import "time"

// Situation is all that a decision about due ticks rests on. The zero value of
// each field but Cron, Cursor and Now is a sensible one. Policies that are not
// one of the constants count as the default; refusing them is for the place where
// a definition is accepted.
type Situation struct {
	// Cron says when there are ticks; nil for never.
	Cron *Cron
	// Cursor is up to where ticks are settled, inclusive. The zero time is the
	// year 1, so that all ticks of history are due.
	Cursor time.Time
	// Now is up to where ticks are due, inclusive. A caller that does not trust
	// its clock passes an earlier instant; one before Cursor makes nothing due.
	Now time.Time

	// Concurrency is skip when empty.
	Concurrency ConcurrencyPolicy
	// MaxConcurrent is how many runs may count at once, for allow. Less than 1
	// means 1.
	MaxConcurrent int
	// Missed is latest when empty.
	Missed MissedSchedulePolicy
	Bounds Bounds

	// Counted is how many runs of the job count now: those that have not
	// ended, manual ones too, and are not held, nor waiting for a dependency
	// or for those that they replace. Negative means 0.
	Counted int
	// Suspected is how many more runs may count: those whose engine has been
	// silent for too long, or that are past a deadline of their own, while it
	// is not yet known whether they are gone. A tick that only they are in the
	// way of is neither fired nor skipped: it stays unsettled.
	Suspected int
	// Seen says when ticks that are unsettled were looked at before. Those count
	// as on time that were on time then.
	Seen Seen
	// Upstream says how the job's dependencies stand for a tick. Nil when it has
	// none. It is asked at most once for each tick that could start a run.
	Upstream func(tick time.Time) UpstreamState
}

// Seen is a time in which a job whose ticks are held was looked at again and
// again. The zero value is no such time.
type Seen struct {
	// First is the first look, and Last the latest without a gap after it.
	First, Last time.Time
	// Again is the first look after the latest gap, and Latest the latest of
	// all; zero when there was no gap.
	Again, Latest time.Time
}

// Look adds a look to those before it. Between two looks of one watch there is no
// more than gap. Of what was seen between two gaps nothing is kept: those ticks
// were not seen.
func (s Seen) Look(now time.Time, gap time.Duration) Seen {
	last := &s.Last
	if !s.Again.IsZero() {
		last = &s.Latest
	}
	switch {
	case s.First.IsZero():
		return Seen{First: now, Last: now}
	case !now.After(*last): // the clock was set back
	case now.Sub(*last) <= gap:
		*last = now
	default:
		s.Again, s.Latest = now, now
	}
	return s
}

// Bounds limit what is done about ticks that are late. What is not positive
// means its default.
type Bounds struct {
	// Grace is how late a tick is still on time: Now minus the tick, inclusive.
	// Default [DefaultGrace].
	Grace time.Duration
	// Window is how old a tick may become before [MissedAll] gives it up: Now
	// minus the tick, inclusive. Never shorter than Grace. Default [DefaultWindow].
	Window time.Duration
	// Count is how many ticks MissedAll keeps for later, on time or not.
	// Default [DefaultCount].
	Count int
}

// The defaults of [Bounds].
const (
	DefaultGrace  = time.Minute
	DefaultWindow = 24 * time.Hour
	DefaultCount  = 100
)

// UpstreamState is how the jobs that a job depends on stand for one of its ticks.
type UpstreamState int

// The states. Of several dependencies the worst counts: one that failed, else
// one that is going.
const (
	// UpstreamSatisfied has no unsettled tick up to this one, and its latest
	// run succeeded.
	UpstreamSatisfied UpstreamState = iota
	// UpstreamGoing may still succeed: a tick is unsettled or a run unfinished.
	UpstreamGoing
	// UpstreamFailed ended otherwise, or never ran.
	UpstreamFailed
)

// normal returns the situation with its defaults filled in. Readings of the
// monotonic clock are dropped: ticks are about the wall clock.
func (s Situation) normal() Situation {
	s.Cursor, s.Now = s.Cursor.Round(0), s.Now.Round(0)
	if s.Cron == nil {
		s.Cron = &Cron{}
	}
	if s.Concurrency.Validate() != nil {
		s.Concurrency = ConcurrencySkip
	}
	if s.Missed.Validate() != nil {
		s.Missed = MissedLatest
	}
	s.MaxConcurrent, s.Counted, s.Suspected = max(s.MaxConcurrent, 1), max(s.Counted, 0), max(s.Suspected, 0)
	s.Bounds = s.Bounds.normal()
	return s
}

func (b Bounds) normal() Bounds {
	if b.Grace <= 0 {
		b.Grace = DefaultGrace
	}
	if b.Window <= 0 {
		b.Window = DefaultWindow
	}
	b.Window = max(b.Window, b.Grace)
	if b.Count <= 0 {
		b.Count = DefaultCount
	}
	return b
}
