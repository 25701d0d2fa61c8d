package history

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// engine takes every run, and ends it when its time has come, as the job's nature
// says.
type engine struct {
	mu    sync.Mutex
	going endings
}

func newEngine() *engine { return &engine{} }

// ending is how a run will end.
type ending struct {
	at, began time.Time
	run       jobs.RunRef
	token     string
	report    jobs.Report
}

// Dispatch implements [jobs.Dispatcher].
func (e *engine) Dispatch(_ context.Context, d jobs.Dispatch) error {
	began := d.Run.DispatchedAt.Add(time.Duration(2+chance(d, "start")*4) * time.Second)
	took, status, message := natures[d.JobKey].end(d)
	e.mu.Lock()
	defer e.mu.Unlock()
	heap.Push(&e.going, ending{
		at: began.Add(took), began: began, token: d.Token,
		run:    jobs.RunRef{OrganizationID: d.Run.OrganizationID, JobID: d.Run.JobID, RunID: d.Run.ID},
		report: jobs.Report{Status: status, Message: message, RunnerStartedAt: began, RunnerExecution: took},
	})
	return nil
}

// Cancel implements [jobs.Dispatcher]: the run ends as cancelled at once.
func (e *engine) Cancel(_ context.Context, run jobs.RunRef) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range e.going {
		if e.going[i].run == run {
			e.going[i].at, e.going[i].report = time.Time{}, jobs.Report{Status: jobs.RunCancelled}
			heap.Fix(&e.going, i)
			break
		}
	}
	return nil
}

// Cleanup implements [jobs.Dispatcher].
func (e *engine) Cleanup(context.Context, jobs.RunRef) error { return nil }

// next is when a run ends next; zero when none is going.
func (e *engine) next() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.going) == 0 {
		return time.Time{}
	}
	return e.going[0].at
}

// report ends the runs whose time has come.
func (e *engine) report(ctx context.Context, w *world) error {
	for at := e.next(); !at.After(w.clock.now()) && e.len() > 0; at = e.next() {
		if err := e.endFirst(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// finish ends all runs, as if they had been short, and all that come of that.
func (e *engine) finish(ctx context.Context, w *world) error {
	for range maxSteps {
		if e.len() == 0 {
			return nil
		}
		if err := e.endFirst(ctx, w); err != nil {
			return err
		}
	}
	return errors.New("history: runs do not come to an end")
}

func (e *engine) endFirst(ctx context.Context, w *world) error {
	e.mu.Lock()
	end := heap.Pop(&e.going).(ending)
	e.mu.Unlock()
	if end.at.After(w.clock.now()) { // at the end of the history
		end.report.RunnerExecution = max(w.clock.now().Sub(end.began), time.Second)
	}
	_, err := w.service.ReportRun(ctx, end.run.JobID, end.run.RunID, end.token, end.report)
	conflict, isConflict := errors.AsType[*jobs.ConflictError](err)
	switch {
	case errors.Is(err, jobs.ErrNotFound), isConflict && conflict.Conflict == jobs.ConflictRunState:
		return nil // it was ended meanwhile: by a timeout, or a cancel
	case err != nil:
		return fmt.Errorf("history: report on run %s: %w", end.run.RunID, err)
	}
	return nil
}

func (e *engine) len() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.going)
}

// chance is a number from 0 to 1 that a run always gets again.
func chance(d jobs.Dispatch, what string) float64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d %d %s", d.JobKey, d.Run.Number, d.Run.Attempt, what)
	return float64(h.Sum64()>>11) / (1 << 53)
}

// endings is a heap: the run that ends first is first.
type endings []ending

func (e endings) Len() int           { return len(e) }
func (e endings) Less(i, j int) bool { return e[i].at.Before(e[j].at) }
func (e endings) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *endings) Push(x any)        { *e = append(*e, x.(ending)) }
func (e *endings) Pop() any {
	old := *e
	last := old[len(old)-1]
	*e = old[:len(old)-1]
	return last
}
