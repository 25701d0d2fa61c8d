package bench_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// epoch is when the clock of every plant begins: just before a minute.
var epoch = time.Date(2026, 1, 1, 0, 0, 30, 0, time.UTC)

// clock is a time that moves when it is told to.
type clock struct{ now atomic.Pointer[time.Time] }

func newClock() *clock {
	c := &clock{}
	c.set(epoch)
	return c
}

func (c *clock) Now() time.Time   { return *c.now.Load() }
func (c *clock) set(at time.Time) { c.now.Store(&at) }

// sink is an engine that does nothing: it counts what it is given.
type sink struct {
	count atomic.Int64
	last  atomic.Int64
	// report has each run succeed at once, when it is set.
	report func(ctx context.Context, d jobs.Dispatch) error
}

func (s *sink) Dispatch(ctx context.Context, d jobs.Dispatch) error {
	s.count.Add(1)
	s.last.Store(time.Now().UnixNano())
	if s.report != nil {
		return s.report(ctx, d)
	}
	return nil
}

func (*sink) Cancel(context.Context, jobs.RunRef) error  { return nil }
func (*sink) Cleanup(context.Context, jobs.RunRef) error { return nil }

// plant is jobledger with a clock that is moved by hand.
type plant struct {
	*jobs.Service
	clock     *clock
	engine    *sink
	scheduler *jobs.Scheduler
	// settler makes runs and leaves them: the scheduler takes them up.
	settler *jobs.Scheduler
	actor   teams.Actor
}

// newPlant starts jobledger on a store. When reports is set, its engine ends
// each run as soon as it gets it.
func newPlant(store jobs.Store, reports bool, opts *jobs.SchedulerOptions) *plant {
	p := &plant{clock: newClock(), engine: &sink{}, actor: teams.System("bench")}
	p.Service = jobs.NewService(store, &jobs.Options{Now: p.clock.Now})
	p.scheduler = jobs.NewScheduler(p.Service, p.engine, opts)
	p.settler = jobs.NewScheduler(p.Service, nil, opts)
	if reports {
		p.engine.report = func(ctx context.Context, d jobs.Dispatch) error {
			_, err := p.ReportRun(ctx, d.Run.JobID, d.Run.ID, d.Token, jobs.Report{Status: jobs.RunSucceeded})
			return err
		}
	}
	return p
}

// add makes a job; number makes its key.
func (p *plant) add(number int, cron string) error {
	_, err := p.CreateJob(context.Background(), p.actor, jobs.NewJob{
		Key: fmt.Sprint("job-", number), TeamIDs: []string{"T1"},
		Definition: versions.Definition{
			ClusterID: "C1", Config: []byte(`{"sql":{"source":"select 1"}}`), CronExpression: cron,
		},
	})
	return err
}

// fill makes n jobs, several at once so that a durable store can group them.
func (p *plant) fill(b *testing.B, n int, cron func(i int) string) {
	b.Helper()
	var group sync.WaitGroup
	const writers = 16
	for w := range writers {
		group.Go(func() {
			for i := w; i < n; i += writers {
				if err := p.add(i, cron(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	if b.Failed() {
		b.FailNow()
	}
}

// step lets the scheduler look once.
func (p *plant) step(b *testing.B) time.Time {
	next, err := p.scheduler.Tick(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	return next
}

// settle turns what is due into runs, and does nothing else.
func (p *plant) settle(b *testing.B) {
	if _, err := p.settler.Tick(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// rest lets the scheduler work until nothing more is due now.
func (p *plant) rest(b *testing.B) (next time.Time) {
	for range 10 {
		if next = p.step(b); next.After(p.clock.Now()) {
			return next
		}
	}
	b.Fatal("the scheduler does not come to rest")
	return next
}

func inMemory(reports bool) *plant { return newPlant(memory.New(), reports, nil) }

const (
	// never is due far from now.
	never = "0 0 29 2 *"
	// eachMinute is due once for every minute that the clock moves.
	eachMinute = "* * * * *"
)

func always(cron string) func(int) string { return func(int) string { return cron } }

// minuteOfYear spreads n jobs over the minutes of a year, so that each is
// alone in its own when n is at most 525,600.
func minuteOfYear(n int) func(int) string {
	return func(i int) string {
		at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * (525_600 / time.Duration(n)) * time.Minute)
		return fmt.Sprintf("%d %d %d %d *", at.Minute(), at.Hour(), at.Day(), int(at.Month()))
	}
}
