package jobs_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// locals are the local times of fires; of many the first, the last and how many.
func locals(fires []jobs.Fire) (texts []string) {
	for i, f := range fires {
		if i < 2 || i == len(fires)-1 {
			texts = append(texts, f.LocalTime)
		}
	}
	if len(fires) > 3 {
		texts = append(texts, fmt.Sprint(len(fires)))
	}
	return texts
}

// The epoch is 1 March 2026, 12:00 UTC, so that the clocks of Berlin are moved
// within the horizon: on 29 March.
func TestDiffOfFires(t *testing.T) {
	type cron struct{ expr, zone string }
	for name, row := range map[string]struct {
		from, to     cron
		gained, lost []string
		truncated    bool
	}{
		"without schedules":           {},
		"another zone of no schedule": {to: cron{"", "Europe/Berlin"}},
		"the same":                    {from: cron{"0 2 * * *", ""}, to: cron{"00 02 * * *", "Etc/UTC"}},
		"a schedule is added":         {to: cron{"0 2 * * 1", ""}, gained: []string{"2026-03-02T02:00:00Z", "2026-03-09T02:00:00Z", "2026-03-30T02:00:00Z", "5"}},
		"a schedule is removed":       {from: cron{"0 12 1,31 * *", ""}, lost: []string{"2026-03-31T12:00:00Z"}}, // the end of the horizon is in it
		"fewer": {from: cron{"@hourly", ""}, to: cron{"0 */2 * * *", ""}, truncated: true,
			lost: []string{"2026-03-01T13:00:00Z", "2026-03-01T15:00:00Z", "2026-03-09T19:00:00Z", "100"}},
		"every minute and none": {from: cron{"* * * * *", ""}, truncated: true,
			lost: []string{"2026-03-01T12:01:00Z", "2026-03-01T12:02:00Z", "2026-03-01T13:40:00Z", "100"}},
		"every minute, far behind": {from: cron{"* 0-11 * * *", ""}, to: cron{"* * * * *", ""}, truncated: true,
			gained: []string{"2026-03-01T12:01:00Z", "2026-03-01T12:02:00Z", "2026-03-01T13:40:00Z", "100"}},
		"every minute elsewhere": {from: cron{"* * * * *", ""}, to: cron{"* * * * *", "Asia/Kathmandu"}},
		"another zone": {from: cron{"0 2 16 * *", ""}, to: cron{"0 2 16 * *", "Europe/Berlin"},
			gained: []string{"2026-03-16T02:00:00+01:00"}, lost: []string{"2026-03-16T02:00:00Z"}},
		"the hour that is skipped": {from: cron{"30 2 29 * *", "Europe/Berlin"}, to: cron{"30 2 29 * *", "Africa/Lagos"},
			gained: []string{"2026-03-29T02:30:00+01:00"}, lost: []string{"2026-03-29T03:00:00+02:00"}},
		"the same until the clock is moved": {from: cron{"30 5 29,30 * *", "Africa/Lagos"}, to: cron{"30 5 29,30 * *", "Europe/Berlin"},
			gained: []string{"2026-03-29T05:30:00+02:00", "2026-03-30T05:30:00+02:00"}, lost: []string{"2026-03-29T05:30:00+01:00", "2026-03-30T05:30:00+01:00"}},
		"beyond the horizon": {from: cron{"0 0 1 4 *", ""}, to: cron{"@yearly", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("job", func(j *jobs.NewJob) { j.CronExpression, j.CronTimezone = row.from.expr, row.from.zone })
			w.publish(job.ID, versions.Patch{CronExpression: &row.to.expr, CronTimezone: &row.to.zone})
			diff, err := w.DiffVersions(w.ctx, w.Actor, job.ID, 1, 2)
			require.NoError(t, err)
			require.Equal(t, row.gained, locals(diff.Fires.Gained))
			require.Equal(t, row.lost, locals(diff.Fires.Lost))
			require.Equal(t, row.truncated, diff.Fires.Truncated)
			require.Equal(t, epoch.Add(30*24*time.Hour), diff.Fires.Horizon)

			back, err := w.DiffVersions(w.ctx, w.Actor, job.ID, 2, 1)
			require.NoError(t, err)
			require.Equal(t, diff.Fires.Gained, back.Fires.Lost)
			require.Equal(t, diff.Fires.Lost, back.Fires.Gained)
		})
	}
}

