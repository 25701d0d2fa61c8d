package history

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// act is something that somebody does, or that happens, at a time.
type act struct {
	at   time.Time
	what string
	do   func(context.Context) error
}

// story is what people do in the two weeks, in the order of time.
func (w *world) story() []act {
	begin := w.clock.now()
	day := func(n, hour, minute int) time.Time {
		d := begin.AddDate(0, 0, n)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, time.UTC)
	}
	acts := []act{
		{begin, "make the jobs", w.makeJobs},
		{day(2, 14, 0), "publish", w.publish("nightly-sales", 0, versions.Patch{MissedSchedulePolicy: new(schedule.MissedSkip)})},
		{day(3, 0, 50), "the scheduler is away", w.goAway(true)},
		{day(3, 6, 12), "the scheduler is back", w.goAway(false)},
		{day(4, 9, 4), "publish", w.publish("nightly-sales", 1, versions.Patch{
			MissedSchedulePolicy: new(schedule.MissedLatest),
			Retry:                &versions.Retry{MaxAttempts: 3, BackoffSeconds: 60, MaxBackoffSeconds: 600},
		})},
		{day(5, 16, 20), "pause", w.pause("hourly-sync", time.Time{})},
		{day(6, 8, 0), "resume", w.resume("hourly-sync")},
		{day(6, 10, 11), "run by hand", w.runByHand("gdpr-erasure", map[string]string{"customer": "4711"})},
		{day(7, 10, 20), "publish", w.publish("nightly-sales", 1, versions.Patch{Config: source("select day, product, sum(quantity * price) as revenue\n  from sales\n where quantity > 0\n group by day, product\n order by revenue desc")})},
		{day(8, 9, 30), "publish", w.publish("broken-report", 0, versions.Patch{TimeoutSeconds: new(600)})},
		{day(9, 11, 30), "publish", w.publish("broken-report", 0, versions.Patch{Config: source("select sum(net_amount) as revenue\n  from sales")})},
		{day(10, 1, 11), "run by hand", w.runByHand("nightly-sales", map[string]string{"day": "2 days ago"})},
		{day(11, 12, 0), "run by hand", w.runByHand("gdpr-erasure", map[string]string{"customer": "0815"})},
		{day(12, 8, 10), "pause", w.pause("churn-model", time.Time{})},
		{day(12, 19, 55), "hold", w.hold("warehouse upgrade")},
		{day(12, 20, 40), "end the hold", w.liftHold},
		{day(13, 10, 20), "pause", w.pause("inventory-snapshot", w.cast.Until.AddDate(0, 0, 3).Truncate(time.Hour))},
		{day(13, 12, 38), "begin a draft", w.draft("nightly-sales", jobs.NewDraft{Patch: versions.Patch{
			CronExpression: new("30 2,14 * * 1-5"), TimeoutSeconds: new(1800),
			Config: source("select day, product, sum(quantity * price) as revenue\n  from sales\n where quantity > 0\n   and day >= '2026-01-15'\n group by day, product\n order by revenue desc"),
		}})},
	}
	return slices.DeleteFunc(acts, func(a act) bool { return a.at.After(w.cast.Until) })
}

func source(text string) *json.RawMessage {
	config, err := json.Marshal(map[string]any{"sql": map[string]any{"source": text}})
	if err != nil {
		panic(err) // it holds text alone
	}
	return new(json.RawMessage(config))
}

func (w *world) makeJobs(ctx context.Context) error {
	for i, job := range w.made() {
		by := i % 2
		if job.TeamIDs[0] != w.cast.Teams[dataTeam] {
			by = 0
		}
		made, err := w.service.CreateJob(ctx, w.actor(by), job)
		if err != nil {
			return err
		}
		w.ids[job.Key] = made.ID
	}
	return nil
}

func (w *world) publish(key string, by int, patch versions.Patch) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.service.PublishVersion(ctx, w.actor(by), w.ids[key], patch)
		return err
	}
}

func (w *world) draft(key string, from jobs.NewDraft) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.service.CreateDraft(ctx, w.actor(1), w.ids[key], from)
		return err
	}
}

func (w *world) pause(key string, until time.Time) func(context.Context) error {
	return func(ctx context.Context) error {
		patch := jobs.JobPatch{Status: new(jobs.Paused)}
		if !until.IsZero() {
			patch.PausedUntil = &until
		}
		_, err := w.service.UpdateJob(ctx, w.actor(0), w.ids[key], patch)
		return err
	}
}

func (w *world) resume(key string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.service.UpdateJob(ctx, w.actor(1), w.ids[key], jobs.JobPatch{Status: new(jobs.Active)})
		return err
	}
}

func (w *world) runByHand(key string, parameters map[string]string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.service.CreateRun(ctx, w.actor(1), w.ids[key], jobs.NewRun{Parameters: parameters})
		return err
	}
}

func (w *world) goAway(away bool) func(context.Context) error {
	return func(context.Context) error {
		w.away = away
		return nil
	}
}

func (w *world) hold(reason string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.service.SetHold(ctx, w.actor(0), reason)
		return err
	}
}

func (w *world) liftHold(ctx context.Context) error {
	return w.service.LiftHold(ctx, w.actor(0))
}
