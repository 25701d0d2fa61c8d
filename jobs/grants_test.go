package jobs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

func TestGrantTeamsIsIdempotent(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily")
	w.Outage(time.Hour)

	granted, err := w.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2", "T1", "T2"})

	require.NoError(t, err)
	later := epoch.Add(time.Hour)
	require.Empty(t, cmp.Diff([]teams.Grant{
		{TeamID: "T2", CreatedAt: later, CreatedBy: teams.SystemMemberID, UpdatedAt: later, UpdatedBy: teams.SystemMemberID},
		{TeamID: "T1", CreatedAt: epoch, CreatedBy: teams.SystemMemberID, UpdatedAt: epoch, UpdatedBy: teams.SystemMemberID},
	}, granted))
	after := w.job(job.ID)
	require.Equal(t, []string{"T1", "T2"}, after.TeamIDs())
	require.Greater(t, after.Edition, job.Edition)

	again, err := w.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2", "T1"})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(granted, again))
	require.Equal(t, after.Edition, w.job(job.ID).Edition)
}

func TestGrantTeamsRefuses(t *testing.T) {
	directory, err := teams.NewStatic(teams.Organization{
		ID: org, Teams: []teams.Team{{ID: "T1"}, {ID: "T2"}, {ID: "T3"}}, Clusters: []teams.Cluster{{ID: "C1", Active: true}},
	})
	require.NoError(t, err)
	w := newWorld(t, &jobs.Options{Directory: directory, Limits: jobs.Limits{Teams: 2}})
	job := w.create("daily")
	for field, ids := range map[string][]string{
		"teamIds":    nil,
		"teamIds[0]": {"T9"},
		"teamIds[1]": {"T2", "a b"},
	} {
		_, err := w.GrantTeams(w.ctx, w.Actor, job.ID, ids)
		requireField(t, field, err)
	}
	_, err = w.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2", "T3"})
	requireField(t, "teamIds", err)
	require.Equal(t, []string{"T1"}, w.job(job.ID).TeamIDs())
}

func TestRevokeTeam(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("daily", func(j *jobs.NewJob) { j.TeamIDs = []string{"T1", "T2"} })
	viewer := member("M2", teams.Viewer, "T2")
	_, err := w.Job(w.ctx, viewer, job.ID)
	require.NoError(t, err)

	require.ErrorIs(t, w.RevokeTeam(w.ctx, w.Actor, job.ID, "T3"), jobs.ErrNotFound)
	require.NoError(t, w.RevokeTeam(w.ctx, w.Actor, job.ID, "T2"))

	_, err = w.Job(w.ctx, viewer, job.ID)
	require.ErrorIs(t, err, jobs.ErrNotFound, "the very next request is denied")
	requireConflict(t, jobs.ConflictLastTeam, w.RevokeTeam(w.ctx, w.Actor, job.ID, "T1"))
	require.Equal(t, []string{"T1"}, w.job(job.ID).TeamIDs())
}

func TestListTeams(t *testing.T) {
	directory, err := teams.NewStatic(teams.Organization{
		ID:       org,
		Teams:    []teams.Team{{ID: "T1", Name: "one"}, {ID: "T2", Name: "two"}, {ID: "T3", Name: "three"}},
		Clusters: []teams.Cluster{{ID: "C1", Active: true}},
		Members:  []teams.Member{{ID: "M1", AllTeams: teams.Admin}, {ID: "M2", Teams: map[string]teams.Role{"T2": teams.Viewer}}},
	})
	require.NoError(t, err)
	w := newWorld(t, &jobs.Options{Directory: directory})
	job := w.create("daily", func(j *jobs.NewJob) { j.TeamIDs = []string{"T3", "T1", "T2"} })
	for name, tc := range map[string]struct {
		page jobs.PageOptions
		want []teams.Team
	}{
		"all": {jobs.PageOptions{}, []teams.Team{
			{ID: "T1", OrganizationID: org, Name: "one", MemberCount: 1},
			{ID: "T2", OrganizationID: org, Name: "two", MemberCount: 2},
			{ID: "T3", OrganizationID: org, Name: "three", MemberCount: 1},
		}},
		"second page": {jobs.PageOptions{Number: 2, Limit: 2}, []teams.Team{{ID: "T3", OrganizationID: org, Name: "three", MemberCount: 1}}},
		"beyond":      {jobs.PageOptions{Number: 3, Limit: 2}, []teams.Team{}},
		"total only":  {jobs.PageOptions{Limit: jobs.TotalOnly}, []teams.Team{}},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := w.ListTeams(w.ctx, w.Actor, job.ID, tc.page)
			require.NoError(t, err)
			require.Equal(t, 3, list.Total)
			require.Empty(t, cmp.Diff(tc.want, list.Teams))
		})
	}
}

func TestTeamsThatTheDirectoryForgotHaveAnID(t *testing.T) {
	directory, err := teams.NewStatic(teams.Organization{ID: org})
	require.NoError(t, err)
	w := newWorld(t, &jobs.Options{Directory: directory})
	found, err := w.Teams(w.ctx, w.Actor, []string{"GONE"})
	require.NoError(t, err)
	require.Equal(t, []teams.Team{{ID: "GONE", OrganizationID: org}}, found)
}

func TestNoLimitIsBeyondWhatAStoreHolds(t *testing.T) {
	w := newWorld(t, &jobs.Options{Limits: jobs.Limits{Teams: 1 << 20, Limits: versions.Limits{Dependencies: 1 << 20}}})
	job := w.create("job")
	names := make([]string, 201)
	for i := range names {
		names[i] = fmt.Sprint("N", i)
		w.create(names[i])
	}
	_, err := w.GrantTeams(w.ctx, w.Actor, job.ID, names)
	requireField(t, "teamIds", err)
	_, err = w.PublishVersion(w.ctx, w.Actor, job.ID, versions.Patch{DependsOn: &names})
	requireField(t, "dependsOn", err)
	most := names[:199]
	_, err = w.GrantTeams(w.ctx, w.Actor, job.ID, most)
	require.NoError(t, err)
	most = names[:200]
	w.publish(job.ID, versions.Patch{DependsOn: &most})
}
