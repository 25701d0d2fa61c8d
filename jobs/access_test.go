package jobs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// operation is one call on a job, with the least role that may make it.
type operation struct {
	least teams.Role
	call  func(w *World, actor teams.Actor, jobID string) error
}

// operations are all that take a job.
func operations() map[string]operation {
	second := func(_ any, err error) error { return err }
	return map[string]operation{
		"Job":        {teams.Viewer, func(w *World, a teams.Actor, id string) error { return second(w.Job(w.ctx, a, id)) }},
		"JobVersion": {teams.Viewer, func(w *World, a teams.Actor, id string) error { return second(w.JobVersion(w.ctx, a, id, 1)) }},
		"ListVersions": {teams.Viewer, func(w *World, a teams.Actor, id string) error {
			return second(w.ListVersions(w.ctx, a, id, jobs.PageOptions{}))
		}},
		"ListTeams": {teams.Viewer, func(w *World, a teams.Actor, id string) error {
			return second(w.ListTeams(w.ctx, a, id, jobs.PageOptions{}))
		}},
		"Draft": {teams.Viewer, func(w *World, a teams.Actor, id string) error { return second(w.Draft(w.ctx, a, id)) }},
		"UpdateDraft": {teams.Contributor, func(w *World, a teams.Actor, id string) error {
			return second(w.UpdateDraft(w.ctx, a, id, versions.Patch{}))
		}},
		"UpdateJob": {teams.Contributor, func(w *World, a teams.Actor, id string) error {
			return second(w.UpdateJob(w.ctx, a, id, jobs.JobPatch{Description: new("x")}))
		}},
		"PublishDraft": {teams.Contributor, func(w *World, a teams.Actor, id string) error { return second(w.PublishDraft(w.ctx, a, id)) }},
		"CreateDraft": {teams.Contributor, func(w *World, a teams.Actor, id string) error {
			err := second(w.CreateDraft(w.ctx, a, id, jobs.NewDraft{}))
			if _, exists := errors.AsType[*jobs.ConflictError](err); exists {
				return nil // the fixture has a draft: the actor got past the door
			}
			return err
		}},
		"DiscardDraft": {teams.Contributor, func(w *World, a teams.Actor, id string) error { return w.DiscardDraft(w.ctx, a, id) }},
		"PublishVersion": {teams.Contributor, func(w *World, a teams.Actor, id string) error {
			err := second(w.PublishVersion(w.ctx, a, id, versions.Patch{}))
			if _, exists := errors.AsType[*jobs.ConflictError](err); exists {
				return nil
			}
			return err
		}},
		"ActivateVersion": {teams.Contributor, func(w *World, a teams.Actor, id string) error {
			err := second(w.ActivateVersion(w.ctx, a, id, 1))
			if _, exists := errors.AsType[*jobs.ConflictError](err); exists {
				return nil
			}
			return err
		}},
		"GrantTeams": {teams.Admin, func(w *World, a teams.Actor, id string) error {
			return second(w.GrantTeams(w.ctx, a, id, []string{"T2"}))
		}},
		"RevokeTeam": {teams.Admin, func(w *World, a teams.Actor, id string) error {
			_, err := w.GrantTeams(w.ctx, w.Actor, id, []string{"T9"})
			if err != nil && id != "MISSING" {
				return err
			}
			return w.RevokeTeam(w.ctx, a, id, "T9")
		}},
		"DeleteJob": {teams.Admin, func(w *World, a teams.Actor, id string) error { return w.DeleteJob(w.ctx, a, id) }},
	}
}

