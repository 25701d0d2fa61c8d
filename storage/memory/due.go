package memory

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// duePlace is where something stands in a due index. One without a job is not
// in any.
type duePlace struct {
	at                           int64
	organizationID, jobID, runID string
	job                          *job
}

// dueBefore is the order of [storage.DueItem].
func dueBefore(a, b duePlace) bool {
	if a.at != b.at {
		return a.at < b.at
	}
	return cmp.Or(
		cmp.Compare(a.organizationID, b.organizationID),
		cmp.Compare(a.jobID, b.jobID),
		cmp.Compare(a.runID, b.runID),
	) < 0
}

func dueAt(at time.Time, ref storage.JobRef, runID string, j *job) duePlace {
	if at.IsZero() {
		return duePlace{}
	}
	return duePlace{at.UnixMicro(), ref.OrganizationID, ref.JobID, runID, j}
}

// dueJob is the place of a record of the job, which may be nil.
func (j *job) dueJob(r *storage.JobRecord) duePlace {
	if r == nil {
		return duePlace{}
	}
	return dueAt(r.WakeAt, r.JobRef, "", j)
}

func (p duePlace) item() storage.DueItem {
	ref := storage.JobRef{OrganizationID: p.organizationID, JobID: p.jobID}
	return storage.DueItem{At: time.UnixMicro(p.at).UTC(), JobRef: ref, RunID: p.runID}
}

// moveDue takes one place out of a due index and puts another in.
func (s *Store) moveDue(kind storage.DueKind, from, to duePlace) {
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

// moveDueRun moves a run in the due indexes of runs; each record may be nil.
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
	after := duePlace{math.MinInt64, "", "", "", nil}
	if query.After != (storage.DueItem{}) {
		after = dueAt(query.After.At, query.After.JobRef, query.After.RunID, nil)
	}
	passed := 0
	last := after
	tree.Ascend(after, func(p duePlace) bool {
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
	tree.Ascend(duePlace{at: until + 1}, func(p duePlace) bool {
		page.Next = p.item().At
		return false
	})
	return page
}

// hidden reports whether the place is that of a run of a removed job.
func (p duePlace) hidden(kind storage.DueKind) bool {
	return p.job.removed && kind != storage.DueTombstones
}
