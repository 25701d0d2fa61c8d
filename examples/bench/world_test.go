package bench_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// epoch is when the clock of every world begins.
var epoch = time.Date(2026, 1, 1, 0, 0, 30, 0, time.UTC)

// clock goes on like the machine's, or faster, from where it was set to.
type clock struct {
	mu    sync.Mutex
	from  time.Time
	since time.Time
	speed int64 // how many seconds a second has
}

func newClock() *clock { return &clock{from: epoch, since: time.Now(), speed: 1} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.from.Add(time.Duration(time.Since(c.since).Nanoseconds() * c.speed))
}

func (c *clock) set(at time.Time) { c.run(at, 1) }

// run lets the clock go on from a time at a speed.
func (c *clock) run(at time.Time, speed int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.from, c.since, c.speed = at, time.Now(), speed
}

// World is jobledger on a store, with a clock that can be set, and a dispatcher
// whose worker notes that it was started and succeeds.
type World struct {
	*jobs.Service
	b      *testing.B
	store  *watch
	clock  *clock
	actor  teams.Actor
	engine *local.Dispatcher
	// starts and ended count the runs that began and that were reported to have
	// succeeded; lastStart and lastEnd are when the latest were, in nanoseconds of
	// the machine's clock.
	starts, ended      atomic.Int64
	lastStart, lastEnd atomic.Int64
	// seen are the runs that ended counts, by ID.
	seen sync.Map

	// ids are those of jobs that were made, by number.
	ids []string
	// numbers gives each operation a value of its own.
	numbers atomic.Int64
	// herds counts the herds that were made.
	herds int
}

func newWorld(b *testing.B, store storage.Store, runs jobs.RunOptions) *World {
	w := &World{b: b, clock: newClock(), actor: teams.System("bench")}
	w.store = newWatch(store, w.noteEnd)
	w.Service = jobs.NewService(w.store, &jobs.Options{Now: w.clock.Now, Runs: runs})
	w.engine = local.New(w.Service, func(context.Context, jobs.Dispatch) ([]byte, error) {
		w.starts.Add(1)
		w.lastStart.Store(time.Now().UnixNano())
		return nil, nil
	}, nil)
	return w
}

// noteEnd counts the runs whose success a commit wrote.
func (w *World) noteEnd(c storage.Change) {
	for _, r := range c.PutRuns {
		if _, again := w.seen.Load(r.ID); r.Outcome == storage.Open || again {
			continue
		}
		w.seen.Store(r.ID, true)
		w.lastEnd.Store(time.Now().UnixNano())
		w.ended.Add(1)
	}
}

// usual is a config of a usual job, of about 1.5 KB.
var usual = config(1400)

func config(bytes int) []byte {
	return []byte(`{"sql":{"source":"select 1"},"lakesail":{"executionMode":"standalone","note":"` + strings.Repeat("n", bytes) + `"}}`)
}

// newJob is the i-th job of a world: of one of 10 teams and one of 10 clusters, with
// one of 10 labels. One in ten of those that never fire is paused.
func newJob(i int, cron string) jobs.NewJob {
	status := jobs.Active
	if cron == never && i/10%10 == 5 {
		status = jobs.Paused
	}
	return jobs.NewJob{
		Key: fmt.Sprintf("job-%08d", i), TeamIDs: []string{fmt.Sprint("T", i%10)},
		Labels: map[string]string{"shard": fmt.Sprint(i / 10 % 10)}, Status: status,
		Definition: versions.Definition{
			ClusterID: fmt.Sprint("C", i/10%10), Config: usual, CronExpression: cron,
			ConcurrencyPolicy: schedule.ConcurrencyAllow, MaxConcurrentRuns: 1000,
		},
	}
}

// add makes a job.
func (w *World) add(job jobs.NewJob) (jobs.Job, error) {
	return w.CreateJob(context.Background(), w.actor, job)
}

// fill makes jobs from one number to another, several at once so that a durable
// store can group them, and returns their IDs in the order of their numbers.
func (w *World) fill(from, to int, cron func(i int) string) []string {
	w.b.Helper()
	ids := make([]string, to-from)
	err := together(32, func(i int) error {
		job, err := w.add(newJob(from+i, cron(from+i)))
		if err == nil {
			ids[i] = job.ID
		}
		return err
	})(to - from)
	if err != nil {
		w.b.Fatal(err)
	}
	return ids
}

// schedule runs a scheduler until a function returns.
func (w *World) schedule(dispatcher jobs.Dispatcher, opts *jobs.SchedulerOptions, until func()) {
	ctx, cancel := context.WithCancel(context.Background())
	scheduler := jobs.NewScheduler(w.Service, dispatcher, opts)
	var group sync.WaitGroup
	group.Go(func() { _ = scheduler.Run(ctx) }) // it returns nil
	until()
	cancel()
	group.Wait()
}

// await waits until something is so, for ten minutes at most.
func await(b *testing.B, what string, isSo func() bool) {
	b.Helper()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for range 600_000 {
		if isSo() {
			return
		}
		<-ticker.C
	}
	b.Fatal("gave up: " + what)
}

const (
	// never is due far from now.
	never = "0 0 29 2 *"
	// lead is how long before its instant a scheduler is started for a herd.
	lead = 300 * time.Millisecond
)

func always(cron string) func(int) string { return func(int) string { return cron } }

// herd makes n jobs with a config that are due at one instant, and once only as
// long as the benchmark lasts. The clock is then set to just before it, so that a
// scheduler that is started now meets it as in real life. herd returns when that
// is by the machine's clock.
func (w *World) herd(n int, config []byte) time.Time {
	w.b.Helper()
	w.herds++
	due := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, w.herds)
	first := (w.herds + 1) * 1_000_000
	err := together(32, func(i int) error {
		job := newJob(first+i, fmt.Sprintf("0 0 %d %d *", due.Day(), int(due.Month())))
		job.Config = config
		_, err := w.add(job)
		return err
	})(n)
	if err != nil {
		w.b.Fatal(err)
	}
	runtime.GC() // of what making the jobs left behind
	w.clock.set(due.Add(-lead))
	return time.Now().Add(lead)
}
