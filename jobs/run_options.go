package jobs

import (
	"cmp"
	"time"
)

// RunOptions change how runs are made and watched. A field that is not positive
// means its default, but for those that say what is kept. All processes that
// share a store should use the same.
type RunOptions struct {
	// Lease is how long an engine may be silent; 1 minute by default. An engine
	// heartbeats several times within it. A run is lost when a scheduler has then
	// watched it be silent for a whole lease more.
	Lease time.Duration
	// CancelGrace is how long an engine has to confirm a cancel; 30 seconds
	// by default. Then the run ends as cancelled all the same.
	CancelGrace time.Duration
	// DispatchFor bounds for how long a run is offered to an engine that cannot
	// be reached, before it fails; 1 hour by default, and never less than the
	// run's own timeout. Waiting for an engine that is busy does not count.
	DispatchFor time.Duration
	// DispatchBackoff is the wait after the first failed request to an
	// engine; 1 second by default. It doubles with each, up to 5 minutes.
	DispatchBackoff time.Duration

	// OnTime is how late a tick may be taken without counting as missed; 1
	// minute by default.
	OnTime time.Duration
	// CatchUpWindow and CatchUpCount bound the backlog under the
	// missed-schedule policy all; 24 hours and 100 by default.
	CatchUpWindow time.Duration
	CatchUpCount  int

	// What is kept, for how long. In these four fields 0 means the default, and a
	// negative value that all is kept for ever.

	// KeepTicks is how long ticks are remembered, by their nominal time; 30
	// days by default. A job that settles no further ticks keeps those it has.
	KeepTicks time.Duration
	// KeepEvents is how long the journal is kept; 30 days by default.
	KeepEvents time.Duration
	// RetainFor is how long a run is kept after it ended; 90 days by default. A
	// job's latest run is kept in any case. A success that is gone before a
	// dependent has used it is not used.
	RetainFor time.Duration
	// RetainCount is of how many of its newest runs, by number, a job keeps
	// those that have ended; 10,000 by default. Older ones go when others end,
	// some at a time: there may be up to as many more, and 50 more at most.
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

// month is for how long history is kept by default.
const month = 30 * 24 * time.Hour

// orDefault gives a field that is not positive its default.
func orDefault[T cmp.Ordered](field *T, value T) {
	var zero T
	if *field <= zero {
		*field = value
	}
}
