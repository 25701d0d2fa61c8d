package jobs_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// TestJoinsNeverExceedSuccesses has two jobs succeed now and then, be tried again and
// lose runs, while what depends on them is edited, paused, reset and run by two
// schedulers. Each run that dependencies made used a success of its own of each job
// that its version depends on: there are never more of them than that job has.
func TestJoinsNeverExceedSuccesses(t *testing.T) {
	fired := 0
	for seed := range torture.Figure[uint64](12, 400) {
		fired += joinAtRandom(t, seed)
	}
	require.Greater(t, fired, 30, "nothing was tried")
}

func joinAtRandom(t *testing.T, seed uint64) int {
	w, rng := newWorld(t, nil), rand.New(rand.NewPCG(seed, 51))
	second := jobs.NewScheduler(w.Service, w.engine, nil)
	keys := []string{"a", "b"}
	ups := map[string]string{}
	for _, key := range keys {
		ups[key] = w.create(key, retried(1+rng.IntN(3))).ID
	}
	down := w.create("down", dependsOn(keys...), func(j *jobs.NewJob) { j.MissedSchedulePolicy = schedule.MissedAll })
	depends := map[int][]string{1: keys}
	succeeded, number := map[string]int{}, 0
	report := func(id string, status jobs.RunStatus) (ok bool) {
		runs := w.runs(id)
		if len(runs) == 0 {
			return false
		}
		run := runs[rng.IntN(len(runs))]
		if run.Status.Terminal() {
			return false
		}
		_, err := w.tryReport(run.ID, jobs.Report{Status: status})
		return err == nil
	}
	for range 400 {
		key := keys[rng.IntN(2)]
		switch n := rng.IntN(40); {
		case n == 0:
			number++
			on := [][]string{{"a"}, {"b"}, keys, {}}[rng.IntN(4)]
			policy := []schedule.ConcurrencyPolicy{schedule.ConcurrencySkip, schedule.ConcurrencyAllow, schedule.ConcurrencyReplace}[rng.IntN(3)]
			missed := []schedule.MissedSchedulePolicy{schedule.MissedSkip, schedule.MissedLatest, schedule.MissedAll}[rng.IntN(3)]
			most := 1
			if policy == schedule.ConcurrencyAllow {
				most = 1 + rng.IntN(5)
			}
			v := w.publish(down.ID, versions.Patch{
				DependsOn: &on, ConcurrencyPolicy: &policy, MissedSchedulePolicy: &missed, MaxConcurrentRuns: &most, TimeoutSeconds: new(60 * number),
			})
			depends[v.Number] = on
		case n == 1:
			status := []jobs.Status{jobs.Active, jobs.Paused}[rng.IntN(2)]
			_, err := w.UpdateJob(w.ctx, w.Actor, down.ID, jobs.JobPatch{Status: &status})
			require.NoError(t, err)
		case n == 2:
			_, err := w.ActivateVersion(w.ctx, w.Actor, down.ID, 1+rng.IntN(len(depends)))
			require.NoError(t, err)
		case n == 3:
			if runs := w.runs(ups[key]); len(runs) > 0 && runs[len(runs)-1].Status.Terminal() {
				require.NoError(t, w.DeleteRun(w.ctx, w.Actor, ups[key], runs[len(runs)-1].ID))
			}
		case n < 13:
			w.manual(ups[key])
		case n < 22:
			if report(ups[key], jobs.RunSucceeded) {
				succeeded[key]++
			}
		case n < 24:
			report(ups[key], jobs.RunFailed)
		case n < 29:
			report(down.ID, jobs.RunSucceeded)
		case n == 29:
			_, _ = second.Tick(w.ctx)
		default:
			w.Outage(time.Duration(rng.IntN(25)) * time.Second)
			w.Advance(0)
		}
	}
	w.Outage(time.Minute)
	w.Advance(0)
	used, fired := map[string]int{}, 0
	for _, run := range w.Runs(down.Key).List {
		if run.Trigger == jobs.TriggerDependency {
			fired++
			for _, key := range depends[run.JobVersion] {
				used[key]++
			}
		}
	}
	for _, key := range keys {
		require.LessOrEqual(t, used[key], succeeded[key], "seed %d, %s", seed, key)
	}
	return fired
}
