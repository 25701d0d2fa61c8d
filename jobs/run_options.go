package jobs

import (
	"cmp"
	"time"
)

// RunOptions change how runs are made and watched. In KeepTicks, KeepEvents,
// RetainFor and RetainCount, 0 means the default, and a negative value keeps
// everything for ever. In the other fields, 0 and a negative value mean the
// default. All processes that share a store should use the same options.
type RunOptions struct {
	// Lease is how long an engine may be silent about a run; 1 minute by default.
	// It should send several heartbeats within each lease. When the lease is over,
	// schedulers watch the run. If one of them sees no report for another whole
	// lease, the run is lost and ends as failed.
	Lease time.Duration
	// CancelGrace is how long an engine has to report that a cancelled run has
	// stopped; 30 seconds by default. After that the run ends as cancelled anyway.
	CancelGrace time.Duration
	// DispatchFor is how long schedulers try to dispatch a run to an engine that
	// cannot be reached, before the run fails; 1 hour by default. If the run's
	// timeout is longer, they try for as long as the timeout. Time in which the
	// engine is busy does not count.
	DispatchFor time.Duration
	// DispatchBackoff is the wait after the first failed request to an engine; 1
	// second by default. It doubles with each further failure, up to 5 minutes.
	DispatchBackoff time.Duration

	// OnTime is how late a scheduler may look at a tick that still counts as on
	// time; 1 minute by default. A later tick is missed.
	OnTime time.Duration
	// CatchUpWindow and CatchUpCount bound the backlog under the missed-schedule
	// policy all; 24 hours and 100 by default. Ticks that are older than
	// CatchUpWindow, or not among the newest CatchUpCount, are missed.
	CatchUpWindow time.Duration
	CatchUpCount  int

	// KeepTicks is how long ticks are kept after their nominal time; 30 days by
	// default. Old ticks are removed when newer ones are settled, so a job that
	// settles no more ticks keeps those it has.
	KeepTicks time.Duration
	// KeepEvents is how long events are kept; 30 days by default. [Service.Sweep]
	// erases older ones.
	KeepEvents time.Duration
	// RetainFor is how long a run is kept after it ended; 90 days by default. A
	// job's latest run is always kept. If a successful run is removed before a
	// dependent has used its success, the dependent does not run for it.
	RetainFor time.Duration
	// RetainCount is how many of a job's newest runs, by number, are kept; 10,000
	// by default. Older ended runs are removed when other runs end, but not each
	// time. So a job may keep up to 50 more runs, and at most twice RetainCount.
	RetainCount int
}

func (o RunOptions) withDefaults() RunOptions {
	orDefault(&o.Lease, time.Minute)
	orDefault(&o.CancelGrace, 30*time.Second)
	orDefault(&o.DispatchFor, time.Hour)
	orDefault(&o.DispatchBackoff, time.Second)
	orDefault(&o.OnTime, time.Minute)
	orDefault(&o.CatchUpWindow, 24*time.Hour)
	orDefault(&o.CatchUpCount, 100)
	o.KeepTicks = cmp.Or(o.KeepTicks, month)
	o.KeepEvents = cmp.Or(o.KeepEvents, month)
	o.RetainFor = cmp.Or(o.RetainFor, 3*month)
	o.RetainCount = cmp.Or(o.RetainCount, 10_000)
	return o
}

// month is how long history is kept by default.
const month = 30 * 24 * time.Hour

// orDefault sets a field that is 0 or negative to its default.
func orDefault[T cmp.Ordered](field *T, value T) {
	var zero T
	if *field <= zero {
		*field = value
	}
}
