package jobstest_test

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/redis"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/versions"
)

// failing is a test that is expected to fail, and why it did.
type failing struct {
	testing.TB
	why string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.why = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// failure is why a test of its own fails.
func failure(t *testing.T, test func(jobstest.TB)) string {
	t.Helper()
	f := &failing{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(f)
	}()
	<-done
	require.NotEmpty(t, f.why, "it fails")
	return f.why
}

// hourly makes a job that runs each hour.
func hourly(w *jobstest.World, key string) {
	w.Create(jobs.NewJob{Key: key, Definition: versions.Definition{CronExpression: "0 * * * *", CronTimezone: "Asia/Tokyo"}})
}

func TestAFailedAssertionPrintsTheLedger(t *testing.T) {
	got := failure(t, func(tb jobstest.TB) {
		w := jobstest.New(tb, nil)
		hourly(w, "hourly")
		w.Engine.Fail("hourly", 90*time.Second, "no disk")
		w.Engine.Hold("hourly")
		w.Engine.Fail("typo", time.Second, "no disk")
		w.Advance(3 * time.Hour)
		w.Runs("hourly").Want("failed", "succeeded")
	})
	require.Equal(t, strings.TrimSpace(`
job hourly: number 2 of the runs has no word "succeeded"
got   2  schedule  2027-01-01 11:00 JST  running  from 2027-01-01 11:00 JST
want  succeeded

job hourly: active, at version 1; it is 2027-01-01 12:00 JST
versions
  1  2027-01-01 09:00 JST  0 * * * *  Asia/Tokyo  concurrency=skip  missed=latest
ticks
  2027-01-01 10:00 JST  fired
  2027-01-01 11:00 JST  fired
  2027-01-01 12:00 JST  skipped: overlap
runs
  1  schedule  2027-01-01 10:00 JST  failed   from 2027-01-01 10:00 JST to 2027-01-01 10:01:30 JST  "no disk"
  2  schedule  2027-01-01 11:00 JST  running  from 2027-01-01 11:00 JST
the engine was told what to do with runs of job "typo", and none came`), strings.TrimSpace(got))
}

func TestWhatEndsATest(t *testing.T) {
	for _, tc := range []struct {
		name string
		test func(*jobstest.World)
		why  string
	}{
		{"a run too many", func(w *jobstest.World) { w.Runs("hourly").Want("succeeded") }, "there are 2 runs, and 1 are wanted"},
		{"a run too few", func(w *jobstest.World) { w.Runs("hourly").Want("", "", "") }, "there are 2 runs, and 3 are wanted"},
		{"words in another order", func(w *jobstest.World) { w.Ticks("hourly").Want("fired 10:00", "") }, `number 1 of the ticks has no word "10:00" behind "fired"`},
		{"part of a word", func(w *jobstest.World) { w.Runs("hourly").Want("succ", "") }, `number 1 of the runs has no word "succ"`},
		{"another message", func(w *jobstest.World) { w.Runs("hourly").Want(`succeeded "no disk"`, "") }, `number 1 of the runs has no message with "no disk"`},
		{"no run", func(w *jobstest.World) { w.Runs("hourly").Since(w.Now().Add(1)).Last() }, "job hourly has no such run"},
		{"a job that is not there", func(w *jobstest.World) { w.Runs("daily") }, `no job with the key "daily"`},
		{"a job without a key", func(w *jobstest.World) { w.Runs("").Want("", "") }, `no job with the key ""`},
		{"a job that is not valid", func(w *jobstest.World) { hourly(w, "hourly") }, "create job hourly"},
		{"a report on a run that has ended", func(w *jobstest.World) { w.Engine.Report(w.Runs("hourly").List[0], jobs.Report{}) }, "the run is succeeded"},
		{"a report on a run that did not start", func(w *jobstest.World) { w.Engine.Report(jobs.Run{Number: 9}, jobs.Report{}) }, "run 9 of job  was not handed"},
		{"a clock that goes back", func(w *jobstest.World) { w.Advance(-time.Second) }, "the clock does not go back"},
		{"a way that is too long", func(w *jobstest.World) {
			jobstest.SetMaxSteps(w, 100)
			w.Advance(365 * 24 * time.Hour)
		}, "advance by less"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, failure(t, func(tb jobstest.TB) {
				w := jobstest.New(tb, nil)
				hourly(w, "hourly")
				w.Advance(2 * time.Hour)
				tc.test(w)
			}), tc.why)
		})
	}
}

// TestAWorldWithoutRest has each run that the engine refuses answered with another.
func TestAWorldWithoutRest(t *testing.T) {
	t.Parallel()
	require.Contains(t, failure(t, func(tb jobstest.TB) {
		var w *jobstest.World
		var job jobs.Job
		again := func(error) { _, _ = w.CreateRun(t.Context(), w.Actor, job.ID, jobs.NewRun{}) }
		w = jobstest.New(tb, &jobstest.Options{Scheduler: jobs.SchedulerOptions{OnError: again}})
		job = w.Create(jobs.NewJob{Key: "refused"})
		w.Engine.Refuse("refused", jobs.ErrRejected)
		again(nil)
		w.Advance(0)
	}), "at 2027-01-01T00:00:00Z the scheduler does not come to rest")
}

// TestALeaseWithoutTimeToReport is 1 where somebody meant a second.
func TestALeaseWithoutTimeToReport(t *testing.T) {
	t.Parallel()
	require.Contains(t, failure(t, func(tb jobstest.TB) {
		w := jobstest.New(tb, &jobstest.Options{Service: jobs.Options{Runs: jobs.RunOptions{Lease: 1}}})
		hourly(w, "hourly")
		w.Advance(time.Hour + time.Second)
	}), "at 2027-01-01T01:00:00Z the scheduler does not come to rest")
}

