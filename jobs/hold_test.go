package jobs_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

func (w *World) hold(reason string) {
	w.t.Helper()
	_, err := w.SetHold(w.ctx, w.Actor, reason)
	require.NoError(w.t, err)
}

func (w *World) lift() {
	w.t.Helper()
	require.NoError(w.t, w.LiftHold(w.ctx, w.Actor))
}

func TestAHoldIsSetChangedAndLifted(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	viewer := member("M", teams.Viewer, "T1")
	is := func(want jobs.Hold) {
		t.Helper()
		got, err := w.Hold(w.ctx, viewer)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	is(jobs.Hold{})
	w.lift() // there is none
	admin := teams.Actor{OrganizationID: org, MemberID: "A", AllTeams: teams.Admin}
	for range 2 {
		got, err := w.SetHold(w.ctx, admin, "deploy\n\ndata: x")
		require.NoError(t, err)
		require.Equal(t, jobs.Hold{Reason: "deploy\n\ndata: x", MemberID: "A", Since: epoch}, got)
		w.Outage(time.Minute)
	}
	require.Len(t, s.made(), 1, "the same again changes nothing")
	w.hold("longer")
	is(jobs.Hold{Reason: "longer", MemberID: teams.SystemMemberID, Since: epoch})
	w.lift()
	w.lift()
	is(jobs.Hold{})

	var got []string
	for _, e := range w.journal() {
		require.Empty(t, e.JobID)
		got = append(got, string(e.Kind)+" "+e.Actor.MemberID+" "+e.Reason)
	}
	require.Equal(t, []string{"hold.set A deploy\n\ndata: x", "hold.set system longer", "hold.lifted system longer"}, got)
	list, err := w.ListEvents(w.ctx, viewer, jobs.EventQuery{})
	require.NoError(t, err)
	require.Len(t, list.Events, 3, "each member sees them")
	foreign, err := w.Hold(w.ctx, teams.System("ORG2"))
	require.NoError(t, err)
	require.Zero(t, foreign)
}

func TestAHoldIsForAdminsInEveryTeam(t *testing.T) {
	w := newWorld(t, nil)
	for _, actor := range []teams.Actor{
		member("M", teams.Admin, "T1"), {OrganizationID: org, MemberID: "M", AllTeams: teams.Contributor},
	} {
		_, err := w.SetHold(w.ctx, actor, "because")
		require.ErrorIs(t, err, jobs.ErrForbidden)
		require.ErrorIs(t, w.LiftHold(w.ctx, actor), jobs.ErrForbidden)
	}
	_, err := w.SetHold(w.ctx, teams.Actor{}, "because")
	require.ErrorIs(t, err, teams.ErrUnauthenticated)
	for _, reason := range []string{"", " \n", strings.Repeat("x", 1024), "\xff"} {
		_, err := w.SetHold(w.ctx, w.Actor, reason)
		requireField(t, "reason", err)
	}
	w = newWorld(t, &jobs.Options{Policy: func(_ context.Context, a jobs.Access) (bool, error) {
		require.Equal(t, teams.Hold, a.Action)
		require.Nil(t, a.Job)
		return !a.Allowed, nil
	}})
	_, err = w.SetHold(w.ctx, w.Actor, "because")
	require.ErrorIs(t, err, jobs.ErrForbidden)
	_, err = w.SetHold(w.ctx, member("M", teams.Viewer, "T1"), "because")
	require.NoError(t, err)
}

func TestTicksOfAHoldAreRecordedAsPaused(t *testing.T) {
	for missed, after := range map[schedule.MissedSchedulePolicy][]string{
		schedule.MissedSkip:   {"18:00 missed: policy"},
		schedule.MissedLatest: {"18:00 fired"},
		schedule.MissedAll:    {"18:00 fired"},
	} {
		t.Run(string(missed), func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("job", scheduled("@hourly", schedule.ConcurrencySkip, missed))
			w.at(time.Hour)
			w.finish(job.ID, jobs.RunSucceeded)
			w.hold("deploy")
			w.at(2 * time.Hour)
			w.at(3 * time.Hour)
			w.Outage(2*time.Hour + time.Minute) // nobody looks until 17:01
			w.lift()
			w.Outage(90 * time.Minute)
			w.Advance(0)
			require.Equal(t, append([]string{
				"13:00 fired", "14:00 paused: hold", "15:00 paused: hold", "16:00 paused: hold to 17:00",
			}, after...), w.fates(job.ID))
			manual := w.manual(job.ID)
			require.Equal(t, jobs.TriggerManual, manual.Trigger)
		})
	}
}

