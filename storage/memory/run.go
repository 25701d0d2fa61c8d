package memory

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// Run implements [storage.Store].
func (s *Store) Run(ctx context.Context, ref storage.JobRef, runID string) (storage.RunRecord, error) {
	var found *storage.RunRecord
	err := s.read(ctx, func() error {
		one := s.job(ref).runs[runID]
		if one == nil {
			return storage.ErrNotFound
		}
		found = one.record
		return nil
	})
	if err != nil {
		return storage.RunRecord{}, fmt.Errorf("memory: run %s of job %s: %w", runID, ref.JobID, err)
	}
	return copyOf(found), nil
}

// ListRuns implements [storage.Store].
func (s *Store) ListRuns(ctx context.Context, query storage.RunQuery) (storage.RunPage, error) {
	var found *page[*storage.RunRecord]
	var next storage.RunPosition
	err := query.Validate()
	if err == nil {
		err = s.read(ctx, func() error { found, next = s.listRuns(query); return nil })
	}
	if err != nil {
		return storage.RunPage{}, fmt.Errorf("memory: list runs of organization %s, job %s: %w", query.OrganizationID, query.JobID, err)
	}
	return storage.RunPage{Runs: copies(found.found), More: found.more, Next: next}, nil
}

func (s *Store) listRuns(query storage.RunQuery) (*page[*storage.RunRecord], storage.RunPosition) {
	found := newPage[*storage.RunRecord](query.Limit)
	index, from := s.runsOf(query)
	passed := 0
	var last *storage.RunRecord
	walk(index.selected(query), from, !query.Ascending, func(p runEntry) bool {
		switch {
		case from != nil && p.sameAs(*from):
			return true
		case !p.run.job.removed || query.Removed:
			if !found.add(p.run.record, len(p.run.record.Doc)) {
				return false
			}
		case passed == passedOver:
			found.more = true
			return false
		default:
			passed++
		}
		last = p.run.record
		return true
	})
	if !found.more {
		return found, storage.RunPosition{}
	}
	return found, storage.RunPosition{CreatedAt: last.CreatedAt, JobID: last.JobID, Number: last.Number}
}

// runsOf returns the index for a query, and the entry from which to continue;
// nil for the beginning.
func (s *Store) runsOf(query storage.RunQuery) (runIndex, *runEntry) {
	o, after := s.organization(query.OrganizationID), query.After
	if query.JobID == "" {
		if after == (storage.RunPosition{}) {
			return o.runs, nil
		}
		return o.runs, &runEntry{after.CreatedAt.UnixMicro(), after.JobID, after.Number, nil}
	}
	var index runIndex
	if query.Removed {
		if t := o.tombstones[query.JobID]; t != nil {
			index = t.job.byNumber
		}
	} else {
		index = s.job(query.JobRef).byNumber
	}
	if after.Number == 0 {
		return index, nil
	}
	return index, &runEntry{number: after.Number}
}
