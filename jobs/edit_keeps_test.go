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
	edit func(p *World, id string, n int)
}{
	{"publish a config", func(p *World, id string, n int) {
		p.publish(id, versions.Patch{Config: new(another(n))})
	}},
	{"publish a description", func(p *World, id string, n int) {
		p.publish(id, versions.Patch{Description: new(fmt.Sprint("edit ", n))})
	}},
	{"publish a draft", func(p *World, id string, n int) {
		p.draft(id, versions.Patch{Config: new(another(n))})
		_, err := p.PublishDraft(p.ctx, p.Actor, id)
		require.NoError(p.t, err)
	}},
	{"publish and roll back", func(p *World, id string, n int) {
		before := p.job(id).CurrentVersion
		p.publish(id, versions.Patch{Config: new(another(n))})
		_, err := p.ActivateVersion(p.ctx, p.Actor, id, before)
		require.NoError(p.t, err)
	}},
	{"describe the job", func(p *World, id string, n int) {
		_, err := p.UpdateJob(p.ctx, p.Actor, id, jobs.JobPatch{Description: new(fmt.Sprint("edit ", n))})
		require.NoError(p.t, err)
	}},
}

func another(n int) json.RawMessage { return sql(fmt.Sprint("select ", n)) }

// TestAQuietEditKeepsTheSchedule: what is due, what waits and what dependencies
// achieved is as if nobody had edited.
func TestAQuietEditKeepsTheSchedule(t *testing.T) {
	for _, quiet := range quietEdits {
		t.Run(quiet.name, func(t *testing.T) {
			t.Run("a backlog", func(t *testing.T) {
				p := newWorld(t, patient)
				job := p.create("job", scheduled("0 * * * *", "", schedule.MissedAll))
				p.at(6*time.Hour + time.Second)
				for n := range 6 {
					quiet.edit(p, job.ID, n)
					p.finish(job.ID, jobs.RunSucceeded)
				}
				require.Equal(t, []string{"13:00 fired", "14:00 fired", "15:00 fired", "16:00 fired", "17:00 fired", "18:00 fired"}, p.fates(job.ID))
			})
			t.Run("a tick that nobody took", func(t *testing.T) {
				p := newWorld(t, patient)
				job := p.create("job", scheduled("0 14 * * *", "", schedule.MissedSkip))
				p.Outage(5 * time.Hour)
				quiet.edit(p, job.ID, 1)
				p.Advance(0)
				require.Equal(t, []string{"14:00 missed: policy"}, p.fates(job.ID))
			})
			t.Run("a tick that is due", func(t *testing.T) {
				p := newWorld(t, patient)
				job := p.create("job", scheduled("0 13 * * *", "", schedule.MissedSkip))
				p.Outage(time.Hour + time.Second)
				quiet.edit(p, job.ID, 1)
				p.Advance(0)
				require.Equal(t, []string{"13:00 fired"}, p.fates(job.ID))
			})
			t.Run("a success that was not used", func(t *testing.T) {
				p := newWorld(t, patient)
				a, b := p.create("a"), p.create("b")
				join := p.create("join", dependsOn("a", "b"))
				p.run(a.ID, jobs.RunSucceeded)
				quiet.edit(p, join.ID, 1)
				p.run(b.ID, jobs.RunSucceeded)
				require.Len(t, p.runs(join.ID), 1)
			})
			t.Run("a success that came while the job ran", func(t *testing.T) {
				p := newWorld(t, patient)
				a := p.create("a")
				join := p.create("join", dependsOn("a"))
				p.run(a.ID, jobs.RunSucceeded)
				p.run(a.ID, jobs.RunSucceeded)
				quiet.edit(p, join.ID, 1)
				p.finish(join.ID, jobs.RunSucceeded)
				require.Len(t, p.runs(join.ID), 2)
			})
			t.Run("a run that waits", func(t *testing.T) {
				p := newWorld(t, patient)
				up := p.create("up", scheduled("0 13 * * *", "", ""))
				down := p.create("down", scheduled("0 13 * * *", "", ""), dependsOn("up"))
				p.at(time.Hour)
				quiet.edit(p, down.ID, 1)
				quiet.edit(p, up.ID, 1)
				p.finish(up.ID, jobs.RunSucceeded)
				require.Equal(t, []jobs.RunStatus{jobs.RunStarting}, p.statuses(down.ID))
			})
		})
	}
}

// TestAMoreRoomyCapIsUsedAtOnce: how many runs may start is no part of the schedule.
func TestAMoreRoomyCapIsUsedAtOnce(t *testing.T) {
	p := newWorld(t, patient)
	job := p.create("job", scheduled("0 * * * *", schedule.ConcurrencyAllow, schedule.MissedAll), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 1 })
	p.at(3*time.Hour + time.Second)
	require.Len(t, p.runs(job.ID), 1)
	p.publish(job.ID, versions.Patch{MaxConcurrentRuns: new(2)})
	p.Advance(0)
	require.Len(t, p.runs(job.ID), 2)
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
				p := newWorld(t, patient)
				job := p.create("job", scheduled("0 * * * *", test.concurrency, test.missed), func(j *jobs.NewJob) { j.MaxConcurrentRuns = 2 })
				p.Outage(4*time.Hour + 30*time.Minute)
				p.publish(job.ID, patch)
				require.Equal(t, test.want, p.fates(job.ID))
			})
		}
	}
}
