package memory

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// snapshot is a job and some of its runs as of one state. It can be copied
// without the lock, since records are never written to.
type snapshot struct {
	job          *storage.JobRecord
	latest       *storage.RunRecord
	open, recent []*storage.RunRecord
}

// snapshot returns the job. A brief one has no documents and no latest run.
func (j *job) snapshot(brief bool) snapshot {
	if brief {
		r := *j.record
		r.Doc, r.State = nil, nil
		return snapshot{job: &r}
	}
	found := snapshot{job: j.record}
	if latest := j.runs[j.record.LatestRunID]; latest != nil {
		found.latest = latest.record
	}
	return found
}

// size is the number of bytes of its documents.
func (s *snapshot) size() int {
	size := len(s.job.Doc) + len(s.job.State)
	if s.latest != nil {
		size += len(s.latest.Doc)
	}
	return size
}

func (s *snapshot) copy() storage.JobRecord {
	out := copyOf(s.job)
	if s.latest != nil {
		out.LatestRun = new(copyOf(s.latest))
	}
	return out
}

// Job implements [storage.Store].
func (s *Store) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	var found snapshot
	err := s.read(ctx, func() error {
		j := s.job(ref)
		if j.record == nil {
			return storage.ErrNotFound
		}
		found = j.snapshot(false)
		return nil
	})
	if err != nil {
		return storage.JobRecord{}, fmt.Errorf("memory: job %s: %w", ref.JobID, err)
	}
	return found.copy(), nil
}

// FindJobs implements [storage.Store].
func (s *Store) FindJobs(ctx context.Context, query storage.FindQuery) (storage.JobList, error) {
	var found []snapshot
	list := storage.JobList{Organization: storage.OrganizationRecord{OrganizationID: query.OrganizationID}}
	err := query.Validate()
	if err == nil {
		err = s.read(ctx, func() error {
			o := s.organization(query.OrganizationID)
			list.Organization.Revision, list.Organization.Graph = o.revision, o.graph
			list.Organization.Doc = o.doc
			found = o.find(query)
			return nil
		})
	}
	if err != nil {
		return storage.JobList{}, fmt.Errorf("memory: find jobs of organization %s: %w", query.OrganizationID, err)
	}
	list.Organization = copyOf(&list.Organization)
	list.Jobs = make([]storage.FoundJob, len(found))
	for i, s := range found {
		list.Jobs[i] = storage.FoundJob{JobRecord: s.copy(), OpenRuns: copies(s.open), RecentRuns: copies(s.recent)}
	}
	return list, nil
}

func (o *organization) find(query storage.FindQuery) []snapshot {
	var found []snapshot
	seen := make(map[*job]bool, len(query.IDs)+len(query.Keys))
	add := func(j *job) {
		if j == nil || seen[j] {
			return
		}
		seen[j] = true
		s := j.snapshot(query.Brief)
		if query.NoDoc {
			r := *s.job
			r.Doc = nil
			s.job = &r
		}
		s.open = j.byNumber.first(min(query.OpenRuns, storage.MaxLimit), storage.RunQuery{Outcomes: []storage.Outcome{storage.Open}, Ascending: true})
		s.recent = j.byNumber.first(min(query.RecentRuns, storage.MaxLimit), storage.RunQuery{})
		found = append(found, s)
	}
	for _, id := range query.IDs {
		add(o.jobs[id])
	}
	for _, key := range query.Keys {
		add(o.byKey[key])
	}
	return found
}
