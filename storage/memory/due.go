package memory

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// dueEntry is an entry of a due index. One without a job is in no index.
type dueEntry struct {
	at                           int64
	organizationID, jobID, runID string
	job                          *job
}

// dueBefore is the order of [storage.DueItem].
func dueBefore(a, b dueEntry) bool {
	if a.at != b.at {
		return a.at < b.at
	}
	return cmp.Or(
		cmp.Compare(a.organizationID, b.organizationID),
		cmp.Compare(a.jobID, b.jobID),
		cmp.Compare(a.runID, b.runID),
	) < 0
}

func dueAt(at time.Time, ref storage.JobRef, runID string, j *job) dueEntry {
	if at.IsZero() {
		return dueEntry{}
	}
	return dueEntry{at.UnixMicro(), ref.OrganizationID, ref.JobID, runID, j}
}

// dueJob is the entry of a record of the job, which may be nil.
func (j *job) dueJob(r *storage.JobRecord) dueEntry {
	if r == nil {
		return dueEntry{}
	}
	return dueAt(r.WakeAt, r.JobRef, "", j)
}

func (p dueEntry) item() storage.DueItem {
	ref := storage.JobRef{OrganizationID: p.organizationID, JobID: p.jobID}
	return storage.DueItem{At: time.UnixMicro(p.at).UTC(), JobRef: ref, RunID: p.runID}
}

// moveDue replaces one entry of a due index by another.
func (s *Store) moveDue(kind storage.DueKind, from, to dueEntry) {
	if from == to {
		return
	}
	if from.job != nil {
		s.due[kind].Delete(from)
	}
	if to.job != nil {
		s.due[kind].Set(to)
	}
}

// moveDueRun updates the due indexes of runs. Each record may be nil.
func (s *Store) moveDueRun(j *job, from, to *storage.RunRecord) {
	none := &storage.RunRecord{}
	from, to = cmp.Or(from, none), cmp.Or(to, none)
	move := func(kind storage.DueKind, before, after time.Time) {
		s.moveDue(kind, dueAt(before, from.JobRef, from.ID, j), dueAt(after, to.JobRef, to.ID, j))
	}
	move(storage.DueReady, from.ReadyAt, to.ReadyAt)
	move(storage.DueDeadlines, from.DeadlineAt, to.DeadlineAt)
	move(storage.DueDebts, from.OwedAt, to.OwedAt)
}

// Due implements [storage.Store].
func (s *Store) Due(ctx context.Context, query storage.DueQuery) (storage.DuePage, error) {
	var page storage.DuePage
	err := query.Validate()
	if err == nil {
		err = s.read(ctx, func() error { page = s.listDue(query); return nil })
	}
	if err != nil {
		return storage.DuePage{}, fmt.Errorf("memory: due: %w", err)
	}
	return page, nil
}

func (s *Store) listDue(query storage.DueQuery) storage.DuePage {
	items := newPage[storage.DueItem](query.Limit)
	tree := s.due[query.Kind]
	until := query.Until.UnixMicro()
	after := dueEntry{math.MinInt64, "", "", "", nil}
	if query.After != (storage.DueItem{}) {
		after = dueAt(query.After.At, query.After.JobRef, query.After.RunID, nil)
	}
	passed := 0
	last := after
	tree.Ascend(after, func(p dueEntry) bool {
		switch {
		case p.at > until:
			return false
		case !dueBefore(after, p):
		case !p.hidden(query.Kind):
			if !items.add(p.item(), 0) {
				return false
			}
			last = p
		case passed == passedOver:
			items.more = true
			return false
		default:
			passed++
			last = p
		}
		return true
	})
	page := storage.DuePage{Items: items.found, More: items.more, Time: s.latest}
	if page.More {
		page.After = last.item()
	}
	tree.Ascend(dueEntry{at: until + 1}, func(p dueEntry) bool {
		page.Next = p.item().At
		return false
	})
	return page
}

// hidden reports whether the entry is that of a run of a removed job.
func (p dueEntry) hidden(kind storage.DueKind) bool {
	return p.job.removed && kind != storage.DueTombstones
}
