package jobs_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/versions"
)

// counts reads how many runs of each version there were.
func (w *World) counts(id string) map[int]versions.RunCounts {
	w.t.Helper()
	counts := map[int]versions.RunCounts{}
	for page := 1; ; page++ {
		list, err := w.ListVersions(w.ctx, w.Actor, id, jobs.PageOptions{Number: page})
		require.NoError(w.t, err)
		for _, v := range list.Versions {
			counts[v.Number] = v.Runs
		}
		if len(list.Versions) < jobs.MaxPage {
			return counts
		}
	}
}

func TestRunsAreCountedForTheirVersion(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", retried(2))
	require.Equal(t, map[int]versions.RunCounts{1: {}}, w.counts(job.ID))
	first := w.manual(job.ID)
	w.Advance(0)
	w.report(first.ID, jobs.Report{Status: jobs.RunFailed})
	require.Equal(t, versions.RunCounts{Failed: 1, Active: 1}, w.counts(job.ID)[1], "each attempt counts")
	w.publish(job.ID, versions.Patch{TimeoutSeconds: new(60)})
	_, err := w.CancelRun(w.ctx, w.Actor, job.ID, w.newest(job.ID).ID)
	require.NoError(t, err)
	for range 3 {
		run := w.manual(job.ID)
		w.Advance(0)
		w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	old, err := w.RetryRun(w.ctx, w.Actor, job.ID, first.ID)
	require.NoError(t, err)
	want := map[int]versions.RunCounts{1: {Failed: 1, Cancelled: 1, Active: 1}, 2: {Succeeded: 3}}
	require.Equal(t, want, w.counts(job.ID))
	w.Advance(0)
	w.report(old.ID, jobs.Report{Status: jobs.RunSucceeded})
	want[1] = versions.RunCounts{Succeeded: 1, Failed: 1, Cancelled: 1}
	require.Equal(t, want, w.counts(job.ID))
	require.NoError(t, w.DeleteRun(w.ctx, w.Actor, job.ID, old.ID))
	require.Equal(t, want, w.counts(job.ID), "they count what there was")
}

// TestCountsOfManyVersionsAreKept has runs of many versions end in any order: the
// counts are right at each point, and the job's state stays short.
func TestCountsOfManyVersionsAreKept(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job := w.create("job")
	rng := rand.New(rand.NewPCG(1, 2))
	want := map[int]versions.RunCounts{1: {}}
	change := func(version int, by func(*versions.RunCounts)) {
		counts := want[version]
		by(&counts)
		want[version] = counts
	}
	var open []jobs.Run
	longest := 0
	for step := range 600 {
		switch {
		case len(want) < 30 && rng.IntN(10) == 0:
			want[w.publish(job.ID, versions.Patch{TimeoutSeconds: new(step + 1)}).Number] = versions.RunCounts{}
		case rng.IntN(10) == 0:
			_, err := w.ActivateVersion(w.ctx, w.Actor, job.ID, 1+rng.IntN(len(want)))
			require.NoError(t, err)
		case len(open) < 20 && rng.IntN(2) == 0:
			open = append(open, w.manual(job.ID))
			change(open[len(open)-1].JobVersion, func(n *versions.RunCounts) { n.Active++ })
		case len(open) > 0:
			w.Advance(0)
			i := rng.IntN(len(open))
			run := open[i]
			open = append(open[:i], open[i+1:]...)
			status := []jobs.RunStatus{jobs.RunSucceeded, jobs.RunFailed, jobs.RunTimeout, jobs.RunCancelled}[rng.IntN(4)]
			w.report(run.ID, jobs.Report{Status: status})
			change(run.JobVersion, func(n *versions.RunCounts) {
				n.Active--
				for s, count := range map[jobs.RunStatus]*int{
					jobs.RunSucceeded: &n.Succeeded, jobs.RunFailed: &n.Failed, jobs.RunTimeout: &n.Timeout, jobs.RunCancelled: &n.Cancelled,
				} {
					if s == status {
						*count++
					}
				}
			})
		}
		if step%20 == 0 {
			require.Equal(t, want, w.counts(job.ID))
		}
		longest = max(longest, len(w.record(job.ID).State))
	}
	require.Equal(t, want, w.counts(job.ID))
	require.Less(t, longest, 500)
	folded := 0
	for _, c := range s.made() {
		folded += len(c.PutVersionStates)
		require.LessOrEqual(t, len(c.PutVersionStates), 3)
	}
	require.Positive(t, folded)
}

// overtaken is a store in which something happens just before a list of versions.
type overtaken struct {
	storage.Store
	by func()
}

func (o *overtaken) ListVersions(ctx context.Context, query storage.VersionQuery) (storage.VersionPage, error) {
	if by := o.by; by != nil {
		o.by = nil
		by()
	}
	return o.Store.ListVersions(ctx, query)
}

func TestAListOfVersionsCountsNoRunTwice(t *testing.T) {
	store := &overtaken{Store: memory.New()}
	w := newWorldOn(t, store, nil)
	job := w.create("job")
	one := func() {
		run := w.manual(job.ID)
		w.Advance(0)
		w.report(run.ID, jobs.Report{Status: jobs.RunSucceeded})
	}
	for n := range 8 {
		one()
		w.publish(job.ID, versions.Patch{TimeoutSeconds: new(n + 1)})
	}
	store.by = one // it moves the counts of version 1
	for number, counts := range w.counts(job.ID) {
		require.Equal(t, versions.RunCounts{Succeeded: 1}, counts, fmt.Sprint(number))
	}
}

// TestAPassKeepsCounts has one pass end runs of more versions than a job's state
// counts: none is counted twice.
func TestAPassKeepsCounts(t *testing.T) {
	w := newWorld(t, nil)
	w.engine.answer = func() error { return jobs.ErrEngineBusy }
	job := w.create("job", func(j *jobs.NewJob) {
		j.CronExpression, j.ConcurrencyPolicy = "0 * * * *", schedule.ConcurrencyReplace
	})
	const many = 12
	want := map[int]versions.RunCounts{}
	for n := 1; n <= many; n++ {
		if n > 1 {
			w.publish(job.ID, versions.Patch{TimeoutSeconds: new(n)})
		}
		w.manual(job.ID)
		want[n] = versions.RunCounts{Cancelled: 1}
	}
	w.at(time.Hour) // the run of the tick replaces them all
	want[many] = versions.RunCounts{Cancelled: 1, Active: 1}
	require.Equal(t, want, w.counts(job.ID))
}