func TestDiffsNeedTheirVersions(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	for _, numbers := range [][2]int{{1, 2}, {2, 1}, {0, 1}, {-1, 1}, {1, math.MaxInt}} {
		_, err := w.DiffVersions(w.ctx, w.Actor, job.ID, numbers[0], numbers[1])
		require.ErrorIs(t, err, jobs.ErrNotFound, "%v", numbers)
	}
	_, err := w.DiffDraft(w.ctx, w.Actor, job.ID)
	require.ErrorIs(t, err, jobs.ErrNotFound)
	_, err = w.DiffVersions(w.ctx, teams.Actor{OrganizationID: org, MemberID: "nobody"}, job.ID, 1, 1)
	require.ErrorIs(t, err, jobs.ErrNotFound)
}

// A draft that starts from an older version is compared with the active one.
func TestDiffOfADraftFromAVersion(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	w.publish(job.ID, versions.Patch{Config: new(sql("select 2")), Description: new("second")})
	draft, err := w.CreateDraft(w.ctx, w.Actor, job.ID, jobs.NewDraft{From: 1})
	require.NoError(t, err)
	require.Equal(t, []any{3, 1, "second"}, []any{draft.Number, draft.BasedOn, draft.Description})
	_, err = w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("renamed")})
	require.NoError(t, err)
	diff, err := w.DiffDraft(w.ctx, w.Actor, job.ID)
	require.NoError(t, err)
	require.Equal(t, []int{2, 3}, []int{diff.From, diff.To})
	require.Equal(t, []versions.Change{{Path: "/config/sql/source", From: []byte(`"select 2"`), To: []byte(`"select 1"`)}}, diff.Changes)
}

func ExampleService_DiffDraft() {
	ctx, actor, service := exampleService()
	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "daily-sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: sql("select 1"), CronExpression: "0 2 * * 1"},
	})
	_, _ = service.CreateDraft(ctx, actor, job.ID, jobs.NewDraft{Patch: versions.Patch{CronExpression: new("0 2 * * 1,5")}})
	diff, _ := service.DiffDraft(ctx, actor, job.ID)
	for _, c := range diff.Changes {
		fmt.Printf("%s: %s -> %s\n", c.Path, c.From, c.To)
	}
	fmt.Println(len(diff.Fires.Gained), "more, the first at", diff.Fires.Gained[0].LocalTime)
	// Output:
	// /cronExpression: "0 2 * * 1" -> "0 2 * * 1,5"
	// 4 more, the first at 2026-03-06T02:00:00Z
}

func ExampleService_Preview() {
	ctx, actor, service := exampleService()
	job, _ := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "daily-sales", TeamIDs: []string{"data"}, Status: jobs.Paused,
		Definition: versions.Definition{ClusterID: "main", Config: sql("select 1")},
	})
	preview, _ := service.Preview(ctx, actor, job.ID, jobs.PreviewQuery{
		N: 2, CronExpression: new("30 2 29,30 * *"), CronTimezone: new("Europe/Berlin"),
	})
	fmt.Println(preview.Text)
	for _, f := range preview.Fires {
		fmt.Println(f.LocalTime, "shifted:", f.Shifted)
	}
	fmt.Println("paused:", preview.Paused)
	// Output:
	// at 02:30 on days 29 and 30 of the month, Europe/Berlin
	// 2026-03-29T03:00:00+02:00 shifted: true
	// 2026-03-30T02:30:00+02:00 shifted: false
	// paused: true
}
