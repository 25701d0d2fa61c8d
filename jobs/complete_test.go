package jobs_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

func TestPermissions(t *testing.T) {
	for name, tc := range map[string]struct {
		role   teams.Role
		policy jobs.Policy
		want   []teams.Action
	}{
		"viewer":      {teams.Viewer, nil, []teams.Action{teams.View}},
		"contributor": {teams.Contributor, nil, []teams.Action{teams.View, teams.Operate, teams.Edit}},
		"admin":       {teams.Admin, nil, []teams.Action{teams.View, teams.Operate, teams.Edit, teams.ChangeGrants, teams.Delete}},
		"narrowed": {teams.Admin, func(_ context.Context, a jobs.Access) (bool, error) {
			return a.Allowed && a.Action != teams.Delete, nil
		}, []teams.Action{teams.View, teams.Operate, teams.Edit, teams.ChangeGrants}},
		"widened": {teams.None, func(_ context.Context, a jobs.Access) (bool, error) {
			return a.Allowed || a.Action == teams.View || a.Action == teams.Operate, nil
		}, []teams.Action{teams.View, teams.Operate}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, &jobs.Options{Policy: tc.policy})
			id := w.create("job").ID
			who := member("M", tc.role, "T1")
			job, err := w.Job(w.ctx, who, id)
			require.NoError(t, err)
			require.Equal(t, tc.want, job.Permissions)
			list, err := w.ListJobs(w.ctx, who, jobs.JobQuery{})
			require.NoError(t, err)
			require.Equal(t, tc.want, list.Jobs[0].Permissions)
		})
	}
}

func TestRecentRuns(t *testing.T) {
	w := newWorld(t, nil)
	a, b := w.create("a"), w.create("b")
	for range 22 {
		w.run(a.ID, jobs.RunFailed)
	}
	last, err := w.CreateRun(w.ctx, w.Actor, a.ID, jobs.NewRun{})
	require.NoError(t, err)
	w.Advance(0)
	w.report(last.ID, jobs.Report{Status: jobs.RunSucceeded, Message: "done", Results: []byte(`{"x":"` + strings.Repeat("x", 60_000) + `"}`)})

	list, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{RecentRuns: true, SortByKey: true})
	require.NoError(t, err)
	recent := list.Jobs[0].RecentRuns
	require.Len(t, recent, 20)
	for i, run := range recent {
		require.EqualValues(t, 23-i, run.Number)
		require.Empty(t, run.Results)
	}
	require.Equal(t, jobs.RunSucceeded, recent[0].Status)
	require.Equal(t, jobs.RunFailed, recent[19].Status)
	require.Equal(t, jobs.TriggerManual, recent[0].Trigger)
	require.Equal(t, 1, recent[0].Attempt)
	require.Equal(t, []jobs.Run{}, list.Jobs[1].RecentRuns)

	described, err := w.JobWithRuns(w.ctx, w.Actor, a.ID)
	require.NoError(t, err)
	require.Equal(t, recent, described.RecentRuns)
	list, err = w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{SortByKey: true})
	require.NoError(t, err)
	require.Nil(t, list.Jobs[0].RecentRuns)
	_, err = w.JobWithRuns(w.ctx, member("M", teams.Viewer, "T9"), b.ID)
	require.ErrorIs(t, err, jobs.ErrNotFound)
}

// A page of jobs with their recent runs costs the store two reads.
func TestRecentRunsCostOneRead(t *testing.T) {
	w, spy := newSpiedWorld(t, nil)
	for _, key := range []string{"a", "b", "c"} {
		w.create(key)
	}
	spy.read()
	_, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{RecentRuns: true, Label: "a=b"})
	require.NoError(t, err)
	total, _ := spy.read()
	require.Equal(t, 1, total, "nothing is found")
	_, err = w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{RecentRuns: true, Status: jobs.Active})
	require.NoError(t, err)
	total, _ = spy.read()
	require.Equal(t, 2, total)
}