func TestAHoldLeavesWhatPeopleStartAndWhatRuns(t *testing.T) {
	w := newWorld(t, patient)
	job := w.create("job", scheduled("@hourly", schedule.ConcurrencyAllow, schedule.MissedLatest))
	w.at(time.Hour)
	w.hold("deploy")
	w.at(2 * time.Hour)
	w.manual(job.ID)
	w.Advance(0)
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting, jobs.RunStarting}, w.statuses(job.ID))
	for _, d := range w.engine.dispatched {
		w.report(d.Run.ID, jobs.Report{Status: jobs.RunFailed})
	}
	_, err := w.RetryRun(w.ctx, w.Actor, job.ID, w.engine.dispatched[0].Run.ID)
	require.NoError(t, err)
	w.Advance(0)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed, jobs.RunFailed, jobs.RunStarting}, w.statuses(job.ID))
}

func TestSuccessesOfDependenciesDuringAHoldStartNothing(t *testing.T) {
	for _, looks := range []bool{true, false} {
		t.Run(fmt.Sprintf("looked at during the hold: %t", looks), func(t *testing.T) {
			w := newWorld(t, patient)
			up, other := w.create("up"), w.create("other")
			down := w.create("down", dependsOn("up", "other"))
			w.run(up.ID, jobs.RunSucceeded) // before, and unmatched
			w.Advance(0)
			w.hold("deploy")
			w.Outage(time.Minute)
			if looks {
				w.run(other.ID, jobs.RunSucceeded)
				w.Advance(time.Minute)
			} else {
				w.succeedUnseen(other.ID)
			}
			w.Outage(time.Minute)
			w.lift()
			w.Outage(time.Minute)
			w.Advance(0)
			require.Empty(t, w.runs(down.ID))
			w.run(other.ID, jobs.RunSucceeded)
			w.Advance(0)
			require.Empty(t, w.runs(down.ID), "the other one has not succeeded since")
			w.run(up.ID, jobs.RunSucceeded)
			w.Advance(0)
			require.Len(t, w.runs(down.ID), 1)
		})
	}
}

// succeedUnseen has a run succeed while no job is looked at: another process hands
// it to an engine.
func (w *World) succeedUnseen(id string) {
	w.t.Helper()
	run := w.manual(id)
	w.Advance(0)
	w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
}

func TestARunThatWaitsForItsDependenciesIsNotReleasedDuringAHold(t *testing.T) {
	w := newWorld(t, patient)
	up := w.create("up", scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedLatest))
	down := w.create("down", dependsOn("up"), scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedLatest))
	w.at(time.Hour)
	require.Equal(t, []jobs.RunStatus{jobs.RunPending}, w.statuses(down.ID))
	w.hold("deploy")
	w.finish(up.ID, jobs.RunSucceeded)
	w.Advance(time.Minute)
	require.Equal(t, []jobs.RunStatus{jobs.RunPending}, w.statuses(down.ID))
	w.lift()
	w.Advance(20 * time.Second)
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, w.statuses(down.ID))
}

func TestEditsThatSettleSeeAHold(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedAll))
	w.hold("deploy")
	w.Outage(2*time.Hour + time.Minute)
	w.publish(job.ID, versions.Patch{CronExpression: new("30 * * * *")})
	require.Equal(t, []string{"13:00 paused: hold to 14:00"}, w.fates(job.ID))
	w.Outage(time.Hour)
	w.lift()
	w.publish(job.ID, versions.Patch{CronExpression: new("@hourly")})
	require.Equal(t, []string{"13:00 paused: hold to 14:00", "14:30 paused: hold"}, w.fates(job.ID))
	require.Empty(t, w.runs(job.ID))
}

// A lift that a wrong clock stamped takes no more than what was due when it was seen.
func TestALiftStampedInTheFuture(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", schedule.ConcurrencyAllow, schedule.MissedLatest))
	ahead := newWorldOn(t, w.store, nil)
	ahead.Outage(1000 * time.Hour)
	ahead.hold("by a wrong clock")
	ahead.lift()
	w.at(time.Hour)
	w.at(2 * time.Hour)
	require.Equal(t, []string{"13:00 paused: hold", "14:00 fired"}, w.fates(job.ID))
}

// An idle organization costs nothing more than before: no look reads its record.
func TestAHoldCostsNoFurtherRead(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	w.create("job", scheduled("@hourly", "skip", "latest"))
	w.at(time.Hour)
	w.finish(w.engine.dispatched[0].Run.JobID, jobs.RunSucceeded)
	s.read()
	s.made()
	w.at(2 * time.Hour)
	_, byName := s.read()
	require.Equal(t, 1, byName["FindJobs"])
	made := s.made()
	require.NotEmpty(t, made)
	for _, c := range made {
		require.Equal(t, len(c.PutTicks) > 0, c.RequireOrganization != nil)
	}
}