func TestAccess(t *testing.T) {
	for name, op := range operations() {
		for who, tc := range map[string]struct {
			actor teams.Actor
			role  teams.Role
		}{
			"another organization": {teams.System("ORG2"), teams.None},
			"no grant":             {member("M", teams.Admin, "T2"), teams.None},
			"viewer":               {member("M", teams.Viewer, "T1"), teams.Viewer},
			"contributor":          {member("M", teams.Contributor, "T1"), teams.Contributor},
			"admin":                {member("M", teams.Admin, "T1"), teams.Admin},
			"viewer of all teams":  {teams.Actor{OrganizationID: org, MemberID: "M", AllTeams: teams.Viewer}, teams.Viewer},
			"the highest counts": {teams.Actor{OrganizationID: org, MemberID: "M", AllTeams: teams.Viewer,
				Teams: map[string]teams.Role{"T1": teams.Admin}}, teams.Admin},
		} {
			t.Run(name+" by "+who, func(t *testing.T) {
				w := newWorld(t, nil)
				job := w.create("daily")
				w.draft(job.ID, versions.Patch{Description: new("draft")})
				before := w.job(job.ID)

				err := op.call(w, tc.actor, job.ID)

				switch {
				case tc.role == teams.None:
					require.ErrorIs(t, err, jobs.ErrNotFound)
					require.Equal(t, before.Version, w.job(job.ID).Version)
					missing := op.call(w, tc.actor, "MISSING")
					require.ErrorIs(t, missing, jobs.ErrNotFound)
				case tc.role < op.least:
					require.ErrorIs(t, err, jobs.ErrForbidden)
					require.Equal(t, before.Version, w.job(job.ID).Version)
				default:
					require.NoError(t, err)
				}
			})
		}
	}
}

func TestCreateNeedsContributorInEveryTeam(t *testing.T) {
	w := newWorld(t, nil)
	actor := member("M", teams.Contributor, "T1")
	actor.Teams["T2"] = teams.Viewer
	for _, tc := range []struct {
		teams   []string
		allowed bool
	}{
		{[]string{"T1"}, true},
		{[]string{"T2"}, false},
		{[]string{"T1", "T2"}, false},
		{[]string{"T1", "UNKNOWN"}, false},
	} {
		_, err := w.CreateJob(w.ctx, actor, jobs.NewJob{Definition: definition(), Key: "k", TeamIDs: tc.teams})
		if tc.allowed {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, jobs.ErrForbidden, "%v", tc.teams)
		}
	}
}

func TestPolicyNarrowsAndWidens(t *testing.T) {
	policy := func(_ context.Context, a jobs.Access) (bool, error) {
		switch a.Actor.MemberID {
		case "auditor":
			return a.Action == teams.View, nil
		case "suspended":
			return false, nil
		case "broken":
			return a.Allowed, errors.New("no answer")
		}
		return a.Allowed, nil
	}
	w := newWorld(t, &jobs.Options{Policy: policy})
	job := w.create("daily")
	w.create("other", func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
	list := func(a teams.Actor) int {
		got, err := w.ListJobs(w.ctx, a, jobs.JobQuery{})
		require.NoError(t, err)
		require.Len(t, got.Jobs, got.Total)
		return got.Total
	}

	auditor := member("auditor", teams.None)
	_, err := w.Job(w.ctx, auditor, job.ID)
	require.NoError(t, err)
	_, err = w.UpdateJob(w.ctx, auditor, job.ID, jobs.JobPatch{})
	require.ErrorIs(t, err, jobs.ErrForbidden)
	require.Equal(t, 2, list(auditor))

	suspended := member("suspended", teams.Admin, "T1")
	_, err = w.Job(w.ctx, suspended, job.ID)
	require.ErrorIs(t, err, jobs.ErrNotFound)
	require.Zero(t, list(suspended))
	_, err = w.CreateJob(w.ctx, suspended, jobs.NewJob{Definition: definition(), Key: "k", TeamIDs: []string{"T1"}})
	require.ErrorIs(t, err, jobs.ErrForbidden)

	broken := member("broken", teams.Admin, "T1")
	_, err = w.Job(w.ctx, broken, job.ID)
	require.ErrorIs(t, err, jobs.ErrUnavailable)
	_, err = w.ListJobs(w.ctx, broken, jobs.JobQuery{})
	require.ErrorIs(t, err, jobs.ErrUnavailable)

	require.Equal(t, 1, list(member("M", teams.Viewer, "T1")))
}

func TestDirectoryThatCannotAnswer(t *testing.T) {
	w := newWorld(t, &jobs.Options{Directory: silentDirectory{}})
	_, err := w.CreateJob(w.ctx, w.Actor, jobs.NewJob{Definition: definition(), Key: "k", TeamIDs: []string{"T1"}})
	require.ErrorIs(t, err, jobs.ErrUnavailable)
}

type silentDirectory struct{}

func (silentDirectory) Teams(context.Context, string, []string) (map[string]teams.Team, error) {
	return nil, errors.New("no answer")
}

func (silentDirectory) Cluster(context.Context, string, string) (teams.Cluster, bool, error) {
	return teams.Cluster{ID: "C1", Active: true}, true, nil
}
