package jobs

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

// rehearsal is a service that decides as s does, and writes nothing to the store.
// It keeps its commits in memory, where its own reads find them. It calls no
// observer. It is for one operation in one goroutine.
func (s *Service) rehearsal() *Service {
	o := s.opts
	o.Observer, o.NewID = nil, nil
	c := &core{store: &rehearsed{Store: s.store, jobs: map[string]*storage.JobRecord{}, keys: map[string]string{}, scopes: map[string]map[string]bool{}}, opts: o}
	c.callouts.logger = o.Logger
	c.locks = newKeyedLocks()
	return &Service{core: c}
}

// rehearsed is a store that keeps changes of one organization's jobs in memory. It
// keeps no versions, runs or ticks.
type rehearsed struct {
	storage.Store
	// jobs are the changed jobs, by ID; nil for a removed one.
	jobs map[string]*storage.JobRecord
	// keys and scopes find the changed jobs that exist. Only the scopes of
	// dependencies are kept.
	keys   map[string]string
	scopes map[string]map[string]bool
}

// Commit keeps the record of the change's job. It checks no guard, because the
// decision was just made.
func (r *rehearsed) Commit(_ context.Context, change storage.Change) error {
	if change.Job == nil {
		return nil
	}
	if before := r.jobs[change.JobID]; before != nil {
		delete(r.keys, before.Key)
		for _, scope := range before.Scopes {
			delete(r.scopes[scope], before.JobID)
		}
	}
	r.jobs[change.JobID] = nil
	if change.Tombstone != nil {
		return nil
	}
	record := *change.Job
	record.JobRef, record.LatestRun = change.JobRef, nil
	record.Doc, record.State = bytes.Clone(record.Doc), bytes.Clone(record.State) // without spare capacity
	record.KeyScopes, record.Scopes = nil, slices.Clip(slices.DeleteFunc(slices.Clone(record.Scopes), func(scope string) bool {
		return scope != graphScope && !strings.HasPrefix(scope, dependencyScope)
	}))
	r.jobs[record.JobID], r.keys[record.Key] = &record, record.JobID
	for _, scope := range record.Scopes {
		if r.scopes[scope] == nil {
			r.scopes[scope] = map[string]bool{}
		}
		r.scopes[scope][record.JobID] = true
	}
	return nil
}

// Job returns a job as it would be.
func (r *rehearsed) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	record, changed := r.jobs[ref.JobID]
	switch {
	case !changed:
		return r.Store.Job(ctx, ref)
	case record == nil:
		return storage.JobRecord{}, storage.ErrNotFound
	}
	return *record, nil
}

// FindJobs finds jobs as they would be.
func (r *rehearsed) FindJobs(ctx context.Context, query storage.FindQuery) (storage.JobList, error) {
	list, err := r.Store.FindJobs(ctx, query)
	list.Jobs = slices.DeleteFunc(list.Jobs, func(j storage.FoundJob) bool { return r.isChanged(j.JobID) })
	ids := slices.Clone(query.IDs)
	for _, key := range query.Keys {
		if id, ok := r.keys[key]; ok {
			ids = append(ids, id)
		}
	}
	for _, id := range distinct(ids) {
		if record := r.jobs[id]; record != nil {
			list.Jobs = append(list.Jobs, storage.FoundJob{JobRecord: *record})
		}
	}
	return list, err
}

// ListJobs lists the jobs of a scope of dependencies as they would be, all on one
// page and in no order. It reads other lists from the store.
func (r *rehearsed) ListJobs(ctx context.Context, query storage.JobQuery) (storage.JobPage, error) {
	if query.Scope == "" {
		return r.Store.ListJobs(ctx, query)
	}
	var all storage.JobPage
	query.Offset, query.Limit, query.After = 0, storage.MaxLimit, nil
	for {
		page, err := r.Store.ListJobs(ctx, query)
		if err != nil {
			return all, err
		}
		more := page.More && len(page.Jobs) > 0
		if more {
			query.After = position(&page.Jobs[len(page.Jobs)-1])
		}
		all.Jobs = append(all.Jobs, slices.DeleteFunc(page.Jobs, func(j storage.JobRecord) bool { return r.isChanged(j.JobID) })...)
		if !more {
			break
		}
	}
	for id := range r.scopes[query.Scope] {
		if record := r.jobs[id]; query.AllTeams || intersect(record.TeamIDs, query.TeamIDs) {
			all.Jobs = append(all.Jobs, *record)
		}
	}
	all.Total = len(all.Jobs)
	return all, nil
}

func (r *rehearsed) isChanged(jobID string) bool {
	_, changed := r.jobs[jobID]
	return changed
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
