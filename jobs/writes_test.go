package jobs_test

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// write is one of the service's operations that write, on a job of its own.
type write struct {
	name string
	kind jobs.EventKind
	// arrange brings the job to where do succeeds; nil for as it was made. What
	// it returns is given to do.
	arrange func(w *World, jobID string) string
	do      func(w *World, actor teams.Actor, jobID, given string) error
}

// writes are all of them.
var writes = []write{
	{"CreateJob", jobs.JobCreated, nil, func(w *World, actor teams.Actor, _, _ string) error {
		_, err := w.CreateJob(w.ctx, actor, jobs.NewJob{Definition: definition(), Key: "another", TeamIDs: []string{"T1"}})
		return err
	}},
	{"UpdateJob", jobs.JobUpdated, nil, func(w *World, actor teams.Actor, id, _ string) error {
		_, err := w.UpdateJob(w.ctx, actor, id, jobs.JobPatch{Description: new("changed")})
		return err
	}},
	{"DeleteJob", jobs.JobDeleted, nil, func(w *World, actor teams.Actor, id, _ string) error {
		return w.DeleteJob(w.ctx, actor, id)
	}},
	{"CreateDraft", jobs.DraftCreated, nil, func(w *World, actor teams.Actor, id, _ string) error {
		_, err := w.CreateDraft(w.ctx, actor, id, jobs.NewDraft{})
		return err
	}},
	{"UpdateDraft", jobs.DraftUpdated, aDraft, func(w *World, actor teams.Actor, id, _ string) error {
		_, err := w.UpdateDraft(w.ctx, actor, id, versions.Patch{TimeoutSeconds: new(60)})
		return err
	}},
	{"DiscardDraft", jobs.DraftDiscarded, aDraft, func(w *World, actor teams.Actor, id, _ string) error {
		return w.DiscardDraft(w.ctx, actor, id)
	}},
	{"PublishDraft", jobs.VersionPublished, aDraft, func(w *World, actor teams.Actor, id, _ string) error {
		_, err := w.PublishDraft(w.ctx, actor, id)
		return err
	}},
	{"PublishVersion", jobs.VersionPublished, nil, func(w *World, actor teams.Actor, id, _ string) error {
		_, err := w.PublishVersion(w.ctx, actor, id, versions.Patch{})
		return err
	}},
	{"ActivateVersion", jobs.VersionActivated, func(w *World, id string) string {
		w.publish(id, versions.Patch{})
		return ""
	}, func(w *World, actor teams.Actor, id, _ string) error {
		_, err := w.ActivateVersion(w.ctx, actor, id, 1)
		return err
	}},
	{"GrantTeams", jobs.TeamsGranted, nil, func(w *World, actor teams.Actor, id, _ string) error {
		_, err := w.GrantTeams(w.ctx, actor, id, []string{"T2"})
		return err
	}},
	{"RevokeTeam", jobs.TeamRevoked, func(w *World, id string) string {
		_, err := w.GrantTeams(w.ctx, w.Actor, id, []string{"T2"})
		require.NoError(w.t, err)
		return ""
	}, func(w *World, actor teams.Actor, id, _ string) error {
		return w.RevokeTeam(w.ctx, actor, id, "T2")
	}},
	{"ResetSchedule", jobs.ScheduleReset, nil, func(w *World, actor teams.Actor, id, _ string) error {
		_, err := w.ResetSchedule(w.ctx, actor, id)
		return err
	}},
	{"CreateRun", jobs.RunCreated, nil, func(w *World, actor teams.Actor, id, _ string) error {
		_, err := w.CreateRun(w.ctx, actor, id, jobs.NewRun{})
		return err
	}},
	{"CreateRun with a key", jobs.RunCreated, nil, func(w *World, actor teams.Actor, id, _ string) error {
		_, err := w.CreateRun(w.ctx, actor, id, jobs.NewRun{IdempotencyKey: "once"})
		return err
	}},
	{"RetryRun", jobs.RunCreated, anEndedRun, func(w *World, actor teams.Actor, id, run string) error {
		_, err := w.RetryRun(w.ctx, actor, id, run)
		return err
	}},
	{"Backfill", jobs.RunCreated, func(w *World, id string) string {
		w.publish(id, versions.Patch{CronExpression: new("0 11 * * *")})
		return ""
	}, func(w *World, actor teams.Actor, id, _ string) error {
		made, err := w.Backfill(w.ctx, actor, id, jobs.BackfillQuery{From: epoch.Add(-24 * time.Hour), Until: epoch})
		if err == nil && (len(made.Fires) != 1 || len(made.Runs) != 1) {
			return fmt.Errorf("made %v", made)
		}
		return err
	}},
	{"Apply", jobs.VersionPublished, nil, func(w *World, actor teams.Actor, _, _ string) error {
		return w.Apply(w.ctx, actor, given(doc("daily", timeout(60))), nil, func(a jobs.Applied) error {
			if a.Action != jobs.ApplyPublished {
				return fmt.Errorf("applied %v", a)
			}
			return nil
		})
	}},
	{"ReleaseRun", jobs.RunReleased, aHeldRun, func(w *World, actor teams.Actor, id, run string) error {
		_, err := w.ReleaseRun(w.ctx, actor, id, run)
		return err
	}},
	{"CancelRun", jobs.RunCancelRequested, aHeldRun, func(w *World, actor teams.Actor, id, run string) error {
		_, err := w.CancelRun(w.ctx, actor, id, run)
		return err
	}},
	{"DeleteRun", jobs.RunDeleted, anEndedRun, func(w *World, actor teams.Actor, id, run string) error {
		return w.DeleteRun(w.ctx, actor, id, run)
	}},
}

func aDraft(w *World, id string) string {
	w.draft(id, versions.Patch{})
	return ""
}

func aHeldRun(w *World, id string) string {
	w.t.Helper()
	run, err := w.CreateRun(w.ctx, w.Actor, id, jobs.NewRun{Hold: true})
	require.NoError(w.t, err)
	return run.ID
}

func anEndedRun(w *World, id string) string {
	w.t.Helper()
	run := aHeldRun(w, id)
	_, err := w.CancelRun(w.ctx, w.Actor, id, run)
	require.NoError(w.t, err)
	return run
}

// prepare makes a job and brings it to where the operation succeeds.
func (o *write) prepare(w *World) (jobID, given string) {
	w.t.Helper()
	job := w.create("daily")
	if o.arrange != nil {
		given = o.arrange(w, job.ID)
	}
	return job.ID, given
}
