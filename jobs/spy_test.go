package jobs_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// spy is a store that counts reads, and remembers the changes that were made. It
// can show documents in another form than they were written in.
type spy struct {
	storage.Store
	// show changes a document of a job as it is read; nil for no change.
	show func(storage.JobRef, []byte) []byte
	// showRun does so for a run's.
	showRun func(storage.RunRecord) []byte

	mu      sync.Mutex
	reads   map[string]int
	changes []storage.Change
}

// newSpiedWorld starts a service on a spied memory store.
func newSpiedWorld(t *testing.T, opts *jobs.Options) (*World, *spy) {
	t.Helper()
	s := &spy{Store: memory.New(), reads: map[string]int{}}
	return newWorldOn(t, s, opts), s
}

func (s *spy) count(read string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads[read]++
}

// read returns how many reads there were since it was last asked, and which.
func (s *spy) read() (total int, byName map[string]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	byName, s.reads = s.reads, map[string]int{}
	for _, n := range byName {
		total += n
	}
	return total, byName
}

// made returns the changes since it was last asked.
func (s *spy) made() []storage.Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := s.changes
	s.changes = nil
	return made
}

func (s *spy) Commit(ctx context.Context, c storage.Change) error {
	err := s.Store.Commit(ctx, c)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.changes = append(s.changes, c)
	}
	return err
}

func (s *spy) shown(r storage.JobRecord) storage.JobRecord {
	if s.show != nil && len(r.Doc) > 0 {
		r.Doc = s.show(r.JobRef, r.Doc)
	}
	if r.LatestRun != nil {
		latest := s.shownRun(*r.LatestRun)
		r.LatestRun = &latest
	}
	return r
}

func (s *spy) shownRun(r storage.RunRecord) storage.RunRecord {
	if s.showRun != nil {
		r.Doc = s.showRun(r)
	}
	return r
}

func (s *spy) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	s.count("Job")
	record, err := s.Store.Job(ctx, ref)
	return s.shown(record), err
}

func (s *spy) FindJobs(ctx context.Context, query storage.FindQuery) (storage.JobList, error) {
	s.count("FindJobs")
	list, err := s.Store.FindJobs(ctx, query)
	for i := range list.Jobs {
		list.Jobs[i].JobRecord = s.shown(list.Jobs[i].JobRecord)
	}
	return list, err
}

func (s *spy) ListJobs(ctx context.Context, query storage.JobQuery) (storage.JobPage, error) {
	s.count("ListJobs")
	page, err := s.Store.ListJobs(ctx, query)
	for i := range page.Jobs {
		page.Jobs[i] = s.shown(page.Jobs[i])
	}
	return page, err
}

func (s *spy) Run(ctx context.Context, ref storage.JobRef, id string) (storage.RunRecord, error) {
	s.count("Run")
	record, err := s.Store.Run(ctx, ref, id)
	return s.shownRun(record), err
}

func (s *spy) ListRuns(ctx context.Context, query storage.RunQuery) (storage.RunPage, error) {
	s.count("ListRuns")
	page, err := s.Store.ListRuns(ctx, query)
	for i := range page.Runs {
		page.Runs[i] = s.shownRun(page.Runs[i])
	}
	return page, err
}

func (s *spy) ListTicks(ctx context.Context, query storage.TickQuery) (storage.TickPage, error) {
	s.count("ListTicks")
	return s.Store.ListTicks(ctx, query)
}

func (s *spy) ListEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	s.count("ListEvents")
	return s.Store.ListEvents(ctx, query)
}
