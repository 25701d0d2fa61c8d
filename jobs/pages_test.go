package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// large is a job of which 16 make more than a megabyte.
func large(j *jobs.NewJob) {
	j.Config = []byte(`{"x":"` + strings.Repeat("x", 65_000) + `"}`)
}

// anyConfig lets it in.
func anyConfig(json.RawMessage) (versions.JobType, error) { return versions.SQL, nil }

func TestAPageComesInParts(t *testing.T) {
	allow := func(_ context.Context, a jobs.Access) (bool, error) { return a.Allowed, nil }
	for name, policy := range map[string]jobs.Policy{"roles": nil, "a policy": allow} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, &jobs.Options{Policy: policy, CheckConfig: anyConfig})
			var ids []string
			for i := range 60 {
				ids = append(ids, w.create(fmt.Sprintf("job-%02d", i), large).ID)
			}
			for _, query := range []jobs.JobQuery{
				{Page: jobs.PageOptions{Limit: 50}, SortByKey: true},
				{Page: jobs.PageOptions{Number: 2, Limit: 25}, SortByKey: true},
				{Page: jobs.PageOptions{Number: 2, Limit: 50}, SortByKey: true, TeamID: "T1", ClusterID: "C1"},
			} {
				var got []string
				parts := 0
				err := w.VisitJobs(w.ctx, w.Actor, query, func(part jobs.JobList) error {
					parts++
					require.Equal(t, 60, part.Total)
					require.LessOrEqual(t, len(part.Jobs), 18)
					for _, job := range part.Jobs {
						got = append(got, job.ID)
					}
					return nil
				})
				require.NoError(t, err)
				from := max(query.Page.Number-1, 0) * query.Page.Limit
				want := ids[from:min(from+query.Page.Limit, 60)]
				require.Equal(t, want, got)
				require.False(t, len(want) > 18 && parts == 1)
			}
			stop := errors.New("enough")
			calls := 0
			err := w.VisitJobs(w.ctx, w.Actor, jobs.JobQuery{}, func(jobs.JobList) error { calls++; return stop })
			require.Equal(t, stop, err)
			require.Equal(t, 1, calls)
			calls = 0
			require.NoError(t, w.VisitJobs(w.ctx, w.Actor, jobs.JobQuery{TeamID: "T9"}, func(jobs.JobList) error { calls++; return nil }))
			require.Equal(t, 1, calls, "an empty page is a part")
		})
	}
}

func TestVersionsComeInParts(t *testing.T) {
	w := newWorld(t, &jobs.Options{CheckConfig: anyConfig})
	job := w.create("job", large)
	for range 39 {
		w.publish(job.ID, versions.Patch{})
	}
	var got []int
	require.NoError(t, w.VisitVersions(w.ctx, w.Actor, job.ID, jobs.PageOptions{Limit: 35}, func(part jobs.VersionList) error {
		require.Equal(t, 40, part.Total)
		require.LessOrEqual(t, len(part.Versions), 18)
		for _, v := range part.Versions {
			got = append(got, v.Number)
		}
		return nil
	}))
	require.Len(t, got, 35)
	require.True(t, slices.IsSorted(got))
}

func TestListsByTwoScopesAreThoseOfTheActor(t *testing.T) {
	w := newWorld(t, nil)
	w.create("both", func(j *jobs.NewJob) { j.TeamIDs = []string{"T1", "T2"} })
	w.create("foreign", func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
	w.create("elsewhere", func(j *jobs.NewJob) { j.TeamIDs, j.ClusterID = []string{"T1", "T2"}, "C2" })
	list, err := w.ListJobs(w.ctx, member("M", teams.Viewer, "T1"), jobs.JobQuery{TeamID: "T2", ClusterID: "C1"})
	require.NoError(t, err)
	require.Equal(t, 1, list.Total)
	require.Equal(t, "both", list.Jobs[0].Key)
}

func TestScopesOfANewerVersionStay(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job := w.create("job")
	c := s.made()[0]
	c.OperationID, c.AddVersions, c.Events = "newer", nil, nil
	c.Job.Revision = 1
	c.Job.Scopes = append([]string{"a:x"}, append(c.Job.Scopes, "z:x")...)
	c.Job.KeyScopes = append(c.Job.KeyScopes, "z:x")
	require.NoError(t, s.Commit(w.ctx, c))
	w.publish(job.ID, versions.Patch{ClusterID: new("C2")})
	_, err := w.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2"})
	require.NoError(t, err)
	record, err := w.store.Job(w.ctx, storage.JobRef{OrganizationID: org, JobID: job.ID})
	require.NoError(t, err)
	require.Equal(t, []string{"a:x", "c:C2", "s:active", "t:T1", "t:T2", "z:x"}, record.Scopes)
	require.Equal(t, []string{"c:C2", "s:active", "t:T1", "t:T2", "z:x"}, record.KeyScopes)
}
