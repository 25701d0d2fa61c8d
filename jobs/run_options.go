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
	// KeepTicks is how many ticks of a job are remembered; 1,000 by default.
	KeepTicks int

	// RetainFor is how long a run is kept after it ended; 0 for ever. A job's
	// latest run is kept in any case. A success that is gone before a
	// dependent has used it is not used.
	RetainFor time.Duration
	// RetainCount is how many ended runs of a job are kept, beside its latest
	// run; 0 for all, and 10,000 at most: each run that ends reads that many.
	RetainCount int
}

// maxRetainCount bounds RetainCount: a run that ends reads as many.
const maxRetainCount = 10_000

func (o RunOptions) withDefaults() RunOptions {
	orDefault(&o.Lease, time.Minute)
	orDefault(&o.CancelGrace, 30*time.Second)
	orDefault(&o.DispatchAttempts, 5)
	orDefault(&o.DispatchBackoff, time.Second)
	orDefault(&o.OnTime, time.Minute)
	orDefault(&o.CatchUpWindow, 24*time.Hour)
	orDefault(&o.CatchUpCount, 100)
	orDefault(&o.KeepTicks, 1000)
	o.RetainFor = max(o.RetainFor, 0)
	o.RetainCount = min(max(o.RetainCount, 0), maxRetainCount)
	return o
}

// orDefault gives a field that is not positive its default.
func orDefault[T cmp.Ordered](field *T, value T) {
	var zero T
	if *field <= zero {
		*field = value
	}
}
