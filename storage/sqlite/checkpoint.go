package sqlite

import (
	"context"
	"math"
)

// The log is brought into the file when it is logMost pages long: in the
// background, while commits go on, until no more than lastMost pages are left.
// The writer brings those in between two groups, and begins the log anew. Long
// logs cost less than short ones: a page that many commits write is brought in
// once. At logBound, which is reached when a long read is in the way, SQLite
// tries at every commit.
const (
	logMost  = 4000
	lastMost = 200
	logBound = 2 * logMost
)

// How a log is looked at, and brought into the file as far as nobody is in the
// way. Both answer whether another connection does the same, how many pages the
// log has, and how many of them are in the file.
const (
	lookAtLog  = "PRAGMA wal_checkpoint(NOOP)"
	checkpoint = "PRAGMA wal_checkpoint(PASSIVE)"
)

// checkpointer brings the log into the file, beside the writer.
type checkpointer struct {
	readers *pool
	at      *whereabouts
	// wanted wakes it; it holds one token at most.
	wanted chan struct{}
	// stop stops it, and done is closed when it has stopped.
	stop context.CancelFunc
	done chan struct{}
}

// loop works until the context ends.
func (c *checkpointer) loop(ctx context.Context) {
	defer close(c.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wanted:
			c.bringIn(ctx)
		}
	}
}

// bringIn brings the log in, and what was added meanwhile, until little is left.
// It gives up when it cannot: the writer asks again.
func (c *checkpointer) bringIn(ctx context.Context) {
	for left, before := math.MaxInt-1, math.MaxInt; left < before; {
		if c.at.check() != nil {
			return // the writer will find that out
		}
		var busy, pages, done int
		found, err := c.readers.read().one(ctx, checkpoint, nil, func(row scanner) error {
			return row.Scan(&busy, &pages, &done)
		})
		if err != nil || !found || busy != 0 || pages-done <= lastMost {
			return
		}
		left, before = pages-done, left
	}
}

// tendLog has the log brought into the file when it is long. An error is one
// that the next commit meets, too.
func (w *writer) tendLog() {
	var busy, pages, done int
	found, err := w.session.row(lookAtLog, nil, &busy, &pages, &done)
	switch {
	case err != nil || !found || pages < logMost || pages == done:
	case pages-done <= lastMost:
		_, _ = w.session.row(checkpoint, nil, &busy, &pages, &done)
	default:
		select {
		case w.background.wanted <- struct{}{}:
		default:
		}
	}
}
