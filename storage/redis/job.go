package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// Job implements [storage.Store].
func (s *Store) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	found, err := s.find(ctx, storage.FindQuery{OrganizationID: ref.OrganizationID, IDs: []string{ref.JobID}})
	if err == nil && len(found.Jobs) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return storage.JobRecord{}, fmt.Errorf("redis: job %s: %w", ref.JobID, err)
	}
	return found.Jobs[0].JobRecord, nil
}

// FindJobs implements [storage.Store].
func (s *Store) FindJobs(ctx context.Context, query storage.FindQuery) (storage.JobList, error) {
	err := query.Validate()
	var found storage.JobList
	if err == nil {
		found, err = s.find(ctx, query)
	}
	if err != nil {
		return storage.JobList{}, fmt.Errorf("redis: find jobs of organization %s: %w", query.OrganizationID, err)
	}
	return found, nil
}

// find reads jobs in one script. When runs are asked for, jobs that are asked
// for by key are looked up first, since the keys of a script must be known.
// When a job's key has moved meanwhile, it looks again. The documents of many
// jobs are read after the script.
func (s *Store) find(ctx context.Context, query storage.FindQuery) (storage.JobList, error) {
	depth := wholeDepth
	many := len(query.IDs)+len(query.Keys) > wholePage
	switch {
	case query.Brief:
		depth = briefDepth
	case many || query.NoDoc:
		depth = findDepth
	}
	var holders []any
	for range retries {
		found, err := s.findOnce(ctx, query, holders, depth)
		if err != nil {
			return storage.JobList{}, err
		}
		if query.OpenRuns+query.RecentRuns > 0 && !slices.Equal(holders, found.holders) {
			holders = found.holders
			continue
		}
		if depth == findDepth && !query.NoDoc {
			same, err := s.addDocuments(ctx, query.OrganizationID, found.jobs)
			if err != nil {
				return storage.JobList{}, err
			}
			if !same {
				depth = wholeDepth
				continue
			}
		}
		return found.list(query)
	}
	return storage.JobList{}, errBusy
}

// retries is how often a read starts again because of writes between its steps.
const retries = 100

var errBusy = errors.New("what is read changes too fast")

// foundJobs is the reply of the script that finds jobs.
type foundJobs struct {
	organization, holders, runs []any
	names                       []string
	jobs                        *fetched
}

func (s *Store) findOnce(
	ctx context.Context, query storage.FindQuery, holders []any, depth string,
) (*foundJobs, error) {
	p := s.partition(query.OrganizationID)
	f := &foundJobs{}
	seen := make(map[string]bool, len(query.IDs)+len(holders))
	add := func(name string) {
		if name != "" && !seen[name] {
			seen[name] = true
			f.names = append(f.names, name)
		}
	}
	for _, id := range query.IDs {
		add(nameBytes(id))
	}
	for _, holder := range holders {
		add(text(holder))
	}
	keys := []string{p.records(query.OrganizationID)}
	args := make([]any, 0, 4+len(f.names)+len(query.Keys))
	args = append(args, depth, len(f.names))
	for _, name := range f.names {
		args = append(args, name)
		if query.OpenRuns+query.RecentRuns > 0 {
			id, _, err := cutName(name)
			if err != nil {
				return nil, err
			}
			keys = append(keys, p.order(storage.JobRef{OrganizationID: query.OrganizationID, JobID: id}))
		}
	}
	args = append(args, min(query.OpenRuns, storage.MaxLimit), min(query.RecentRuns, storage.MaxLimit))
	for _, key := range query.Keys {
		args = append(args, key)
	}
	reply, err := s.readList(ctx, findScript, keys, args...)
	if err != nil {
		return nil, err
	}
	if len(reply) != 4 {
		return nil, errReply
	}
	if f.jobs, err = newFetched(query.OrganizationID, depth, reply[1]); err != nil {
		return nil, err
	}
	f.organization, f.holders, f.runs = list(reply[0]), list(reply[2]), list(reply[3])
	if len(f.organization) != 3 {
		return nil, errReply
	}
	return f, nil
}

func (f *foundJobs) list(query storage.FindQuery) (storage.JobList, error) {
	found := storage.JobList{Organization: storage.OrganizationRecord{OrganizationID: query.OrganizationID}}
	if revision := text(f.organization[0]); len(revision) == 8 {
		found.Organization.Revision = intOf(revision)
	}
	if graph := text(f.organization[1]); len(graph) == 8 {
		found.Organization.Graph = intOf(graph)
	}
	found.Organization.Doc = document(text(f.organization[2]))
	for i, job := range f.jobs.jobs {
		one := storage.FoundJob{JobRecord: job}
		if index := f.jobs.indexes[i]; index < len(f.runs) {
			lists := list(f.runs[index])
			if len(lists) != 4 {
				return storage.JobList{}, errReply
			}
			var err1, err2 error
			one.OpenRuns, err1 = decodeRuns(job.JobRef, list(lists[0]), list(lists[1]))
			one.RecentRuns, err2 = decodeRuns(job.JobRef, list(lists[2]), list(lists[3]))
			if err := errors.Join(err1, err2); err != nil {
				return storage.JobList{}, err
			}
		}
		found.Jobs = append(found.Jobs, one)
	}
	return found, nil
}

func decodeRuns(ref storage.JobRef, ids, records []any) ([]storage.RunRecord, error) {
	if len(ids) != len(records) {
		return nil, errReply
	}
	var runs []storage.RunRecord
	for i, id := range ids {
		run, err := decodeRun(ref, text(id), records[i])
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}
