package sqlite

import (
	"context"
	"math"
)

// When the write-ahead log has logMost pages, the checkpointer copies it into the
// file, while commits go on, until at most lastMost pages are left. The writer
// copies those between two groups, and the log starts again. Long logs cost less
// than short ones, since a page that many commits write is copied once. A long read
// can prevent the copying; when the log then has logBound pages, SQLite itself tries
// at every commit.
const (
	logMost  = 4000
	lastMost = 200
	logBound = 2 * logMost
)

// lookAtLog reads the state of the log. checkpoint copies as much of it as no
// reader prevents. Both return whether another connection does the same, how many
// pages the log has, and how many of them are in the file.
const (
	lookAtLog  = "PRAGMA wal_checkpoint(NOOP)"
	checkpoint = "PRAGMA wal_checkpoint(PASSIVE)"
)

// checkpointer copies the log into the file, beside the writer.
type checkpointer struct {
	readers *pool
	at      *whereabouts
	// wanted wakes the checkpointer; it holds one token at most.
	wanted chan struct{}
	// stop stops the checkpointer, which then closes done.
	stop context.CancelFunc
	done chan struct{}
}

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

// bringIn copies the log, and what was added meanwhile, until little is left.
// When it cannot, it stops: the writer will ask again.
func (c *checkpointer) bringIn(ctx context.Context) {
	for left, before := math.MaxInt-1, math.MaxInt; left < before; {
		if c.at.check() != nil {
			return // the writer will notice, too
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

// tendLog has a long log copied into the file. It ignores errors, since the
// next commit meets them, too.
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
