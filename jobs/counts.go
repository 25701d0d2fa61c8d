package jobs

import (
	"context"
	"errors"
	"slices"

	"github.com/jobledger/jobledger/internal/document"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// runCounts are the numbers of runs of one version. A job's state holds the recent
// counts of the versions that had runs lately. The version's own state holds the
// earlier counts. The sum of both is the version's total.
type runCounts struct {
	version                               int
	started                               int
	succeeded, failed, timeout, cancelled int
	// foldedAt is the revision of the job at which counts were last moved into the
	// version's state; 0 in the job's state.
	foldedAt int64
	// rest are fields that only a newer version of the library knows.
	rest []byte
}

var countsDocument = document.New(func(n *runCounts) *[]byte { return &n.rest },
	document.Count(2, func(n *runCounts) *int { return &n.version }),
	document.Count(3, func(n *runCounts) *int { return &n.started }),
	document.Count(4, func(n *runCounts) *int { return &n.succeeded }),
	document.Count(5, func(n *runCounts) *int { return &n.failed }),
	document.Count(6, func(n *runCounts) *int { return &n.timeout }),
	document.Count(7, func(n *runCounts) *int { return &n.cancelled }),
	document.Integer(8, func(n *runCounts) *int64 { return &n.foldedAt }),
)

// add adds other counts of the same version.
func (n *runCounts) add(more runCounts) {
	n.started += more.started
	n.succeeded += more.succeeded
	n.failed += more.failed
	n.timeout += more.timeout
	n.cancelled += more.cancelled
}

// shown are the counts as callers see them.
func (n *runCounts) shown() versions.RunCounts {
	return versions.RunCounts{
		Succeeded: n.succeeded, Failed: n.failed, Timeout: n.timeout, Cancelled: n.cancelled,
		Active: n.started - n.succeeded - n.failed - n.timeout - n.cancelled,
	}
}

// keptCounts is for how many versions a job's state holds counts. They are written
// with each tick, so they must be few.
const keptCounts = 8

// countsOf returns the job's counts of a version, for changes. It moves the version
// to the front, so that versions with the latest runs come first.
func (l *ledger) countsOf(version int) *runCounts {
	at := slices.IndexFunc(l.counts, func(n runCounts) bool { return n.version == version })
	counts := runCounts{version: version}
	if at >= 0 {
		counts = l.counts[at]
		l.counts = slices.Delete(l.counts, at, at+1)
	}
	l.counts = slices.Insert(l.counts, 0, counts)
	return &l.counts[0]
}

func (l *ledger) eachCount(put func(*runCounts)) {
	for i := range l.counts {
		put(&l.counts[i])
	}
}

// countEnd counts how a run ended.
func (l *ledger) countEnd(r *runLedger) {
	switch counts := l.countsOf(r.JobVersion); r.Status {
	case RunSucceeded:
		counts.succeeded++
	case RunFailed:
		counts.failed++
	case RunTimeout:
		counts.timeout++
	default:
		counts.cancelled++
	}
}

// foldCounts moves the counts of versions without recent runs into the versions'
// states. If a state cannot be read, its counts stay in the job.
func (c *core) foldCounts(ctx context.Context, l *ledger, change *storage.Change) error {
	for len(l.counts) > keptCounts {
		last := len(l.counts) - 1
		record, err := c.store.Version(ctx, l.ref(), l.counts[last].version)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return storeError("read a version of job "+l.ID, err)
		}
		var counts runCounts
		if err == nil && len(record.State) > 0 {
			err = countsDocument.Decode(record.State, &counts)
		}
		if err != nil {
			c.unreadable.note(ctx, c.opts.Logger, l.ref(), err)
			return nil
		}
		counts.add(l.counts[last])
		counts.foldedAt = l.stored.Revision + 1
		record = storage.VersionRecord{JobRef: l.ref(), Number: l.counts[last].version, State: countsDocument.Encode(&counts, 32)}
		change.PutVersionStates = append(change.PutVersionStates, record)
		l.counts = l.counts[:last]
	}
	return nil
}

// addCounts sets a version's numbers of runs from its state and the job's. stale is
// whether counts were moved from the job to the version after the job was read.
func (l *ledger) addCounts(v *versions.Version, state []byte) (stale bool, err error) {
	var counts runCounts
	if len(state) > 0 {
		err = countsDocument.Decode(state, &counts)
	}
	if at := slices.IndexFunc(l.counts, func(n runCounts) bool { return n.version == v.Number }); at >= 0 {
		counts.add(l.counts[at])
	}
	v.Runs = counts.shown()
	return counts.foldedAt > l.stored.Revision, err
}
