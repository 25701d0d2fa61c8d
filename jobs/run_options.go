package jobs

import (
	"cmp"
	"time"
)

// RunOptions change how runs are made and watched. A field that is not positive
// means its default. All processes that share a store should use the same.
type RunOptions struct {
	// Lease is how long an engine may be silent before its run is lost; 1
	// minute by default. An engine heartbeats several times within it.
	Lease time.Duration
	// CancelGrace is how long an engine has to confirm a cancel; 30 seconds
	// by default. Then the run ends as cancelled all the same.
	CancelGrace time.Duration
	// DispatchAttempts bounds how often a run is handed to the engine before
	// it fails; 5 by default.
	DispatchAttempts int
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
	// KeepTicks is how long ticks are remembered, by their nominal time; 30
	// days by default. A job that settles no further ticks keeps those it has.
	KeepTicks time.Duration
	// KeepEvents is how long the journal is kept; 30 days by default.
	KeepEvents time.Duration

	// RetainFor is how long a run is kept after it ended; 0 for ever. A job's
	// latest run is kept in any case. A success that is gone before a
	// dependent has used it is not used.
	RetainFor time.Duration
	// RetainCount is of how many of its newest runs, by number, a job keeps
	// those that have ended; 0 for all. Older ones go when others end, some at
	// a time: there may be up to as many more, and 50 more at most.
	RetainCount int
}

func (o RunOptions) withDefaults() RunOptions {
	orDefault(&o.Lease, time.Minute)
	orDefault(&o.CancelGrace, 30*time.Second)
	orDefault(&o.DispatchAttempts, 5)
	orDefault(&o.DispatchBackoff, time.Second)
	orDefault(&o.OnTime, time.Minute)
	orDefault(&o.CatchUpWindow, 24*time.Hour)
	orDefault(&o.CatchUpCount, 100)
	orDefault(&o.KeepTicks, month)
	orDefault(&o.KeepEvents, month)
	o.RetainFor = max(o.RetainFor, 0)
	o.RetainCount = max(o.RetainCount, 0)
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
