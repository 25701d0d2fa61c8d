package jobs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// mixed makes a job whose runs have all kinds of statuses and triggers, a minute
// apart.
func (w *World) mixed(key string, team string) jobs.Job {
	w.t.Helper()
	job := w.create(key, scheduled("0 13 * * *", "", ""), func(j *jobs.NewJob) { j.TeamIDs = []string{team} })
	for i := range 12 {
		w.Outage(time.Minute)
		run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: i%4 == 3})
		require.NoError(w.t, err)
		w.Advance(0)
		switch i % 4 {
		case 0:
			w.report(run.ID, jobs.Report{Status: jobs.RunFailed})
			run, err = w.RetryRun(w.ctx, w.Actor, job.ID, run.ID)
			require.NoError(w.t, err)
			w.Advance(0)
			w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
		case 1:
			w.report(run.ID, jobs.Report{Status: jobs.RunCancelled})
		case 2:
			w.report(run.ID, jobs.Report{Status: jobs.RunRunning})
		}
	}
	return job
}

// allRuns collects the runs of all pages, and requires that none is too long.
func allRuns(t *testing.T, query jobs.RunQuery, list func(jobs.RunQuery) (jobs.RunList, error)) []jobs.Run {
	t.Helper()
	var runs []jobs.Run
	for range 500 {
		page, err := list(query)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page.Runs), query.Limit)
		runs = append(runs, page.Runs...)
		if query.Marker = page.Marker; query.Marker == "" {
			return runs
		}
	}
	t.Fatal("the list does not end")
	return nil
}

// Each filter shows exactly those of the whole list that it names, in its order, on
// pages of any length and to whoever asks.
func TestFiltersOfRuns(t *testing.T) {
	places := map[string]func() storage.Store{"memory": func() storage.Store { return memory.New() }}
	for name, place := range shared {
		places[name] = place(t)
	}
	for name, open := range places {
		t.Run(name, func(t *testing.T) {
			w := newWorldOn(t, open(), nil)
			job := w.mixed("mine", "T1")
			for i := range 9 {
				w.mixed(fmt.Sprint("mine-", i), []string{"T1", "T2", "T3"}[i%3])
			}
			lists := map[string]func(jobs.RunQuery) (jobs.RunList, error){
				"a job's": func(q jobs.RunQuery) (jobs.RunList, error) { return w.ListRuns(w.ctx, w.Actor, job.ID, q) },
			}
			for who, actor := range map[string]teams.Actor{
				"all": w.Actor, "few": member("ada", teams.Viewer, "T1"), "some": member("bob", teams.Viewer, "T1", "T2", "T3"),
			} {
				lists[who] = func(q jobs.RunQuery) (jobs.RunList, error) { return w.ListMyRuns(w.ctx, actor, q) }
			}
			for who, list := range lists {
				whole := allRuns(t, jobs.RunQuery{Limit: 100}, list)
				for _, q := range filters(whole) {
					var want []jobs.Run
					for _, run := range whole {
						if chosen(q, run) {
							want = append(want, run)
						}
					}
					for _, q.Limit = range []int{5, 100} {
						require.Equal(t, want, allRuns(t, q, list), "%s: %+v", who, q)
					}
				}
			}
		})
	}
}

// filters are some of each kind, and together.
func filters(whole []jobs.Run) []jobs.RunQuery {
	early, late := whole[len(whole)-4].CreatedAt, whole[3].CreatedAt
	return []jobs.RunQuery{
		{Statuses: []jobs.RunStatus{jobs.RunFailed}},
		{Statuses: []jobs.RunStatus{jobs.RunFailed, jobs.RunCancelled}},
		{Statuses: []jobs.RunStatus{jobs.RunRunning}},
		{Statuses: []jobs.RunStatus{jobs.RunPending, jobs.RunFailed}},
		{Statuses: []jobs.RunStatus{jobs.RunTimeout}},
		{Trigger: jobs.TriggerRetry},
		{Trigger: jobs.TriggerBackfill},
		{CreatedFrom: early},
		{CreatedUntil: early},
		{CreatedFrom: early, CreatedUntil: late},
		{CreatedFrom: early.Add(time.Nanosecond), CreatedUntil: late.Add(time.Nanosecond)},
		{Statuses: []jobs.RunStatus{jobs.RunSucceeded}, Trigger: jobs.TriggerRetry, CreatedUntil: late},
	}
}

