package memory

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// Due implements [jobs.Store].
func (s *Store) Due(ctx context.Context, query jobs.DueQuery) (jobs.DuePage, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return jobs.DuePage{}, fmt.Errorf("memory: due: %w", err)
	}
	page := jobs.DuePage{Time: s.latest}
	s.due.Ascend(query.After, func(item jobs.DueItem) bool {
		if item.WakeAt.After(query.Until) || len(page.Items) >= query.Limit {
			return false
		}
		if dueBefore(query.After, item) {
			page.Items = append(page.Items, item)
		}
		return true
	})
	// The first place that is later than every item due by Until.
	beyond := jobs.DueItem{WakeAt: microseconds(query.Until).Add(time.Microsecond)}
	s.due.Ascend(beyond, func(item jobs.DueItem) bool {
		page.Next = item.WakeAt
		return false
	})
	return page, nil
}

// dueBefore is the order of due items. What the kind says, the run ID says
// too, and a job and its tombstone never exist together.
func dueBefore(a, b jobs.DueItem) bool {
	if c := a.WakeAt.Compare(b.WakeAt); c != 0 {
		return c < 0
	}
	return cmp.Or(
		cmp.Compare(a.OrganizationID, b.OrganizationID),
		cmp.Compare(a.JobID, b.JobID),
		cmp.Compare(a.RunID, b.RunID),
	) < 0
}

// moveDue takes one item out of the due index and puts another in. One without
// a wake time is not in the index.
func (s *Store) moveDue(from, to jobs.DueItem) {
	if from == to {
		return
	}
	if !from.WakeAt.IsZero() {
		s.due.Delete(from)
	}
	if !to.WakeAt.IsZero() {
		s.due.Set(to)
	}
}

// dueJob is the item of a job's record, which may be nil.
func dueJob(r *jobs.JobRecord) jobs.DueItem {
	if r == nil {
		return jobs.DueItem{}
	}
	return jobs.DueItem{WakeAt: r.WakeAt, JobRef: r.JobRef, Kind: jobs.DueJob}
}

func dueRun(r *jobs.RunRecord) jobs.DueItem {
	return jobs.DueItem{WakeAt: r.WakeAt, JobRef: r.JobRef, RunID: r.ID, Kind: jobs.DueRun}
}

func dueTombstone(r *jobs.TombstoneRecord) jobs.DueItem {
	return jobs.DueItem{WakeAt: r.WakeAt, JobRef: r.JobRef, Kind: jobs.DueTombstone}
}
