package jobs_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// fires counts by hour after the epoch and fate: "13 succeeded=1".
func (w *World) fires(actor teams.Actor, q jobs.FiresQuery) (list jobs.FireList, lines []string) {
	w.t.Helper()
	list, err := w.Fires(w.ctx, actor, q)
	require.NoError(w.t, err)
	for _, b := range list.Buckets {
		sum := 0
		for _, job := range b.Jobs {
			sum += job.Count
		}
		all := 0
		for _, n := range b.Counts {
			all += n
		}
		require.Equal(w.t, all, sum)
		lines = append(lines, fmt.Sprint(b.From.Format("15:04 "), b.Counts))
	}
	return list, lines
}

func TestFires(t *testing.T) {
	w := newWorld(t, patient)
	job := w.create("job", scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedLatest))
	w.create("other", scheduled("30 * * * *", schedule.ConcurrencySkip, schedule.MissedLatest))
	w.create("manual")
	w.at(time.Hour)
	w.finish(job.ID, jobs.RunSucceeded)
	w.at(2 * time.Hour)
	w.at(3 * time.Hour) // meets the run of the second
	w.finish(job.ID, jobs.RunFailed)
	w.at(6*time.Hour + 30*time.Minute)
	w.Outage(time.Hour) // and no scheduler

	_, lines := w.fires(w.Actor, jobs.FiresQuery{From: epoch, Until: epoch.Add(10 * time.Hour)})
	require.Equal(t, []string{
		"12:00 map[running:1]",
		"13:00 map[skipped.overlap:1 succeeded:1]",
		"14:00 map[due:1 failed:1]", // a suspected run holds the ticks of the other
		"15:00 map[due:1 skipped.overlap:1]",
		"16:00 map[coalesced.policy:1 due:1]",
		"17:00 map[coalesced.policy:1 due:1]",
		"18:00 map[due:1 running:1]",
		"19:00 map[due:2]",
		"20:00 map[coming:2]",
		"21:00 map[coming:2]",
	}, lines)
}

// Any history is counted as the ledger of ticks and the runs have it.
func TestFiresAreTheLedgers(t *testing.T) {
	for seed := range 20 {
		w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{Lease: 1000 * time.Hour, OnTime: time.Minute, RetainCount: -1}})
		random := rand.New(rand.NewPCG(9, uint64(seed)))
		var ids []string
		pick := func(list ...string) string { return list[random.IntN(len(list))] }
		for i := range 4 {
			j := w.create(fmt.Sprint("job", i), scheduled(
				pick("*/10 * * * *", "@hourly", "7 */3 * * *"),
				schedule.ConcurrencyPolicy(pick("skip", "allow", "replace")), schedule.MissedSchedulePolicy(pick("skip", "latest", "all"))),
				func(j *jobs.NewJob) {
					if j.CronTimezone = pick("", "America/New_York"); random.IntN(2) == 0 {
						j.Retry = versions.Retry{MaxAttempts: 2, BackoffSeconds: 60, MaxBackoffSeconds: 60}
					}
					if i > 2 {
						j.DependsOn = []string{"job0"}
					}
				})
			ids = append(ids, j.ID)
		}
		for range 60 {
			w.Outage(time.Duration(random.IntN(90)) * time.Minute)
			id := ids[random.IntN(len(ids))]
			switch random.IntN(12) {
			case 0:
				status := jobs.Paused
				if w.job(id).Status == jobs.Paused {
					status = jobs.Active
				}
				_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Status: &status})
				require.NoError(t, err)
			case 1:
				w.publish(id, versions.Patch{TimeoutSeconds: new(random.IntN(5) * 10_000)})
			case 2, 3:
				w.manual(id)
			}
			if random.IntN(3) > 0 {
				w.Advance(0)
			}
			for _, run := range w.runs(id) {
				if run.Status == jobs.RunStarting {
					_, _ = w.tryReport(run.ID, jobs.Report{Status: jobs.RunStatus(pick("succeeded", "failed", "running"))})
				}
			}
		}
		from := epoch.Add(time.Duration(random.IntN(10)) * time.Hour)
		q := jobs.FiresQuery{From: from, Until: from.Add(time.Duration(1+random.IntN(60)) * time.Hour), Bucket: time.Duration(7+random.IntN(200)) * time.Minute}
		list, _ := w.fires(w.Actor, q)
		require.False(t, list.Truncated)
		got := map[string]int{}
		for _, b := range list.Buckets {
			for fate, n := range b.Counts {
				got[fate] += n
			}
		}
		want := w.countedOne(ids, q)
		require.Equal(t, want, got, "seed %d", seed)
	}
}

