package jobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// journal reads what the organization's journal holds, oldest first.
func (w *World) journal() []jobs.Event {
	w.t.Helper()
	page, err := w.store.ListEvents(w.ctx, storage.EventQuery{OrganizationID: org, Ascending: true, Limit: 1000})
	require.NoError(w.t, err)
	events := make([]jobs.Event, len(page.Events))
	for i, record := range page.Events {
		events[i], err = jobs.DecodeEvent(record)
		require.NoError(w.t, err)
	}
	return events
}

func TestEveryOperationIsInTheJournal(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	w.draft(job.ID, versions.Patch{TimeoutSeconds: new(5)})
	_, err := w.UpdateDraft(w.ctx, w.Actor, job.ID, versions.Patch{TimeoutSeconds: new(6)})
	require.NoError(t, err)
	require.NoError(t, w.DiscardDraft(w.ctx, w.Actor, job.ID))
	w.publish(job.ID, versions.Patch{})
	_, err = w.ActivateVersion(w.ctx, w.Actor, job.ID, 1)
	require.NoError(t, err)
	_, err = w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("new")})
	require.NoError(t, err)
	_, err = w.GrantTeams(w.ctx, w.Actor, job.ID, []string{"T2"})
	require.NoError(t, err)
	require.NoError(t, w.RevokeTeam(w.ctx, w.Actor, job.ID, "T2"))
	_, err = w.ResetSchedule(w.ctx, w.Actor, job.ID)
	require.NoError(t, err)
	held, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
	require.NoError(t, err)
	_, err = w.ReleaseRun(w.ctx, w.Actor, job.ID, held.ID)
	require.NoError(t, err)
	_, err = w.CancelRun(w.ctx, w.Actor, job.ID, held.ID)
	require.NoError(t, err)
	require.NoError(t, w.DeleteRun(w.ctx, w.Actor, job.ID, held.ID))
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, job.ID))

	var kinds []jobs.EventKind
	for _, e := range w.journal() {
		kinds = append(kinds, e.Kind)
		require.Equal(t, job.ID, e.JobID)
		require.Equal(t, "job", e.JobKey)
		require.Equal(t, teams.SystemMemberID, e.Actor.MemberID)
		require.Equal(t, epoch, e.At)
	}
	require.Equal(t, []jobs.EventKind{
		jobs.JobCreated, jobs.DraftCreated, jobs.DraftUpdated, jobs.DraftDiscarded, jobs.VersionPublished,
		jobs.VersionActivated, jobs.JobUpdated, jobs.TeamsGranted, jobs.TeamRevoked, jobs.ScheduleReset,
		jobs.RunCreated, jobs.RunReleased, jobs.RunCancelRequested, jobs.RunEndCancelled, jobs.RunDeleted, jobs.JobDeleted,
	}, kinds)
}

func TestEachEndOfARunIsInTheJournal(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", func(j *jobs.NewJob) { j.TimeoutSeconds = 5 })
	want := map[string]jobs.EventKind{}
	for status, kind := range map[jobs.RunStatus]jobs.EventKind{
		jobs.RunSucceeded: jobs.RunEndSucceeded, jobs.RunFailed: jobs.RunEndFailed, jobs.RunCancelled: jobs.RunEndCancelled,
	} {
		want[w.run(job.ID, status).ID] = kind
	}
	late := w.manual(job.ID)
	w.Advance(0)
	w.Advance(10 * time.Second)
	want[late.ID] = jobs.RunEndTimeout

	got := map[string]jobs.EventKind{}
	for _, e := range w.journal() {
		if e.Kind != jobs.JobCreated && e.Kind != jobs.RunCreated {
			require.NotContains(t, got, e.RunID, "once")
			got[e.RunID] = e.Kind
			require.Equal(t, "job", e.JobKey)
		}
	}
	require.Equal(t, want, got)
}

func TestTheStartOfARunIsInTheJournalOnce(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	run, straight := w.manual(job.ID), w.manual(job.ID)
	w.Advance(0)
	for _, status := range []jobs.RunStatus{jobs.RunCreatingRunner, jobs.RunRunning, jobs.RunRunning, "", jobs.RunSucceeded} {
		w.report(run.ID, jobs.Report{Status: status})
	}
	w.report(straight.ID, jobs.Report{Status: jobs.RunFailed})

	var got []jobs.Event
	for _, e := range w.journal() {
		if e.Kind != jobs.JobCreated && e.Kind != jobs.RunCreated {
			require.Equal(t, "job", e.JobKey)
			got = append(got, jobs.Event{Kind: e.Kind, RunID: e.RunID, Status: e.Status, Final: e.Final})
		}
	}
	require.Equal(t, []jobs.Event{
		{Kind: jobs.RunStarted, RunID: run.ID, Status: jobs.RunRunning},
		{Kind: jobs.RunEndSucceeded, RunID: run.ID, Status: jobs.RunSucceeded, Final: true},
		{Kind: jobs.RunEndFailed, RunID: straight.ID, Status: jobs.RunFailed, Final: true},
	}, got)
}

func TestTicksThatMakeNoRunAreInTheJournal(t *testing.T) {
	w := newWorld(t, patient)
	job := w.create("job", scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedLatest))
	w.at(time.Hour)
	w.at(2 * time.Hour) // meets the run of the first
	w.finish(job.ID, jobs.RunSucceeded)
	w.at(5*time.Hour + 30*time.Minute)

	var got []string
	for _, e := range w.journal() {
		if !e.NominalAt.IsZero() && e.RunID == "" {
			got = append(got, e.NominalAt.Format("15:04 ")+string(e.Kind)+" "+e.Reason)
			require.Positive(t, e.Count)
		}
	}
	require.Equal(t, []string{"14:00 tick.skipped overlap", "15:00 tick.coalesced policy"}, got)
}

func TestTokensAreNotKept(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job := w.create("job")
	run := w.manual(job.ID)
	w.Advance(0)
	token := w.engine.dispatched[0].Token
	for _, c := range s.made() {
		for _, r := range c.PutRuns {
			require.NotContains(t, string(r.Doc), token)
		}
	}
	require.NoError(t, w.CheckReport(w.ctx, job.ID, run.ID, token))
	s.read()
	for _, wrong := range []string{"", "x", token + "x", token[:len(token)-1], token[1:]} {
		require.ErrorIs(t, w.CheckReport(w.ctx, job.ID, run.ID, wrong), jobs.ErrNotFound)
	}
	require.ErrorIs(t, w.CheckReport(w.ctx, job.ID, "OTHER", token), jobs.ErrNotFound)
	require.Equal(t, time.Minute, w.engine.dispatched[0].Lease)
}