// TestAStoreThatHangs is stopped with the test's context.
func TestAStoreThatHangs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	require.Contains(t, failure(t, func(tb jobstest.TB) {
		w := jobstest.New(ended{tb, ctx}, &jobstest.Options{Store: &hanging{Store: memory.New(), hangs: cancel}})
		w.Advance(0)
	}), "a look of the scheduler does not end")
}

// ended is a test with a context of its own.
type ended struct {
	jobstest.TB
	ctx context.Context
}

func (e ended) Context() context.Context { return e.ctx }

// hanging is a store of which Due returns never.
type hanging struct {
	storage.Store
	hangs func()
}

func (h *hanging) Due(context.Context, storage.DueQuery) (storage.DuePage, error) {
	h.hangs()
	select {}
}

// TestStores tells one story on each store.
func TestStores(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) storage.Store{
		"memory": func(*testing.T) storage.Store { return memory.New() },
		"sqlite": func(t *testing.T) storage.Store {
			store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "jobs.db"), nil)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, store.Close()) })
			return store
		},
		"redis": func(t *testing.T) storage.Store {
			store, err := redis.New(t.Context(), redistest.Start(t).Client(t), nil)
			require.NoError(t, err)
			return store
		},
	} {
		t.Run(name, func(t *testing.T) {
			// By the IDs goes how long jitter has a run wait.
			var made int
			ids := jobs.Options{NewID: func() string { made++; return fmt.Sprintf("ID%08d", made) }}
			require.Equal(t, story(jobstest.New(t, nil)), story(jobstest.New(t, &jobstest.Options{Store: open(t), Service: ids})))
		})
	}
}

// story is a world in which much happens, and its ledger.
func story(w *jobstest.World) string {
	ctx := context.Background()
	for _, key := range []string{"a", "b", "c"} {
		hourly(w, key)
	}
	w.Create(jobs.NewJob{Key: "many", Definition: versions.Definition{
		CronExpression: "*/20 * * * *", ConcurrencyPolicy: schedule.ConcurrencyAllow, MaxConcurrentRuns: 5, JitterSeconds: 300,
		Retry: versions.Retry{MaxAttempts: 3, BackoffSeconds: 30},
	}})
	joined := w.Create(jobs.NewJob{Key: "joined", Definition: versions.Definition{DependsOn: []string{"a", "b"}, TimeoutSeconds: 600}})
	w.Engine.Fail("many", time.Minute, "no disk")
	w.Engine.Silent("many")
	w.Engine.Succeed("many", 30*time.Minute)
	w.Engine.Succeed("b", 10*time.Minute)
	w.Engine.Hold("joined")
	w.Advance(100 * time.Minute)
	for range 3 {
		_, _ = w.CreateRun(ctx, w.Actor, joined.ID, jobs.NewRun{})
	}
	w.Outage(2 * time.Hour)
	w.Advance(10 * time.Minute)
	var text strings.Builder
	for _, key := range []string{"a", "b", "c", "many", "joined"} {
		text.WriteString(w.Ledger(key))
	}
	return text.String()
}

func TestTheSameStoryIsTheSame(t *testing.T) {
	t.Parallel()
	first := story(jobstest.New(t, nil))
	require.Contains(t, first, "no disk")
	for range torture.Figure(10, 100) {
		require.Equal(t, first, story(jobstest.New(t, nil)))
	}
}

// TestListsOfSeveralPages reads more ticks and runs than one page has.
func TestListsOfSeveralPages(t *testing.T) {
	w := jobstest.New(t, nil)
	w.Create(jobs.NewJob{Key: "minutely", Definition: versions.Definition{CronExpression: "* * * * *"}})
	const count = 2*jobs.MaxPage + 1
	w.Advance(count * time.Minute)
	ticks, runs := w.Ticks("minutely").List, w.Runs("minutely").List
	require.Len(t, ticks, count)
	require.Len(t, runs, count)
	require.True(t, slices.IsSortedFunc(ticks, func(a, b jobs.Tick) int { return a.NominalAt.Compare(b.NominalAt) }))
	require.True(t, slices.IsSortedFunc(runs, func(a, b jobs.Run) int { return cmp.Compare(a.Number, b.Number) }))
}

// TestDeadlines has what a time ends end at that time, to the second.
func TestDeadlines(t *testing.T) {
	w := jobstest.New(t, nil)
	job := w.Create(jobs.NewJob{Key: "slow", Definition: versions.Definition{TimeoutSeconds: 7200}})
	w.Engine.Hold("slow")
	w.Engine.Silent("slow")
	begin := func() jobs.Run {
		_, err := w.CreateRun(t.Context(), w.Actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		w.Advance(0)
		return w.Runs("slow").Last()
	}
	begin()
	w.Advance(2 * time.Hour)
	w.Runs("slow").Want("timeout from 00:00 to 02:00")

	run := begin()
	w.Engine.Report(run, jobs.Report{Status: jobs.RunRunning})
	w.Advance(2 * time.Minute)
	w.Runs("slow").Want("timeout", "failed from 02:00 to 02:02")

	run = begin()
	w.Engine.Report(run, jobs.Report{Status: jobs.RunRunning})
	_, err := w.CancelRun(t.Context(), w.Actor, job.ID, run.ID)
	require.NoError(t, err)
	w.Advance(30 * time.Second)
	w.Runs("slow").Want("timeout", "failed", "cancelled from 02:02 to 02:02:30")
}
