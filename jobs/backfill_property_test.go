package jobs_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// concurrent counts, at each dispatch and each end, how many runs of backfills are
// there at once.
type concurrent struct {
	*World
	id     string
	most   int
	seen   int // of what was dispatched
	living map[string]jobs.Run
	began  map[string]int
}

// step takes up what was dispatched, and ends some of it.
func (c *concurrent) step(random *rand.Rand) {
	c.t.Helper()
	c.engine.mu.Lock()
	for _, d := range c.engine.dispatched[c.seen:] {
		c.seen++
		if c.began[d.Run.ID] == 0 {
			c.living[d.Run.ID] = d.Run
		}
		c.began[d.Run.ID]++
	}
	c.engine.mu.Unlock()
	backfills := 0
	for id, run := range c.living {
		read, err := c.JobRun(c.ctx, c.Actor, c.id, id)
		require.NoError(c.t, err)
		if read.Status.Terminal() {
			delete(c.living, id)
		} else if run.Trigger == jobs.TriggerBackfill && read.CancelRequestedAt.IsZero() {
			backfills++
		}
	}
	require.LessOrEqual(c.t, backfills, c.most, "runs of a backfill at once")
	for id := range c.living {
		status := jobs.RunRunning
		if random.IntN(3) == 0 {
			status = []jobs.RunStatus{jobs.RunSucceeded, jobs.RunFailed}[random.IntN(2)]
			delete(c.living, id)
		}
		_, err := c.tryReport(id, jobs.Report{Status: status})
		if err != nil {
			requireConflict(c.t, jobs.ConflictRunState, err) // it was cancelled, and has ended
		}
	}
}

// Under each policy a schedule, backfills and runs by hand meet at random. No tick
// is skipped because of a run that only queues; the runs of backfills never meet
// more of their own than may run; none is lost, and each ends but by a replacement.
func TestBackfillsAndAScheduleMeet(t *testing.T) {
	for policy, most := range map[schedule.ConcurrencyPolicy]int{schedule.ConcurrencySkip: 1, schedule.ConcurrencyReplace: 1, schedule.ConcurrencyAllow: 3} {
		for seed := range torture.Figure[uint64](2, 40) {
			t.Run(fmt.Sprint(policy, seed), func(t *testing.T) {
				w := newWorld(t, nil)
				job := w.create("job", scheduled("*/10 * * * *", policy, schedule.MissedLatest), func(j *jobs.NewJob) { j.MaxConcurrentRuns = most })
				c := &concurrent{World: w, id: job.ID, most: most, living: map[string]jobs.Run{}, began: map[string]int{}}
				random := rand.New(rand.NewPCG(9, seed))
				asked := 0
				for minute := range 600 {
					w.Outage(20 * time.Second)
					if minute%100 == 50 && minute < 400 {
						asked += len(w.backfill(job.ID, -time.Duration(random.IntN(100))*time.Minute, 0).Runs)
					}
					before := len(c.living)
					w.Advance(0)
					if skipped := w.skippedNow(job.ID); skipped {
						require.Positive(t, before, "a tick was skipped though nothing ran")
					}
					c.step(random)
				}
				_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
				require.NoError(t, err)
				for range 600 {
					w.Outage(20 * time.Second)
					w.Advance(0)
					c.step(random)
				}
				require.Positive(t, asked)
				made := allRuns(t, jobs.RunQuery{Limit: 100, Trigger: jobs.TriggerBackfill}, func(q jobs.RunQuery) (jobs.RunList, error) {
					return w.ListRuns(w.ctx, w.Actor, job.ID, q)
				})
				require.Len(t, made, asked)
				for _, run := range made {
					require.True(t, run.Status.Terminal(), "run %d is %s", run.Number, run.Status)
					require.LessOrEqual(t, c.began[run.ID], 1, "none is dispatched twice")
					if run.Status == jobs.RunCancelled {
						require.Equal(t, schedule.ConcurrencyReplace, policy)
					} else {
						require.Equal(t, 1, c.began[run.ID])
					}
				}
			})
		}
	}
}

// skippedNow reports whether a tick of the last seconds was skipped.
func (w *World) skippedNow(id string) bool {
	w.t.Helper()
	list, err := w.ListTicks(w.ctx, w.Actor, id, jobs.TickQuery{Limit: 1})
	require.NoError(w.t, err)
	return len(list.Ticks) == 1 && list.Ticks[0].Verdict == schedule.VerdictSkipped && w.Now().Sub(list.Ticks[0].Until) < 20*time.Second
}

// The process is killed at each of its commits while runs of a backfill queue,
// and another one comes later: none is lost, and none is done twice but the one
// that died with its process.
func TestABackfillSurvivesAKill(t *testing.T) {
	for at := 1; at <= 9; at++ {
		for _, made := range []bool{false, true} {
			t.Run(fmt.Sprintf("commit %d, made %t", at, made), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { killABackfill(t, at, made) })
			})
		}
	}
}

func killABackfill(t *testing.T, at int, made bool) {
	c := &crash{t: t, store: memory.New(), takes: 5 * time.Second, started: map[string]int{}, finished: map[string]int{}}
	service, actor := jobs.NewService(c.store, nil), teams.System(org)
	job, err := service.CreateJob(t.Context(), actor, jobs.NewJob{
		Key: "job", TeamIDs: []string{"T1"},
		Definition: versions.Definition{ClusterID: "C1", Config: sql("x"), CronExpression: "@daily"},
	})
	require.NoError(t, err)
	store := &dying{Store: c.store, at: at, made: made, killed: make(chan struct{})}
	now := time.Now()
	query := jobs.BackfillQuery{From: now.AddDate(0, 0, -4), Until: now}
	c.process(store, func() {
		// The one that asks dies with the scheduler, if it is its commit.
		_, _ = jobs.NewService(store, nil).Backfill(t.Context(), actor, job.ID, query)
		<-store.killed
	})
	<-time.After(time.Minute)
	_, err = service.Backfill(t.Context(), actor, job.ID, query) // whoever heard nothing asks again
	require.NoError(t, err)
	c.process(c.store, func() { <-time.After(10 * time.Minute) })

	runs, err := service.ListRuns(t.Context(), actor, job.ID, jobs.RunQuery{Trigger: jobs.TriggerBackfill})
	require.NoError(t, err)
	require.Len(t, runs.Runs, 4)
	lost := 0
	for _, run := range runs.Runs {
		require.True(t, run.Status.Terminal(), "run %d is %s", run.Number, run.Status)
		if run.Status != jobs.RunSucceeded {
			require.Contains(t, run.StatusMessage, "lost")
			lost++
		}
	}
	require.LessOrEqual(t, lost, 1)
}
