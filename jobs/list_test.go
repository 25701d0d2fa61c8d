package jobs_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

func TestListJobs(t *testing.T) {
	ids := []string{"J3", "J2", "J1", "J4"}
	w := newWorld(t, &jobs.Options{NewID: func() string {
		id := ids[0]
		ids = ids[1:]
		return id
	}})
	granted := func(teamIDs ...string) func(*jobs.NewJob) {
		return func(j *jobs.NewJob) { j.TeamIDs = teamIDs }
	}
	w.create("b", granted("T1"))
	w.create("a", granted("T1", "T2"), func(j *jobs.NewJob) { j.ClusterID = "C2" })
	w.Outage(time.Second)
	w.create("é", granted("T2"))
	w.create("B", granted("T3"))

	both := member("M", teams.Viewer, "T1", "T2")
	for name, tc := range map[string]struct {
		actor  teams.Actor
		filter jobs.JobQuery
		total  int
		want   []string
	}{
		"by creation, ties by ID":    {w.Actor, jobs.JobQuery{}, 4, []string{"J2", "J3", "J1", "J4"}},
		"descending, ties too":       {w.Actor, jobs.JobQuery{Descending: true}, 4, []string{"J4", "J1", "J3", "J2"}},
		"by key, bytewise":           {w.Actor, jobs.JobQuery{SortByKey: true}, 4, []string{"J4", "J2", "J3", "J1"}},
		"each job once":              {both, jobs.JobQuery{}, 3, []string{"J2", "J3", "J1"}},
		"one team":                   {member("M", teams.Viewer, "T3"), jobs.JobQuery{}, 1, []string{"J4"}},
		"no team":                    {member("M", teams.Viewer), jobs.JobQuery{}, 0, []string{}},
		"a role that is none":        {member("M", teams.None, "T1"), jobs.JobQuery{}, 0, []string{}},
		"granted to a team":          {w.Actor, jobs.JobQuery{TeamID: "T2"}, 2, []string{"J2", "J1"}},
		"granted, and visible":       {member("M", teams.Viewer, "T1"), jobs.JobQuery{TeamID: "T2"}, 1, []string{"J2"}},
		"granted to an unknown team": {w.Actor, jobs.JobQuery{TeamID: "T9"}, 0, []string{}},
		"on a cluster":               {both, jobs.JobQuery{ClusterID: "C2"}, 1, []string{"J2"}},
		"on a cluster, of a team":    {w.Actor, jobs.JobQuery{ClusterID: "C1", TeamID: "T1"}, 1, []string{"J3"}},
		"on an unknown cluster":      {w.Actor, jobs.JobQuery{ClusterID: "C9"}, 0, []string{}},
		"second page":                {w.Actor, jobs.JobQuery{Page: jobs.PageOptions{Number: 2, Limit: 3}}, 4, []string{"J4"}},
		"beyond the end":             {w.Actor, jobs.JobQuery{Page: jobs.PageOptions{Number: 9, Limit: 3}}, 4, []string{}},
		"total only":                 {w.Actor, jobs.JobQuery{Page: jobs.PageOptions{Limit: jobs.TotalOnly}}, 4, []string{}},
		"another organization":       {teams.System("ORG2"), jobs.JobQuery{}, 0, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := w.ListJobs(w.ctx, tc.actor, tc.filter)
			require.NoError(t, err)
			require.Equal(t, tc.total, list.Total)
			got := []string{}
			for _, job := range list.Jobs {
				got = append(got, job.ID)
			}
			require.Equal(t, tc.want, got)
		})
	}
}

func TestPagesOutOfRange(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	for field, page := range map[string]jobs.PageOptions{"limit": {Limit: 101}, "page": {Number: -1}} {
		_, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{Page: page})
		requireField(t, field, err)
		_, err = w.ListVersions(w.ctx, w.Actor, job.ID, page)
		requireField(t, field, err)
		_, err = w.ListTeams(w.ctx, w.Actor, job.ID, page)
		requireField(t, field, err)
	}
	_, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{Page: jobs.PageOptions{Limit: -2}})
	requireField(t, "limit", err)
}

// rolesDecide is a policy that leaves every decision as it is.
func rolesDecide(_ context.Context, a jobs.Access) (bool, error) { return a.Allowed, nil }

func TestListByPolicyPagesLikeTheStore(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 230 {
		w.create(fmt.Sprintf("job-%03d", i))
	}
	roles := jobs.NewService(w.store, &jobs.Options{Policy: rolesDecide})
	for _, page := range []jobs.PageOptions{{}, {Number: 2, Limit: 100}, {Number: 3, Limit: 100}, {Number: 4}, {Number: 12, Limit: 20}, {Limit: jobs.TotalOnly}} {
		want, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{Page: page, SortByKey: true})
		require.NoError(t, err)
		got, err := roles.ListJobs(w.ctx, w.Actor, jobs.JobQuery{Page: page, SortByKey: true})
		require.NoError(t, err)
		require.Equal(t, want.Total, got.Total)
		require.Len(t, got.Jobs, len(want.Jobs))
		for i := range want.Jobs {
			require.Equal(t, want.Jobs[i].ID, got.Jobs[i].ID)
		}
	}
}

func TestListVersionsPages(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	for range 4 {
		w.publish(job.ID, versions.Patch{})
	}
	list, err := w.ListVersions(w.ctx, w.Actor, job.ID, jobs.PageOptions{Number: 2, Limit: 3})
	require.NoError(t, err)
	require.Equal(t, 5, list.Total)
	require.Len(t, list.Versions, 2)
	require.Equal(t, 4, list.Versions[0].Number)
	require.Equal(t, 3, list.Versions[0].BasedOn)
}
