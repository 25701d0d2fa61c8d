package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// outage logs when the engine or the store stops answering, and when it answers
// again. It does not log each failed request in between.
type outage struct {
	// who is "the engine" or "the store".
	who   string
	log   *slog.Logger
	watch *stopwatch

	mu       sync.Mutex
	going    bool
	since    time.Duration
	failures int
	// trouble is the outage by the clock, while it goes on.
	trouble trouble
}

// note notes whether a request failed.
func (o *outage) note(ctx context.Context, err error, attrs ...any) {
	elapsed := o.watch.read()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.trouble.note(err, o.watch.now())
	attrs = append(attrs, slog.String("what", o.who))
	switch {
	case err != nil && !o.going:
		o.going, o.since, o.failures = true, elapsed, 1
		o.log.WarnContext(ctx, "jobledger: an outage begins", append(attrs, slog.Any("error", err))...)
	case err != nil:
		o.failures++
	case o.going:
		o.going = false
		o.log.InfoContext(ctx, "jobledger: an outage ends",
			append(attrs, slog.Duration("lasted", elapsed-o.since), slog.Int("failures", o.failures))...)
	}
}

// read returns the outage as it is now.
func (o *outage) read() trouble {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.trouble
}