// chosen is what a filter means.
func chosen(q jobs.RunQuery, run jobs.Run) bool {
	is := len(q.Statuses) == 0
	for _, status := range q.Statuses {
		is = is || run.Status == status
	}
	return is && (q.Trigger == "" || run.Trigger == q.Trigger) &&
		!run.CreatedAt.Before(q.CreatedFrom) && (q.CreatedUntil.IsZero() || run.CreatedAt.Before(q.CreatedUntil))
}

func TestWhatAFilterMayNotBe(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	q := jobs.RunQuery{Statuses: []jobs.RunStatus{"lost", "found"}, Trigger: "me", CreatedFrom: epoch, CreatedUntil: epoch}
	for _, list := range []func() error{
		func() error { _, err := w.ListRuns(w.ctx, w.Actor, job.ID, q); return err },
		func() error { _, err := w.ListMyRuns(w.ctx, w.Actor, q); return err },
	} {
		var errs versions.FieldErrors
		require.ErrorAs(t, list(), &errs)
		require.Len(t, errs, 3, "all at once")
		require.Equal(t, "status", errs[0].Field)
		require.Equal(t, "trigger", errs[1].Field)
		require.Equal(t, "createdUntil", errs[2].Field)
	}
}

// A page that finds nothing among very many runs ends early, and says where to go on.
func TestAFilteredPageCostsABoundedNumberOfReads(t *testing.T) {
	w, spy, _ := crowd(t, nil, 3)
	q := jobs.RunQuery{Limit: 100, Trigger: jobs.TriggerBackfill}
	mine := member("ada", teams.Viewer, "MINE")
	for who, list := range map[string]func() (jobs.RunList, error){
		"all": func() (jobs.RunList, error) { return w.ListMyRuns(w.ctx, w.Actor, q) },
		"few": func() (jobs.RunList, error) { return w.ListMyRuns(w.ctx, mine, q) },
	} {
		q.Marker = ""
		for pages := 1; ; pages++ {
			spy.read()
			page, err := list()
			require.NoError(t, err)
			reads, _ := spy.read()
			require.LessOrEqual(t, reads, 10, who)
			require.Empty(t, page.Runs)
			require.Less(t, pages, 10)
			if q.Marker = page.Marker; q.Marker == "" {
				break
			}
		}
	}
}

// Clocks of replicas differ: a run with a higher number may have been made earlier.
func TestClocksOfReplicasDifferByLessThanAMinute(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	for _, at := range []time.Duration{time.Hour, time.Hour + 40*time.Second, time.Hour - 10*time.Second} {
		w.Outage(epoch.Add(at).Sub(w.Now()))
		_, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Hold: true})
		require.NoError(t, err)
	}
	list, err := w.ListRuns(w.ctx, w.Actor, job.ID, jobs.RunQuery{CreatedFrom: epoch.Add(time.Hour)})
	require.NoError(t, err)
	require.Len(t, list.Runs, 2)
}

// Whoever reads a run hears its job's key.
func TestEachRunHasItsJobsKey(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 12 {
		job := w.create(fmt.Sprint("job-", i), func(j *jobs.NewJob) { j.TeamIDs = []string{fmt.Sprint("T", i%2)} })
		require.Equal(t, job.Key, w.manual(job.ID).JobKey)
		require.Equal(t, job.Key, w.job(job.ID).LatestRun.JobKey)
		require.Equal(t, job.Key, w.runs(job.ID)[0].JobKey)
	}
	for _, actor := range []teams.Actor{w.Actor, member("ada", teams.Viewer, "T1"), member("bob", teams.Viewer, "T0", "T1")} {
		for _, trigger := range []jobs.Trigger{"", jobs.TriggerManual} {
			list, err := w.ListMyRuns(w.ctx, actor, jobs.RunQuery{Trigger: trigger})
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(list.Runs), 6)
			for _, run := range list.Runs {
				require.Equal(t, w.job(run.JobID).Key, run.JobKey)
			}
		}
	}
	w.Advance(0)
	for _, d := range w.engine.dispatched {
		require.Equal(t, d.JobKey, d.Run.JobKey)
	}
}
