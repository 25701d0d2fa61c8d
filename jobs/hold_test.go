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
			p := newWorld(t, nil)
			job := p.create("job", scheduled("@hourly", schedule.ConcurrencySkip, missed))
			p.at(time.Hour)
			p.finish(job.ID, jobs.RunSucceeded)
			p.hold("deploy")
			p.at(2 * time.Hour)
			p.at(3 * time.Hour)
			p.Outage(2*time.Hour + time.Minute) // nobody looks until 17:01
			p.lift()
			p.Outage(90 * time.Minute)
			p.Advance(0)
			require.Equal(t, append([]string{
				"13:00 fired", "14:00 paused: hold", "15:00 paused: hold", "16:00 paused: hold to 17:00",
			}, after...), p.fates(job.ID))
			manual := p.manual(job.ID)
			require.Equal(t, jobs.TriggerManual, manual.Trigger)
		})
	}
}

func TestAHoldLeavesWhatPeopleStartAndWhatRuns(t *testing.T) {
	p := newWorld(t, patient)
	job := p.create("job", scheduled("@hourly", schedule.ConcurrencyAllow, schedule.MissedLatest))
	p.at(time.Hour)
	p.hold("deploy")
	p.at(2 * time.Hour)
	p.manual(job.ID)
	p.Advance(0)
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting, jobs.RunStarting}, p.statuses(job.ID))
	for _, d := range p.engine.dispatched {
		p.report(d.Run.ID, jobs.Report{Status: jobs.RunFailed})
	}
	_, err := p.RetryRun(p.ctx, p.Actor, job.ID, p.engine.dispatched[0].Run.ID)
	require.NoError(t, err)
	p.Advance(0)
	require.Equal(t, []jobs.RunStatus{jobs.RunFailed, jobs.RunFailed, jobs.RunStarting}, p.statuses(job.ID))
}

func TestSuccessesOfDependenciesDuringAHoldStartNothing(t *testing.T) {
	for _, looks := range []bool{true, false} {
		t.Run(fmt.Sprintf("looked at during the hold: %t", looks), func(t *testing.T) {
			p := newWorld(t, patient)
			up, other := p.create("up"), p.create("other")
			down := p.create("down", dependsOn("up", "other"))
			p.run(up.ID, jobs.RunSucceeded) // before, and unmatched
			p.Advance(0)
			p.hold("deploy")
			p.Outage(time.Minute)
			if looks {
				p.run(other.ID, jobs.RunSucceeded)
				p.Advance(time.Minute)
			} else {
				p.succeedUnseen(other.ID)
			}
			p.Outage(time.Minute)
			p.lift()
			p.Outage(time.Minute)
			p.Advance(0)
			require.Empty(t, p.runs(down.ID))
			p.run(other.ID, jobs.RunSucceeded)
			p.Advance(0)
			require.Empty(t, p.runs(down.ID), "the other one has not succeeded since")
			p.run(up.ID, jobs.RunSucceeded)
			p.Advance(0)
			require.Len(t, p.runs(down.ID), 1)
		})
	}
}

// succeedUnseen has a run succeed while no job is looked at: another process hands
// it to an engine.
func (p *World) succeedUnseen(id string) {
	p.t.Helper()
	run := p.manual(id)
	p.Advance(0)
	p.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
}

func TestARunThatWaitsForItsDependenciesIsNotReleasedDuringAHold(t *testing.T) {
	p := newWorld(t, patient)
	up := p.create("up", scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedLatest))
	down := p.create("down", dependsOn("up"), scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedLatest))
	p.at(time.Hour)
	require.Equal(t, []jobs.RunStatus{jobs.RunPending}, p.statuses(down.ID))
	p.hold("deploy")
	p.finish(up.ID, jobs.RunSucceeded)
	p.Advance(time.Minute)
	require.Equal(t, []jobs.RunStatus{jobs.RunPending}, p.statuses(down.ID))
	p.lift()
	p.Advance(20 * time.Second)
	require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(down.ID))
}

func TestEditsThatSettleSeeAHold(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedAll))
	p.hold("deploy")
	p.Outage(2*time.Hour + time.Minute)
	p.publish(job.ID, versions.Patch{CronExpression: new("30 * * * *")})
	require.Equal(t, []string{"13:00 paused: hold to 14:00"}, p.fates(job.ID))
	p.Outage(time.Hour)
	p.lift()
	p.publish(job.ID, versions.Patch{CronExpression: new("@hourly")})
	require.Equal(t, []string{"13:00 paused: hold to 14:00", "14:30 paused: hold"}, p.fates(job.ID))
	require.Empty(t, p.runs(job.ID))
}

// A lift that a wrong clock stamped takes no more than what was due when it was seen.
func TestALiftStampedInTheFuture(t *testing.T) {
	p := newWorld(t, nil)
	job := p.create("job", scheduled("@hourly", schedule.ConcurrencyAllow, schedule.MissedLatest))
	ahead := newWorldOn(t, p.store, nil)
	ahead.Outage(1000 * time.Hour)
	ahead.hold("by a wrong clock")
	ahead.lift()
	p.at(time.Hour)
	p.at(2 * time.Hour)
	require.Equal(t, []string{"13:00 paused: hold", "14:00 fired"}, p.fates(job.ID))
}

// An idle organization costs nothing more than before: no look reads its record.
func TestAHoldCostsNoFurtherRead(t *testing.T) {
	p, s := newSpiedWorld(t, nil)
	p.create("job", scheduled("@hourly", "skip", "latest"))
	p.at(time.Hour)
	p.finish(p.engine.dispatched[0].Run.JobID, jobs.RunSucceeded)
	s.read()
	s.made()
	p.at(2 * time.Hour)
	_, byName := s.read()
	require.Equal(t, 1, byName["FindJobs"])
	made := s.made()
	require.NotEmpty(t, made)
	for _, c := range made {
		require.Equal(t, len(c.PutTicks) > 0, c.RequireOrganization != nil)
	}
}
