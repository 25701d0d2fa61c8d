package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
)

// forever is a time at which everything is due.
var forever = time.Date(9999, time.December, 31, 23, 59, 59, 999_999_000, time.UTC)

// snapshot is everything that can be read about some jobs, their
// organizations, and what is due. The store's own time is not in it: a store
// with a clock moves on by itself.
type snapshot struct {
	Organizations map[string]organizationState
	Jobs          map[storage.JobRef]jobState
	Due           map[storage.DueKind][]storage.DueItem
}

// organizationState is what can be read about an organization.
type organizationState struct {
	Record     storage.OrganizationRecord
	Total      int
	ByCreation []storage.JobRecord
	ByKey      []storage.JobRecord
	Runs       []storage.RunRecord
	Ended      []storage.RunRecord
	Journal    storage.EventPage
}

// jobState is what can be read about a job: nil for what is not found.
type jobState struct {
	Job       *storage.JobRecord
	Found     []storage.FoundJob
	Draft     *storage.VersionRecord
	Total     int
	Listed    []storage.VersionRecord
	Versions  []storage.VersionRecord
	Runs      []storage.RunRecord
	ByID      []storage.RunRecord
	Ticks     []storage.TickRecord
	Tombstone *storage.TombstoneRecord
	Left      []storage.RunRecord
}

// dueKinds are all kinds of what may be due.
var dueKinds = []storage.DueKind{
	storage.DueJobs, storage.DueReady, storage.DueDeadlines, storage.DueDebts, storage.DueTombstones,
}

// snapshot reads everything about the jobs that the case ever changed, or
// tried to.
func (p *probe) snapshot() snapshot {
	p.Helper()
	p.mu.Lock()
	refs := slices.Clone(p.refs)
	p.mu.Unlock()
	s, err := take(p.ctx, p.store, refs)
	require.NoError(p, err, "snapshot")
	return s
}

// same fails the case when two values differ.
func (p *probe) same(want, got any, format string, args ...any) {
	p.Helper()
	if d := deep.Diff(want, got); d != "" {
		p.Errorf("%s (-want +got):\n%s", fmt.Sprintf(format, args...), d)
		p.FailNow()
	}
}

// take reads a snapshot. It makes many reads, so nobody may write meanwhile.
func take(ctx context.Context, store storage.Store, refs []storage.JobRef) (snapshot, error) {
	s := snapshot{
		Organizations: map[string]organizationState{},
		Jobs:          map[storage.JobRef]jobState{},
		Due:           map[storage.DueKind][]storage.DueItem{},
	}
	for _, kind := range dueKinds {
		page, err := listDue(ctx, store, storage.DueQuery{Kind: kind, Until: forever, Limit: plenty})
		if err != nil {
			return s, err
		}
		s.Due[kind] = page.Items
	}
	var err error
	for _, ref := range refs {
		if _, ok := s.Organizations[ref.OrganizationID]; !ok {
			if s.Organizations[ref.OrganizationID], err = takeOrganization(ctx, store, ref.OrganizationID); err != nil {
				return s, err
			}
		}
		if ref.JobID == "" {
			continue // of a change to the organization
		}
		if s.Jobs[ref], err = takeJob(ctx, store, ref); err != nil {
			return s, err
		}
	}
	return s, nil
}

func takeOrganization(ctx context.Context, store storage.Store, id string) (organizationState, error) {
	var o organizationState
	var errs [6]error
	found, err := store.FindJobs(ctx, storage.FindQuery{OrganizationID: id})
	o.Record, errs[0] = found.Organization, err
	page, err := listJobs(ctx, store, storage.JobQuery{OrganizationID: id, AllTeams: true, Limit: plenty})
	o.Total, o.ByCreation, errs[1] = page.Total, page.Jobs, err
	page, errs[2] = listJobs(ctx, store, storage.JobQuery{
		OrganizationID: id, AllTeams: true, Order: storage.ByKey, Descending: true, Limit: plenty,
	})
	o.ByKey = page.Jobs
	runs := storage.RunQuery{JobRef: storage.JobRef{OrganizationID: id}, Limit: plenty}
	o.Runs, errs[3] = listRuns(ctx, store, runs)
	runs.Outcomes = []storage.Outcome{succeeded, failed}
	o.Ended, errs[4] = listRuns(ctx, store, runs)
	o.Journal, errs[5] = listEvents(ctx, store, storage.EventQuery{OrganizationID: id, Limit: plenty})
	return o, errors.Join(errs[:]...)
}

func takeJob(ctx context.Context, store storage.Store, ref storage.JobRef) (jobState, error) {
	var s jobState
	var errs [8]error
	s.Job, errs[0] = optional(store.Job(ctx, ref))
	s.Draft, errs[1] = optional(store.Draft(ctx, ref))
	s.Tombstone, errs[2] = optional(store.Tombstone(ctx, ref))
	s.Ticks, errs[3] = listTicks(ctx, store, storage.TickQuery{JobRef: ref, Limit: plenty})
	s.Left, errs[4] = listRuns(ctx, store, storage.RunQuery{JobRef: ref, Removed: true, Limit: plenty})
	errs[5] = s.takeVersions(ctx, store, ref)
	errs[6] = s.takeRuns(ctx, store, ref)
	errs[7] = s.takeFound(ctx, store, ref)
	return s, errors.Join(errs[:]...)
}

func (s *jobState) takeVersions(ctx context.Context, store storage.Store, ref storage.JobRef) error {
	page, err := listVersions(ctx, store, storage.VersionQuery{JobRef: ref, Limit: plenty})
	s.Total, s.Listed = page.Total, page.Versions
	for n := 1; n <= len(page.Versions)+2 && err == nil; n++ {
		var v *storage.VersionRecord
		if v, err = optional(store.Version(ctx, ref, n)); v != nil {
			s.Versions = append(s.Versions, *v)
		}
	}
	return err
}

func (s *jobState) takeRuns(ctx context.Context, store storage.Store, ref storage.JobRef) error {
	runs, err := listRuns(ctx, store, storage.RunQuery{JobRef: ref, Ascending: true, Limit: plenty})
	s.Runs = runs
	for n := 1; n <= len(runs)+2 && err == nil; n++ {
		var r *storage.RunRecord
		if r, err = optional(store.Run(ctx, ref, runID(n))); r != nil {
			s.ByID = append(s.ByID, *r)
		}
	}
	return err
}

func (s *jobState) takeFound(ctx context.Context, store storage.Store, ref storage.JobRef) error {
	query := storage.FindQuery{OrganizationID: ref.OrganizationID, IDs: []string{ref.JobID}, OpenRuns: 3, RecentRuns: 2}
	if s.Job != nil {
		query.Keys = []string{s.Job.Key}
	}
	found, err := store.FindJobs(ctx, query)
	s.Found = found.Jobs
	return err
}

// optional turns "not found" into nil.
func optional[V any](value V, err error) (*V, error) {
	switch {
	case err == nil:
		return &value, nil
	case errors.Is(err, storage.ErrNotFound):
		return nil, nil
	default:
		return nil, err
	}
}