// countedOne counts the fates of the settled ticks and those to come, one by one.
func (w *World) countedOne(ids []string, q jobs.FiresQuery) map[string]int {
	w.t.Helper()
	counts := map[string]int{}
	in := func(at time.Time) bool { return !at.Before(q.From) && at.Before(q.Until) }
	for _, id := range ids {
		job := w.job(id)
		last := map[string]jobs.Run{} // the last attempt, by the first
		all := allRuns(w.t, jobs.RunQuery{Limit: 100}, func(q jobs.RunQuery) (jobs.RunList, error) { return w.ListRuns(w.ctx, w.Actor, id, q) })
		root := map[string]string{}
		for i := len(all) - 1; i >= 0; i-- {
			r := all[i]
			root[r.ID] = r.ID
			if r.Attempt > 1 {
				root[r.ID] = root[r.RetryOf]
			}
			last[root[r.ID]] = r
		}
		settled := job.CreatedAt
		cron, err := job.Version.Schedule()
		require.NoError(w.t, err)
		for _, t := range w.Ticks(job.Key).List {
			settled = t.Until
			fate := string(t.Verdict)
			if t.Verdict == schedule.VerdictFired {
				switch r := last[t.RunID]; {
				case r.Status.Terminal():
					fate = string(r.Status)
				case r.Status == jobs.RunPending || r.Status == jobs.RunReady:
					fate = "waiting"
				default:
					fate = "running"
				}
			} else if t.Reason != "" {
				fate += "." + t.Reason
			}
			if t.Count == 1 {
				if in(t.NominalAt) {
					counts[fate]++
				}
				continue
			}
			for at := cron.Next(t.NominalAt.Add(-1)); !at.After(t.Until); at = cron.Next(at) {
				if in(at) {
					counts[fate]++
				}
			}
		}
		for at := cron.Next(settled); at.Before(q.Until); at = cron.Next(at) {
			switch {
			case !in(at):
			case job.Status == jobs.Paused:
				counts["paused"]++
			case at.After(w.Now()):
				counts["coming"]++
			default:
				counts["due"]++
			}
		}
	}
	maps.DeleteFunc(counts, func(_ string, n int) bool { return n == 0 })
	return counts
}

func TestFiresQueries(t *testing.T) {
	w := newWorld(t, nil)
	year := 365 * 24 * time.Hour
	for name, tc := range map[string]struct {
		q     jobs.FiresQuery
		field string
	}{
		"backwards":       {jobs.FiresQuery{From: epoch, Until: epoch}, "until"},
		"too long":        {jobs.FiresQuery{From: epoch, Until: epoch.Add(2 * year), Bucket: 240 * time.Hour}, "until"},
		"too many parts":  {jobs.FiresQuery{From: epoch, Until: epoch.Add(year)}, "bucket"},
		"a tiny part":     {jobs.FiresQuery{Bucket: time.Second}, "bucket"},
		"a negative part": {jobs.FiresQuery{Bucket: -time.Hour}, "bucket"},
		"an odd part":     {jobs.FiresQuery{Bucket: time.Hour + 1}, "bucket"},
		"before time":     {jobs.FiresQuery{From: time.Unix(-1, 0)}, "from"},
	} {
		t.Run(name, func(t *testing.T) { requireField(t, tc.field, second(w.Fires(w.ctx, w.Actor, tc.q))) })
	}
}

// A year of a job of every minute costs little, however it is asked for.
func TestFiresOfAYear(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	w.create("minutely", scheduled("* * * * *", schedule.ConcurrencySkip, schedule.MissedLatest))
	s.read()
	list, err := w.Fires(w.ctx, w.Actor, jobs.FiresQuery{From: epoch, Until: epoch.AddDate(1, 0, 0), Bucket: 24 * time.Hour})
	require.NoError(t, err)
	require.Len(t, list.Buckets, 365)
	for i, b := range list.Buckets {
		want := map[string]int{"coming": 24 * 60}
		if i == 0 { // the first minute is now, and not after it
			want = map[string]int{"coming": 24*60 - 1}
		}
		require.Equal(t, want, b.Counts)
	}
}

// Fires show jobs that the actor sees, and ask a policy about a bounded number.
func TestFiresAreOfVisibleJobs(t *testing.T) {
	var asked atomic.Int64
	w := newWorld(t, &jobs.Options{Policy: func(_ context.Context, a jobs.Access) (bool, error) { asked.Add(1); return a.Allowed, nil }})
	hourly := scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedLatest)
	w.create("seen", hourly)
	w.create("hidden", hourly, inTeams("T2"))
	list, _ := w.fires(member("m", teams.Viewer, "T1"), jobs.FiresQuery{})
	require.Len(t, list.Buckets, 23)
	require.Equal(t, "seen", list.Buckets[0].Jobs[0].JobKey)
	require.Len(t, list.Buckets[0].Jobs, 1)
	for i := range 2100 {
		w.create(fmt.Sprint("more", i), inTeams("T2"))
	}
	asked.Store(0)
	list, _ = w.fires(member("m", teams.Viewer, "T1"), jobs.FiresQuery{})
	require.True(t, list.Truncated)
	require.LessOrEqual(t, asked.Load(), int64(2000+16))
}

// While an organization is on hold, and a job paused, no tick is coming.
func TestFiresUnderAPause(t *testing.T) {
	w := newWorld(t, nil)
	w.create("job", scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedLatest), withStatus(jobs.Paused),
		func(j *jobs.NewJob) { j.PausedUntil = epoch.Add(90 * time.Minute) })
	w.Outage(time.Hour)
	q := jobs.FiresQuery{From: epoch, Until: epoch.Add(4 * time.Hour)}
	_, lines := w.fires(w.Actor, q)
	require.Equal(t, []string{"13:00 map[paused:1]", "14:00 map[coming:1]", "15:00 map[coming:1]"}, lines)
	w.hold("maintenance")
	_, lines = w.fires(w.Actor, q)
	require.Equal(t, []string{"13:00 map[paused:1]", "14:00 map[paused:1]", "15:00 map[paused:1]"}, lines)
}
