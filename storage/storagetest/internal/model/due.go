package model

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Due implements [storage.Store].
func (m *Store) Due(ctx context.Context, q storage.DueQuery) (storage.DuePage, error) {
	if err := q.Validate(); err != nil {
		return storage.DuePage{}, err
	}
	if err := ctx.Err(); err != nil {
		return storage.DuePage{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	answer := storage.DuePage{Time: m.latest}
	var all []storage.DueItem
	for _, s := range m.organizations {
		for _, item := range s.asleep(q.Kind) {
			switch {
			case item.At.IsZero():
			case item.At.After(q.Until):
				if answer.Next.IsZero() || item.At.Before(answer.Next) {
					answer.Next = item.At
				}
			case q.After == (storage.DueItem{}) || CompareDue(item, q.After) > 0:
				all = append(all, item)
			}
		}
	}
	slices.SortFunc(all, CompareDue)
	answer.Items, answer.More = page(all, q.Limit, func(storage.DueItem) int { return 0 })
	if answer.More {
		answer.After = answer.Items[len(answer.Items)-1]
	}
	return answer, nil
}

// asleep returns all of one kind that could be due.
func (s *State) asleep(kind storage.DueKind) []storage.DueItem {
	var all []storage.DueItem
	for _, j := range s.jobs {
		switch {
		case j.tombstone != nil && kind == storage.DueTombstones:
			all = append(all, storage.DueItem{At: j.tombstone.WakeAt, JobRef: j.record.JobRef})
		case j.tombstone != nil || kind == storage.DueTombstones:
		case kind == storage.DueJobs:
			all = append(all, storage.DueItem{At: j.record.WakeAt, JobRef: j.record.JobRef})
		default:
			for _, r := range j.runs {
				at := map[storage.DueKind]time.Time{
					storage.DueReady: r.ReadyAt, storage.DueDeadlines: r.DeadlineAt, storage.DueDebts: r.OwedAt,
				}[kind]
				all = append(all, storage.DueItem{At: at, JobRef: r.JobRef, RunID: r.ID})
			}
		}
	}
	return all
}

// CompareDue orders what is due.
func CompareDue(a, b storage.DueItem) int {
	return cmp.Or(
		a.At.Compare(b.At), cmp.Compare(a.OrganizationID, b.OrganizationID),
		cmp.Compare(a.JobID, b.JobID), cmp.Compare(a.RunID, b.RunID),
	)
}
