package jobs

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// core is what a [Service] and its schedulers share: the store, the options, and
// the reads and commits of decisions.
type core struct {
	store storage.Store
	opts  Options
	locks keyedLocks

	unreadable unreadable
	callouts   callouts
	hookPanics atomic.Int64
	tails      tails
	observing  observing
	// forgetting holds, by JobRef, the jobs whose old runs are being removed.
	forgetting sync.Map
	// lastNow is what the clock last said, in microseconds since 1970; 0 for
	// nothing yet.
	lastNow atomic.Int64
}

// now is the time of the embedder's clock. While the clock panics, now stays at its
// last time.
func (c *core) now() (now time.Time) {
	defer func() {
		if p := recover(); p != nil {
			c.callouts.panicked(context.Background(), "Options.Now", p)
			if now = canonical(time.Now()); c.lastNow.Load() != 0 {
				now = microTime(c.lastNow.Load())
			}
		}
	}()
	now = canonical(c.opts.Now())
	c.lastNow.Store(now.UnixMicro())
	return now
}

// newID makes an ID of a job or a run.
func (c *core) newID(ctx context.Context) (string, error) {
	if c.opts.NewID == nil {
		return rand.Text()[:10], nil // of A-Z and 2-7: 50 bits
	}
	id, err := ask(ctx, &c.callouts, "Options.NewID", func(context.Context) (string, error) { return c.opts.NewID(), nil })
	if err == nil && !validJobID.MatchString(id) {
		err = fmt.Errorf("Options.NewID made %q, which is not 1 to 20 characters of A-Z and 0-9", id)
	}
	if err != nil {
		return "", fmt.Errorf("jobs: %w", err)
	}
	return id, nil
}

// ids makes the IDs of one decision. After an err, the decision must not be
// committed.
type ids struct {
	c   *core
	ctx context.Context //nolint:containedctx // of the decision, which does no I/O
	err error
}

func (c *core) ids(ctx context.Context) *ids { return &ids{c: c, ctx: ctx} }

// next makes an ID. If that fails, it returns an empty ID and sets err.
func (i *ids) next() string {
	id, err := i.c.newID(i.ctx)
	if i.err == nil {
		i.err = err
	}
	return id
}

// log writes a line about a run, or about a job when the run has no ID.
func (c *core) log(ctx context.Context, level slog.Level, message string, run RunRef, more ...slog.Attr) {
	c.opts.Logger.LogAttrs(ctx, level, "jobledger: "+message, append([]slog.Attr{
		slog.String("organization", run.OrganizationID), slog.String("job", run.JobID), slog.String("run", run.RunID),
	}, more...)...)
}

// readLedger reads a job, without a check of access.
func (c *core) readLedger(ctx context.Context, ref storage.JobRef) (ledger, error) {
	record, err := c.store.Job(ctx, ref)
	if err != nil {
		return ledger{}, storeError("read job "+ref.JobID, err)
	}
	return decodeLedger(record)
}
