package jobs_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

func TestCreateMakesVersionOne(t *testing.T) {
	w := newWorld(t, &jobs.Options{NewID: func() string { return "JOB1" }})
	actor := member("M1", teams.Contributor, "T1", "T2")

	got, err := w.CreateJob(w.ctx, actor, jobs.NewJob{
		Key:     "daily",
		TeamIDs: []string{"T2", "T1", "T2"},
		Definition: versions.Definition{
			ClusterID:      "C1",
			Description:    "first",
			Config:         sql("select 1"),
			SourceConfig:   json.RawMessage(`{"provider": "git"}`),
			CronExpression: "30 2 * * *",
			CronTimezone:   "America/New_York",
		},
	})

	require.NoError(t, err)
	grant := func(team string) teams.Grant {
		return teams.Grant{TeamID: team, CreatedAt: epoch, CreatedBy: "M1", UpdatedAt: epoch, UpdatedBy: "M1"}
	}
	want := jobs.Job{
		ID: "JOB1", OrganizationID: org, Key: "daily", MemberID: "M1", Status: jobs.Active, Description: "first",
		CurrentVersion: 1, Edition: 2,
		Grants:    []teams.Grant{grant("T1"), grant("T2")},
		CreatedAt: epoch, CreatedBy: "M1", UpdatedAt: epoch, UpdatedBy: "M1",
		NextRunAt: time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC),
		Version: versions.Version{
			Number: 1, BasedOn: 0, Status: versions.Published, JobType: versions.SQL, Edition: 1,
			MemberID: "M1", CreatedAt: epoch, CreatedBy: "M1", UpdatedAt: epoch, UpdatedBy: "M1",
			Definition: versions.Definition{
				ClusterID: "C1", Description: "first", Config: sql("select 1"),
				SourceConfig:   json.RawMessage(`{"provider":"git"}`),
				CronExpression: "30 2 * * *", CronTimezone: "America/New_York",
				ConcurrencyPolicy: schedule.ConcurrencySkip, MaxConcurrentRuns: 1,
				MissedSchedulePolicy: schedule.MissedLatest,
			},
		},
	}
	want.Permissions = []teams.Action{teams.View, teams.Operate, teams.Edit}
	require.Empty(t, cmp.Diff(want, got))
	want.Permissions = append(want.Permissions, teams.ChangeGrants, teams.Delete) // of an admin
	require.Empty(t, cmp.Diff(want, w.job("JOB1")), "what is read is what was returned")
}

func TestCreateRefuses(t *testing.T) {
	directory, err := teams.NewStatic(teams.Organization{
		ID:       org,
		Teams:    []teams.Team{{ID: "T1"}},
		Clusters: []teams.Cluster{{ID: "C1", Active: true}, {ID: "C9"}},
	})
	require.NoError(t, err)
	w := newWorld(t, &jobs.Options{Directory: directory})
	w.create("taken")
	many := make([]string, 101)
	for i := range many {
		many[i] = "T" + strings.Repeat("x", i)
	}
	for name, tc := range map[string]struct {
		change func(*jobs.NewJob)
		field  string
	}{
		"no key":             {func(j *jobs.NewJob) { j.Key = "" }, "jobKey"},
		"unknown status":     {func(j *jobs.NewJob) { j.Status = "stopped" }, "status"},
		"no team":            {func(j *jobs.NewJob) { j.TeamIDs = nil }, "teamIds"},
		"too many teams":     {func(j *jobs.NewJob) { j.TeamIDs = many }, "teamIds"},
		"malformed team":     {func(j *jobs.NewJob) { j.TeamIDs = []string{"T1", "a/b"} }, "teamIds[1]"},
		"unknown team":       {func(j *jobs.NewJob) { j.TeamIDs = []string{"T1", "T2"} }, "teamIds[1]"},
		"no cluster":         {func(j *jobs.NewJob) { j.ClusterID = "" }, "clusterId"},
		"unknown cluster":    {func(j *jobs.NewJob) { j.ClusterID = "C2" }, "clusterId"},
		"inactive cluster":   {func(j *jobs.NewJob) { j.ClusterID = "C9" }, "clusterId"},
		"unknown dependency": {func(j *jobs.NewJob) { j.DependsOn = []string{"taken", "missing"} }, "dependsOn[1].jobKey"},
		"itself":             {func(j *jobs.NewJob) { j.DependsOn = []string{"new"} }, "dependsOn"},
		"no config":          {func(j *jobs.NewJob) { j.Config = nil }, "config"},
		"bad schedule":       {func(j *jobs.NewJob) { j.CronExpression = "0 0 30 2 *" }, "cronExpression"},
	} {
		t.Run(name, func(t *testing.T) {
			job := jobs.NewJob{Definition: definition(), Key: "new", TeamIDs: []string{"T1"}}
			tc.change(&job)
			_, err := w.CreateJob(w.ctx, w.Actor, job)
			requireField(t, tc.field, err)
		})
	}

	_, err = w.CreateJob(w.ctx, w.Actor, jobs.NewJob{Definition: definition(), Key: "taken", TeamIDs: []string{"T1"}})
	requireConflict(t, jobs.ConflictKeyTaken, err)
	list, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{})
	require.NoError(t, err)
	require.Equal(t, 1, list.Total, "nothing else was made")
}

func TestCreateAsksAgainForAnIDThatIsInUse(t *testing.T) {
	ids := []string{"A", "A", "B"}
	w := newWorld(t, &jobs.Options{NewID: func() string {
		id := ids[0]
		ids = ids[1:]
		return id
	}})
	require.Equal(t, "A", w.create("one").ID)
	require.Equal(t, "B", w.create("two").ID)
}

func TestNewIDsHaveTheDocumentedForm(t *testing.T) {
	w := newWorld(t, nil)
	require.Regexp(t, `^[A-Z0-9]{10}$`, w.create("one").ID)
}

func TestActorMustBeSomebody(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("one")
	for _, actor := range []teams.Actor{{}, {OrganizationID: org}, {MemberID: "M"}, {OrganizationID: "a b", MemberID: "M"}} {
		_, err := w.Job(w.ctx, actor, job.ID)
		require.ErrorIs(t, err, teams.ErrUnauthenticated)
		_, err = w.CreateJob(w.ctx, actor, jobs.NewJob{})
		require.ErrorIs(t, err, teams.ErrUnauthenticated)
		_, err = w.ListJobs(w.ctx, actor, jobs.JobQuery{})
		require.ErrorIs(t, err, teams.ErrUnauthenticated)
	}
}

func TestContextEndedWritesNothing(t *testing.T) {
	w := newWorld(t, nil)
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	_, err := w.CreateJob(ctx, w.Actor, jobs.NewJob{Definition: definition(), Key: "new", TeamIDs: []string{"T1"}})
	require.ErrorIs(t, err, context.Canceled)
	list, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{})
	require.NoError(t, err)
	require.Zero(t, list.Total)
}
