package bench_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// BenchmarkBigConfig settles ticks of jobs with a config of nearly 256 KiB, in
// turns with ticks of usual ones, and reports the commit of each: it does not
// rewrite what people edit. The whole tick also reads the job.
//
//	go test -run '^$' -bench BenchmarkBigConfig -benchtime 20x
func BenchmarkBigConfig(b *testing.B) {
	eachStore(b, func(b *testing.B, s backend) {
		large := newWorld(b, s, jobs.RunOptions{}).settling(1, config(260_000))
		small := newWorld(b, open(b, s.name), jobs.RunOptions{}).settling(1, usual)
		inTurns(b, 50, large.do, small.do)
		b.ReportMetric(micros(large.median()), "us-whole-tick")
		atMost(2).report(b, "us", micros(median(large.committing)), micros(median(small.committing)))
	})
}

// settling makes jobs, and lets a scheduler that dispatches nothing settle a
// tick of each. What it takes is timed apart from the making.
type settling struct {
	world   *World
	workers int
	config  []byte
	due     time.Time
	took    []time.Duration
	// committing is the time of the commit alone, on average of a round.
	committing []time.Duration
}

func (w *World) settling(workers int, config []byte) *settling {
	return &settling{world: w, workers: workers, config: config}
}

func (s *settling) do(n int) error {
	if err := s.prepare(n); err != nil {
		return err
	}
	return s.settle(n)
}

func (s *settling) prepare(n int) error {
	s.due = s.world.herd(n, s.config)
	return nil
}

func (s *settling) settle(n int) error {
	w := s.world
	w.store.clear()
	w.schedule(nil, &jobs.SchedulerOptions{Workers: s.workers}, func() {
		await(w.b, "all ticks are settled", func() bool { return w.store.counts().ticks >= n })
	})
	s.took = append(s.took, time.Since(s.due)/time.Duration(n))
	c := w.store.counts()
	s.committing = append(s.committing, c.committing/time.Duration(c.commits))
	return nil
}

// median is the time of one tick. The first round does not count.
func (s *settling) median() time.Duration { return median(s.took[min(1, len(s.took)-1):]) }

// ending has runs dispatched to an engine that keeps silent, and then reports
// the end of each.
type ending struct {
	world *World

	mu         sync.Mutex
	dispatched []jobs.Dispatch
}

func (w *World) ending() *ending { return &ending{world: w} }

// Dispatch implements [jobs.Dispatcher].
func (e *ending) Dispatch(_ context.Context, d jobs.Dispatch) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dispatched = append(e.dispatched, d)
	return nil
}

// Cancel implements [jobs.Dispatcher].
func (*ending) Cancel(context.Context, jobs.RunRef) error { return nil }

// Cleanup implements [jobs.Dispatcher].
func (*ending) Cleanup(context.Context, jobs.RunRef) error { return nil }

func (e *ending) waiting() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.dispatched)
}

// prepare makes n runs, and has them dispatched.
func (e *ending) prepare(n int) error {
	e.dispatched = nil
	if err := oneByOne(e.world.start)(n); err != nil {
		return err
	}
	e.world.schedule(e, nil, func() {
		await(e.world.b, "all runs are dispatched", func() bool { return e.waiting() >= n })
	})
	return nil
}

// report reports the end of n runs.
func (e *ending) report(n int) error {
	for _, d := range e.dispatched[:n] {
		_, err := e.world.ReportRun(ctx, d.Run.JobID, d.Run.ID, d.Token, jobs.Report{Status: jobs.RunSucceeded})
		if err != nil {
			return err
		}
	}
	return nil
}
