package faults_test

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
)

// epoch is when a workload begins.
var epoch = time.Date(2030, time.January, 1, 12, 0, 0, 0, time.UTC)

// clock is a time that goes on when it is told to.
type clock struct{ passed atomic.Int64 }

func (c *clock) Now() time.Time { return epoch.Add(time.Duration(c.passed.Load())) }

// createRun and deleteRun count: a run has no place for a token.
func (a *actor) createRun(ctx context.Context, jobID, _ string) {
	run, err := a.service.CreateRun(ctx, a.Actor, jobID, jobs.NewRun{})
	a.note("create a run", "", err, func(o outcome, b *book) {
		j := b.job(jobID)
		switch o {
		case acknowledged:
			if j.runs[run.ID] {
				b.violate("job %s: run %s was created twice", jobID, run.ID)
			}
			j.runs[run.ID] = true
			b.done[jobs.RunCreated]++
		case inDoubt:
			j.runsInDoubt++
		}
	})
}

func (a *actor) cancelRun(ctx context.Context, jobID, _ string) {
	_, err := a.service.CancelRun(ctx, a.Actor, jobID, a.someRun(jobID))
	a.note("cancel a run", "", err, func(outcome, *book) {})
}

func (a *actor) deleteRun(ctx context.Context, jobID, _ string) {
	id := a.someRun(jobID)
	err := a.service.DeleteRun(ctx, a.Actor, jobID, id)
	a.note("delete a run", "", err, func(o outcome, b *book) {
		if o != refused {
			delete(b.job(jobID).runs, id) // which may be gone, and need not be
			b.job(jobID).runsInDoubt++
		}
		if o == acknowledged {
			b.job(jobID).runsDeleted[id] = true
		}
	})
}

// someRun returns a run that was acknowledged, or one that does not exist.
func (a *actor) someRun(jobID string) string {
	a.book.mu.Lock()
	defer a.book.mu.Unlock()
	for id := range a.book.job(jobID).runs {
		return id
	}
	return "NONE"
}

// schedule lets the clock go on step by step, and a scheduler work. While
// others work, all steps together are less than storage.OperationRetention: a
// commit that is repeated must be known again.
func (w *workload) schedule(ctx context.Context, steps int, step time.Duration) {
	for range steps {
		w.clock.passed.Add(int64(step))
		_, err := w.scheduler.Tick(ctx)
		if err != nil && !errors.Is(err, faultstore.ErrInjected) && !errors.Is(err, jobs.ErrBusy) {
			w.book.mu.Lock()
			w.book.violate("the scheduler: %v", err)
			w.book.mu.Unlock()
		}
	}
}

// checkRuns: acknowledged runs are there, and nobody's are not; a tick has one
// run, and that run is there; without faults no tick stays behind.
func (i *inspector) checkRuns(job inspected) {
	told := i.book.job(job.ID)
	runs := i.allRuns(job.ID)
	i.checkCounts(job, runs)
	ticks, numbers, manual := map[time.Time]string{}, map[int64]string{}, 0
	for id, run := range runs {
		if other, taken := numbers[run.Number]; taken {
			i.failf("job %s: runs %s and %s have the number %d", job.ID, id, other, run.Number)
		}
		numbers[run.Number] = id
		switch {
		case told.runsDeleted[id]:
			i.failf("job %s: run %s was deleted, and is there", job.ID, id)
		case run.Trigger == jobs.TriggerManual:
			manual++
		case run.Trigger == jobs.TriggerSchedule:
			if other, taken := ticks[run.NominalAt]; taken {
				i.failf("job %s: runs %s and %s are of the same tick", job.ID, id, other)
			}
			ticks[run.NominalAt] = id
		}
	}
	for id := range told.runs {
		if _, there := runs[id]; !there {
			i.failf("job %s: the acknowledged run %s is missing", job.ID, id)
		}
	}
	if manual > len(told.runs)+told.runsInDoubt {
		i.failf("job %s: %d runs, but %d acknowledged and %d in doubt", job.ID, manual, len(told.runs), told.runsInDoubt)
	}
	if job.Status == jobs.Active && !job.NextRunAt.After(i.clock.Now()) {
		i.failf("job %s: the tick at %s is not settled at %s", job.ID, job.NextRunAt, i.clock.Now())
	}
}

// checkCounts: a version counts the runs that have not ended, and of those that
// have also the ones that were deleted since.
func (i *inspector) checkCounts(job inspected, runs map[string]jobs.Run) {
	active, ended := map[int]int{}, map[int]int{}
	for _, run := range runs {
		if run.Status.Terminal() {
			ended[run.JobVersion]++
		} else {
			active[run.JobVersion]++
		}
	}
	for number, counts := range job.counts {
		if counts.Active != active[number] {
			i.failf("job %s: version %d counts %d active runs, and there are %d", job.ID, number, counts.Active, active[number])
		}
		if all := counts.Succeeded + counts.Failed + counts.Timeout + counts.Cancelled; all < ended[number] {
			i.failf("job %s: version %d counts %d ended runs, and there are %d", job.ID, number, all, ended[number])
		}
	}
}

// allRuns reads all runs of a job, by their IDs.
func (i *inspector) allRuns(jobID string) map[string]jobs.Run {
	runs := map[string]jobs.Run{}
	for query := (jobs.RunQuery{}); ; {
		list, err := i.service.ListRuns(i.t.Context(), i.admin(), jobID, query)
		require.NoError(i.t, err)
		for _, run := range list.Runs {
			runs[run.ID] = run
		}
		if list.Marker == "" {
			return runs
		}
		query.Marker = list.Marker
	}
}
