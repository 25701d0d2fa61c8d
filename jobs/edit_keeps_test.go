package jobs_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// quietEdits are those that say nothing about when runs start. n makes each one
// another.
var quietEdits = []struct {
	name string
	edit func(w *World, id string, n int)
}{
	{"publish a config", func(w *World, id string, n int) {
		w.publish(id, versions.Patch{Config: new(another(n))})
	}},
	{"publish a description", func(w *World, id string, n int) {
		w.publish(id, versions.Patch{Description: new(fmt.Sprint("edit ", n))})
	}},
	{"publish a draft", func(w *World, id string, n int) {
		w.draft(id, versions.Patch{Config: new(another(n))})
		_, err := w.PublishDraft(w.ctx, w.Actor, id)
		require.NoError(w.t, err)
	}},
	{"publish and roll back", func(w *World, id string, n int) {
		before := w.job(id).CurrentVersion
		w.publish(id, versions.Patch{Config: new(another(n))})
		_, err := w.ActivateVersion(w.ctx, w.Actor, id, before)
		require.NoError(w.t, err)
	}},
	{"describe the job", func(w *World, id string, n int) {
		_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Description: new(fmt.Sprint("edit ", n))})
		require.NoError(w.t, err)
	}},
}

func another(n int) json.RawMessage { return sql(fmt.Sprint("select ", n)) }

// TestAQuietEditKeepsTheSchedule: what is due, what waits and what dependencies
// achieved is as if nobody had edited.
func TestAQuietEditKeepsTheSchedule(t *testing.T) {
	for _, quiet := range quietEdits {
		t.Run(quiet.name, func(t *testing.T) {
			t.Run("a backlog", func(t *testing.T) {
				w := newWorld(t, patient)
				job := w.create("job", scheduled("0 * * * *", "", schedule.MissedAll))
				w.at(6*time.Hour + time.Second)
				for n := range 6 {
					quiet.edit(w, job.ID, n)
					w.finish(job.ID, jobs.RunSucceeded)
				}
				require.Equal(t, []string{"13:00 fired", "14:00 fired", "15:00 fired", "16:00 fired", "17:00 fired", "18:00 fired"}, w.fates(job.ID))
			})
			t.Run("a tick that nobody took", func(t *testing.T) {
				w := newWorld(t, patient)
				job := w.create("job", scheduled("0 14 * * *", "", schedule.MissedSkip))
				w.Outage(5 * time.Hour)
				quiet.edit(w, job.ID, 1)
				w.Advance(0)
				require.Equal(t, []string{"14:00 missed: policy"}, w.fates(job.ID))
			})
			t.Run("a tick that is due", func(t *testing.T) {
				w := newWorld(t, patient)
				job := w.create("job", scheduled("0 13 * * *", "", schedule.MissedSkip))
				w.Outage(time.Hour + time.Second)
				quiet.edit(w, job.ID, 1)
				w.Advance(0)
				require.Equal(t, []string{"13:00 fired"}, w.fates(job.ID))
			})
			t.Run("a success that was not used", func(t *testing.T) {
				w := newWorld(t, patient)
				a, b := w.create("a"), w.create("b")
				join := w.create("join", dependsOn("a", "b"))
				w.run(a.ID, jobs.RunSucceeded)
				quiet.edit(w, join.ID, 1)
				w.run(b.ID, jobs.RunSucceeded)
				require.Len(t, w.runs(join.ID), 1)
			})
			t.Run("a success that came while the job ran", func(t *testing.T) {
				w := newWorld(t, patient)
				a := w.create("a")
				join := w.create("join", dependsOn("a"))
				w.run(a.ID, jobs.RunSucceeded)
				w.run(a.ID, jobs.RunSucceeded)
				quiet.edit(w, join.ID, 1)
				w.finish(join.ID, jobs.RunSucceeded)
				require.Len(t, w.runs(join.ID), 2)
			})
			t.Run("a run that waits", func(t *testing.T) {
				w := newWorld(t, patient)
				up := w.create("up", scheduled("0 13 * * *", "", ""))
				down := w.create("down", scheduled("0 13 * * *", "", ""), dependsOn("up"))
				w.at(time.Hour)
				quiet.edit(w, down.ID, 1)
				quiet.edit(w, up.ID, 1)
				w.finish(up.ID, jobs.RunSucceeded)
				require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, w.statuses(down.ID))
			})
		})
	}
}

// TestAMoreRoomyCapIsUsedAtOnce: how many runs may start is no part of the schedule.
func TestAMoreRoomyCapIsUsedAtOnce(t *testing.T) {
	w := newWorld(t, patient)
	job := w.create("job", scheduled("0 * * * *", schedule.ConcurrencyAllow, schedule.MissedAll), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 1 })
	w.at(3*time.Hour + time.Second)
	require.Len(t, w.runs(job.ID), 1)
	w.publish(job.ID, versions.Patch{MaxConcurrentRuns: new(2)})
	w.Advance(0)
	require.Len(t, w.runs(job.ID), 2)
}

// TestANewScheduleSettlesByTheOldPolicies: ticks that were due before a publish
// that changes the schedule are decided by the settings that they were due under.
func TestANewScheduleSettlesByTheOldPolicies(t *testing.T) {
	for _, test := range []struct {
		concurrency schedule.ConcurrencyPolicy
		missed      schedule.MissedSchedulePolicy
		want        []string
	}{
		{"skip", "skip", []string{"13:00 missed: policy to 16:00"}},
		{"skip", "latest", []string{"13:00 coalesced: policy to 15:00", "16:00 fired"}},
		{"skip", "all", []string{"13:00 fired", "14:00 skipped: overlap to 16:00"}},
		{"allow", "all", []string{"13:00 fired", "14:00 fired", "15:00 skipped: cap to 16:00"}},
		{"replace", "all", []string{"13:00 coalesced: policy to 15:00", "16:00 fired"}},
	} {
		for name, patch := range map[string]versions.Patch{
			"expression": {CronExpression: new("30 * * * *")},
			"zone":       {CronTimezone: new("Europe/Berlin")},
			"policy":     {MissedSchedulePolicy: new(map[schedule.MissedSchedulePolicy]schedule.MissedSchedulePolicy{"skip": "all", "latest": "skip", "all": "latest"}[test.missed])},
		} {
			t.Run(fmt.Sprint(test.concurrency, " ", test.missed, " ", name), func(t *testing.T) {
				w := newWorld(t, patient)
				job := w.create("job", scheduled("0 * * * *", test.concurrency, test.missed), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 2 })
				w.Outage(4*time.Hour + 30*time.Minute)
				w.publish(job.ID, patch)
				require.Equal(t, test.want, w.fates(job.ID))
			})
		}
	}
}
