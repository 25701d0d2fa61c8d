package model

import (
	"cmp"
	"context"
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// Run implements [storage.Store].
func (m *Store) Run(ctx context.Context, ref storage.JobRef, runID string) (storage.RunRecord, error) {
	return read(ctx, m, ref.OrganizationID, anything{}, func(s *State) (storage.RunRecord, error) {
		return optional(find(s.parts(ref.JobID).runs, func(r storage.RunRecord) bool { return r.ID == runID }))
	})
}

// ListRuns implements [storage.Store].
func (m *Store) ListRuns(ctx context.Context, q storage.RunQuery) (storage.RunPage, error) {
	return read(ctx, m, q.OrganizationID, q, func(s *State) (storage.RunPage, error) {
		order := func(a, b storage.RunPosition) int {
			return directed(ComparePositions(a, b, q.JobID == ""), !q.Ascending)
		}
		all := slices.DeleteFunc(s.runsOf(q), func(r storage.RunRecord) bool {
			refused := len(q.Outcomes) > 0 && !slices.Contains(q.Outcomes, r.Outcome)
			return refused || q.After != (storage.RunPosition{}) && order(Position(r), q.After) <= 0
		})
		slices.SortFunc(all, func(a, b storage.RunRecord) int { return order(Position(a), Position(b)) })
		var answer storage.RunPage
		answer.Runs, answer.More = page(all, q.Limit, func(r storage.RunRecord) int { return len(r.Doc) })
		if answer.More {
			answer.Next = Position(answer.Runs[len(answer.Runs)-1])
		}
		return answer, nil
	})
}

// runsOf returns the runs of the job or the organization that a query asks for.
func (s *State) runsOf(q storage.RunQuery) []storage.RunRecord {
	var all []storage.RunRecord
	for id, j := range s.jobs {
		removed := j.tombstone != nil
		if q.JobID != "" && q.JobID != id || removed != q.Removed {
			continue
		}
		for _, r := range j.runs {
			if !removed || left(r) {
				all = append(all, r)
			}
		}
	}
	return all
}

// Position is where a run stands.
func Position(r storage.RunRecord) storage.RunPosition {
	return storage.RunPosition{CreatedAt: r.CreatedAt, JobID: r.JobID, Number: r.Number}
}

// ComparePositions orders the runs of an organization, or else of one job.
func ComparePositions(a, b storage.RunPosition, organization bool) int {
	if !organization {
		return cmp.Compare(a.Number, b.Number)
	}
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.JobID, b.JobID), cmp.Compare(a.Number, b.Number))
}

// ListTicks implements [storage.Store].
func (m *Store) ListTicks(ctx context.Context, q storage.TickQuery) (storage.TickPage, error) {
	return read(ctx, m, q.OrganizationID, q, func(s *State) (storage.TickPage, error) {
		var all []storage.TickRecord
		for _, t := range slices.Backward(s.parts(q.JobID).ticks) {
			if q.Before.IsZero() || t.NominalAt.Before(q.Before) {
				all = append(all, t)
			}
		}
		var answer storage.TickPage
		answer.Ticks, answer.More = page(all, q.Limit, func(t storage.TickRecord) int { return len(t.Doc) })
		return answer, nil
	})
}

// ListEvents implements [storage.Store].
func (m *Store) ListEvents(ctx context.Context, q storage.EventQuery) (storage.EventPage, error) {
	return read(ctx, m, q.OrganizationID, q, func(s *State) (storage.EventPage, error) {
		if len(s.events) == 0 {
			return storage.EventPage{}, nil
		}
		answer := storage.EventPage{Oldest: s.oldest, Newest: int64(len(s.events))}
		all := slices.DeleteFunc(slices.Clone(s.events), func(e storage.EventRecord) bool {
			return e.Seq < s.oldest || q.JobID != "" && q.JobID != e.JobID || e.Seq <= q.After || q.Before != 0 && e.Seq >= q.Before
		})
		if !q.Ascending {
			slices.Reverse(all)
		}
		answer.Events, answer.More = page(all, q.Limit, func(e storage.EventRecord) int { return len(e.Doc) })
		return answer, nil
	})
}
