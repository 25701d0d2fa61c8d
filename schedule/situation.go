package schedule

import "time"

// Situation is everything on which a decision about due ticks depends. Cron,
// Cursor and Now must be set. The zero values of the other fields work. An
// unknown policy counts as the default.
type Situation struct {
	// Cron says when there are ticks; nil means never.
	Cron *Cron
	// Cursor is the time up to which ticks are settled, inclusive. With the
	// zero time, all ticks since the year 1 are due.
	Cursor time.Time
	// Now is the time up to which ticks are due, inclusive. A caller that does
	// not trust its clock passes an earlier time. When Now is before Cursor,
	// nothing is due.
	Now time.Time

	// Concurrency is [ConcurrencySkip] when empty.
	Concurrency ConcurrencyPolicy
	// MaxConcurrent is how many runs may count at once under
	// [ConcurrencyAllow]. Less than 1 means 1.
	MaxConcurrent int
	// Missed is [MissedLatest] when empty.
	Missed MissedSchedulePolicy
	Bounds Bounds

	// Counted is how many runs of the job count: runs that have not ended,
	// including manual ones. Runs that are held, queued, or wait for a
	// dependency or for a run that they replace do not count. Less than 0 means
	// 0.
	Counted int
	// Suspected is how many more runs may count. Their engine has been silent
	// for too long, or another deadline has passed, and it is not yet known
	// whether they are gone. When only suspected runs are in the way of a tick,
	// it is held: it stays unsettled.
	Suspected int
	// Seen says when unsettled ticks were looked at before. A tick that was on
	// time at one of these looks still counts as on time.
	Seen Seen
	// Upstream returns the state of the job's dependencies for a tick; nil when
	// the job has no dependencies. It is called at most once for each tick that
	// could start a run.
	Upstream func(tick time.Time) UpstreamState
}

// Seen says when a job with held ticks was looked at. The zero value means
// never. It remembers the first row of looks without a gap, and the latest one.
type Seen struct {
	// First is the first look. Last is the last look before the first gap.
	First, Last time.Time
	// Again is the first look after the latest gap, and Latest the last look of
	// all. Both are zero when there was no gap.
	Again, Latest time.Time
}

// Look returns s with one more look, at now. When more than the duration gap lies
// between two looks, there is a gap. Only the looks before the first gap and after
// the latest gap are remembered. A tick that was on time only at another look
// counts as missed.
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

// Bounds limit what happens to ticks that are late. A field that is 0 or less
// means its default.
type Bounds struct {
	// Grace is how late a tick may be looked at and still be on time,
	// inclusive. The default is [DefaultGrace].
	Grace time.Duration
	// Window is how old a tick may be before [MissedAll] records it as missed,
	// inclusive. It is never shorter than Grace. The default is
	// [DefaultWindow].
	Window time.Duration
	// Count is how many due ticks [MissedAll] keeps; it records older ones as
	// missed. The default is [DefaultCount].
	Count int
}

// The defaults of [Bounds].
const (
	DefaultGrace  = time.Minute
	DefaultWindow = 24 * time.Hour
	DefaultCount  = 100
)

// UpstreamState is the state of a job's dependencies for one of the job's
// ticks.
type UpstreamState int

// The states of a dependency. Of several dependencies the worst counts: failed, then
// going, then satisfied.
const (
	// UpstreamSatisfied: all ticks of the dependency up to this one are
	// settled, and its latest run succeeded.
	UpstreamSatisfied UpstreamState = iota
	// UpstreamGoing: a tick of the dependency up to this one is unsettled, or
	// its latest run has not ended. It may still succeed.
	UpstreamGoing
	// UpstreamFailed: the latest run of the dependency did not succeed, or it
	// never ran.
	UpstreamFailed
)

// normal returns the situation with its defaults, and with times that have no
// reading of the monotonic clock.
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
