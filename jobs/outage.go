package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// outage is whether somebody does not answer. It is logged when that begins and
// when it ends, and not each time in between.
type outage struct {
	// who does not answer.
	who   string
	log   *slog.Logger
	watch *stopwatch

	mu       sync.Mutex
	going    bool
	since    time.Duration
	failures int
}

// note notes how a request went.
func (o *outage) note(ctx context.Context, err error, attrs ...any) {
	elapsed := o.watch.read()
	o.mu.Lock()
	defer o.mu.Unlock()
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
