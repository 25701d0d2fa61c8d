package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

// plenty is a limit above anything that a case stores.
const plenty = 10_000

// forever is a time at which everything is due.
var forever = time.Date(9999, time.December, 31, 23, 59, 59, 999_999_000, time.UTC)

// snapshot is everything that can be read about some jobs, their
// organizations, and what is due. The store's own time is not in it: a store
// with a clock moves on by itself.
type snapshot struct {
	Organizations map[string]organizationState
	Jobs          map[jobs.JobRef]jobState
	Due           []jobs.DueItem
}

// organizationState is what can be read about an organization.
type organizationState struct {
	Graph      int64
	Total      int
	ByCreation []jobs.JobRecord
	ByKey      []jobs.JobRecord
	Runs       []jobs.RunRecord
}

// jobState is what can be read about a job: nil for what is not found.
type jobState struct {
	Job       *jobs.JobRecord
	Found     []jobs.JobRecord
	Draft     *jobs.VersionRecord
	Total     int
	Listed    []jobs.VersionRecord
	Versions  []jobs.VersionRecord
	Runs      []jobs.RunRecord
	ByID      []jobs.RunRecord
	Ticks     []jobs.TickRecord
	Tombstone *jobs.TombstoneRecord
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
	if d := difference(want, got); d != "" {
		p.Errorf("%s (-want +got):\n%s", fmt.Sprintf(format, args...), d)
		p.FailNow()
	}
}

// difference compares two values as the contract does: documents by their
// bytes, times as instants, and nil like empty.
func difference(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return "" // much faster, and nearly always so
	}
	notEmpty := func(a, b []byte) bool { return len(a)+len(b) > 0 }
	return cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.FilterValues(notEmpty, cmp.Comparer(bytes.Equal)))
}

// take reads a snapshot. It makes many reads, so nobody may write meanwhile.
func take(ctx context.Context, store jobs.Store, refs []jobs.JobRef) (snapshot, error) {
	s := snapshot{Organizations: map[string]organizationState{}, Jobs: map[jobs.JobRef]jobState{}}
	page, err := store.Due(ctx, jobs.DueQuery{Until: forever, Limit: plenty})
	s.Due = page.Items
	for _, ref := range refs {
		if _, ok := s.Organizations[ref.OrganizationID]; !ok && err == nil {
			s.Organizations[ref.OrganizationID], err = takeOrganization(ctx, store, ref.OrganizationID)
		}
		if err != nil {
			return s, err
		}
		if s.Jobs[ref], err = takeJob(ctx, store, ref); err != nil {
			return s, err
		}
	}
	return s, err
}

func takeOrganization(ctx context.Context, store jobs.Store, id string) (organizationState, error) {
	var o organizationState
	found, err1 := store.FindJobs(ctx, jobs.JobLookup{OrganizationID: id})
	o.Graph = found.Graph
	page, err2 := store.ListJobs(ctx, jobs.JobQuery{OrganizationID: id, AllTeams: true, Limit: plenty})
	o.Total, o.ByCreation = page.Total, page.Jobs
	page, err3 := store.ListJobs(ctx, jobs.JobQuery{
		OrganizationID: id, AllTeams: true, Order: jobs.ByKey, Descending: true, Limit: plenty,
	})
	o.ByKey = page.Jobs
	runs, err4 := store.ListRuns(ctx, jobs.RunQuery{JobRef: jobs.JobRef{OrganizationID: id}, Limit: plenty})
	o.Runs = runs
	return o, errors.Join(err1, err2, err3, err4)
}

func takeJob(ctx context.Context, store jobs.Store, ref jobs.JobRef) (jobState, error) {
	var s jobState
	var errs [7]error
	s.Job, errs[0] = optional(store.Job(ctx, ref))
	s.Draft, errs[1] = optional(store.Draft(ctx, ref))
	s.Tombstone, errs[2] = optional(store.Tombstone(ctx, ref))
	s.Ticks, errs[3] = store.ListTicks(ctx, jobs.TickQuery{JobRef: ref, Limit: plenty})
	errs[4] = s.takeVersions(ctx, store, ref)
	errs[5] = s.takeRuns(ctx, store, ref)
	errs[6] = s.takeFound(ctx, store, ref)
	return s, errors.Join(errs[:]...)
}

func (s *jobState) takeVersions(ctx context.Context, store jobs.Store, ref jobs.JobRef) error {
	page, err := store.ListVersions(ctx, jobs.VersionQuery{JobRef: ref, Limit: plenty})
	s.Total, s.Listed = page.Total, page.Versions
	for n := 1; n <= len(page.Versions)+2 && err == nil; n++ {
		var v *jobs.VersionRecord
		if v, err = optional(store.Version(ctx, ref, n)); v != nil {
			s.Versions = append(s.Versions, *v)
		}
	}
	return err
}

func (s *jobState) takeRuns(ctx context.Context, store jobs.Store, ref jobs.JobRef) error {
	runs, err := store.ListRuns(ctx, jobs.RunQuery{JobRef: ref, Ascending: true, Limit: plenty})
	s.Runs = runs
	for n := 1; n <= len(runs)+2 && err == nil; n++ {
		var r *jobs.RunRecord
		if r, err = optional(store.Run(ctx, ref, runID(n))); r != nil {
			s.ByID = append(s.ByID, *r)
		}
	}
	return err
}

func (s *jobState) takeFound(ctx context.Context, store jobs.Store, ref jobs.JobRef) error {
	lookup := jobs.JobLookup{OrganizationID: ref.OrganizationID, IDs: []string{ref.JobID}}
	if s.Job != nil {
		lookup.Keys = []string{s.Job.Key}
	}
	found, err := store.FindJobs(ctx, lookup)
	s.Found = found.Jobs
	return err
}

// optional turns "not found" into nil.
func optional[V any](value V, err error) (*V, error) {
	switch {
	case err == nil:
		return &value, nil
	case errors.Is(err, jobs.ErrNotFound):
		return nil, nil
	default:
		return nil, err
	}
}
