package memory

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jobledger/jobledger/jobs"
	"github.com/tidwall/btree"
)

// Run implements [jobs.Store].
func (s *Store) Run(ctx context.Context, ref jobs.JobRef, runID string) (jobs.RunRecord, error) {
	found, err := s.findRun(ctx, ref, runID)
	if err != nil {
		return jobs.RunRecord{}, fmt.Errorf("memory: run %s of job %s: %w", runID, ref.JobID, err)
	}
	return copyRun(found), nil
}

func (s *Store) findRun(ctx context.Context, ref jobs.JobRef, runID string) (*jobs.RunRecord, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if j := s.job(ref); j != nil {
		if r := j.runs.record(runID); r != nil {
			return r, nil
		}
	}
	return nil, jobs.ErrNotFound
}

// ListRuns implements [jobs.Store].
func (s *Store) ListRuns(ctx context.Context, query jobs.RunQuery) ([]jobs.RunRecord, error) {
	found, err := s.listRuns(ctx, query)
	if err != nil {
		subject := "organization " + query.OrganizationID
		if query.JobID != "" {
			subject = "job " + query.JobID
		}
		return nil, fmt.Errorf("memory: list runs of %s: %w", subject, err)
	}
	out := make([]jobs.RunRecord, len(found))
	for i, r := range found {
		out[i] = copyRun(r)
	}
	return out, nil
}

func (s *Store) listRuns(ctx context.Context, query jobs.RunQuery) ([]*jobs.RunRecord, error) {
	if query.JobID == "" && len(query.Outcomes) > 0 {
		return nil, errors.New("outcomes select the runs of one job only")
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if query.Limit <= 0 {
		return nil, nil
	}
	trees, after := s.selectRuns(query)
	var found []*jobs.RunRecord
	walk(trees, after, !query.Ascending, func(p runPlace) bool {
		if after == nil || !p.sameAs(*after) {
			found = append(found, p.run.record)
		}
		return len(found) < query.Limit
	})
	return found, nil
}

// selectRuns returns disjoint indexes that hold what the query selects, and
// the place it goes on from, nil for the beginning.
func (s *Store) selectRuns(query jobs.RunQuery) ([]*btree.BTreeG[runPlace], *runPlace) {
	after := &runPlace{query.After.CreatedAt.UnixMicro(), query.After.JobID, query.After.Number, nil}
	if query.JobID == "" {
		if query.After.CreatedAt.IsZero() && query.After.JobID == "" && query.After.Number == 0 {
			after = nil
		}
		if o := s.organizations[query.OrganizationID]; o != nil {
			return []*btree.BTreeG[runPlace]{o.runs}, after
		}
		return nil, after
	}
	// Only the number counts: the rest is what all runs of the job compare by.
	after.at, after.jobID = 0, ""
	if after.number == 0 {
		after = nil
	}
	if j := s.job(query.JobRef); j != nil {
		return j.runs.selected(query.Outcomes), after
	}
	return nil, after
}

// selected returns the indexes of the runs with these outcomes; of all when
// none is named.
func (r *jobRuns) selected(outcomes []jobs.Outcome) []*btree.BTreeG[runPlace] {
	var trees []*btree.BTreeG[runPlace]
	for outcome, tree := range r.byOutcome {
		if len(outcomes) == 0 || slices.Contains(outcomes, outcome) {
			trees = append(trees, tree)
		}
	}
	return trees
}
