package redis

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
)

// Job implements [jobs.Store].
func (s *Store) Job(ctx context.Context, ref jobs.JobRef) (jobs.JobRecord, error) {
	found, err := s.find(ctx, jobs.JobLookup{OrganizationID: ref.OrganizationID, IDs: []string{ref.JobID}})
	if err == nil && len(found.Jobs) == 0 {
		err = jobs.ErrNotFound
	}
	if err != nil {
		return jobs.JobRecord{}, fmt.Errorf("redis: job %s: %w", ref.JobID, err)
	}
	return found.Jobs[0], nil
}

// FindJobs implements [jobs.Store].
func (s *Store) FindJobs(ctx context.Context, lookup jobs.JobLookup) (jobs.FoundJobs, error) {
	found, err := s.find(ctx, lookup)
	if err != nil {
		return jobs.FoundJobs{}, fmt.Errorf("redis: find jobs of organization %s: %w", lookup.OrganizationID, err)
	}
	return found, nil
}

func (s *Store) find(ctx context.Context, lookup jobs.JobLookup) (jobs.FoundJobs, error) {
	o := s.partition(lookup.OrganizationID).organization(lookup.OrganizationID)
	args := make([]any, 0, 1+len(lookup.IDs)+len(lookup.Keys))
	args = append(args, len(lookup.IDs))
	for _, id := range lookup.IDs {
		args = append(args, id)
	}
	for _, key := range lookup.Keys {
		args = append(args, key)
	}
	reply, err := s.readList(ctx, findScript, []string{o.records}, args...)
	if err != nil {
		return jobs.FoundJobs{}, err
	}
	fetched, err := newFetched(reply)
	if err != nil {
		return jobs.FoundJobs{}, err
	}
	found := jobs.FoundJobs{}
	if graph := text(reply[0]); len(graph) == 8 {
		found.Graph = intOf(graph)
	}
	found.Jobs, err = fetched.jobs(lookup.OrganizationID)
	return found, err
}
