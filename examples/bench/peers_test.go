package bench_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/jobledger/jobledger/internal/redistest"
)

// peers are schedulers that keep what they run where a store of ours does. Each
// has as many periodic jobs due at one instant, and a worker that does nothing.
//
// Not like for like: both keep their periodic jobs in memory and forget what was
// due while no process ran; a unit is a row or a task, without versions, ticks and a
// journal. It holds the config that the worker gets, where a run of ours has a
// version.
var peers = []struct {
	name, store string
	// herd has n units due at one instant, and adds what that took.
	herd func(b *testing.B, n int, f figures)
}{
	{"river-sqlite", "sqlite", herdRiver},
	{"asynq-redis", "redis", herdAsynq},
}

// unit is the work of a peer: the config is what our worker gets, too.
type unit struct {
	Number int             `json:"number"`
	Config json.RawMessage `json:"config"`
}

func (unit) Kind() string { return "unit" }

// riverWorker notes that it was started.
type riverWorker struct {
	river.WorkerDefaults[unit]
	started *starts
}

func (w *riverWorker) Work(context.Context, *river.Job[unit]) error {
	w.started.note()
	return nil
}

// herdRiver has River's periodic jobs on a file that is synced to the disk as ours
// is, over one connection as its driver asks for, with 100 workers as its
// documentation has. Units end when River says that they are completed.
func herdRiver(b *testing.B, n int, f figures) {
	name := "file:" + filepath.Join(b.TempDir(), "river.db") +
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)&_txlock=immediate"
	db, err := sql.Open("sqlite", name)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	driver := riversqlite.New(db)
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		b.Fatal(err)
	}
	var started starts
	workers := river.NewWorkers()
	river.AddWorker(workers, &riverWorker{started: &started})
	due := time.Now().Add(leadOf(n))
	periodic := make([]*river.PeriodicJob, n)
	for i := range periodic {
		periodic[i] = river.NewPeriodicJob(riverOnce{once{due}}, func() (river.JobArgs, *river.InsertOpts) { return unit{i, usual}, nil }, nil)
	}
	client, err := river.NewClient(driver, &river.Config{
		Logger: slog.New(slog.DiscardHandler), Workers: workers, PeriodicJobs: periodic,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 100}},
	})
	if err != nil {
		b.Fatal(err)
	}
	ends, cancel := client.SubscribeConfig(&river.SubscribeConfig{ChanSize: n, Kinds: []river.EventKind{river.EventKindJobCompleted}})
	defer cancel()
	if err := client.Start(ctx); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = client.Stop(ctx) }() // the file goes anyway
	from := beforeDue(b, due)
	for range n {
		select {
		case <-ends:
		case <-time.After(time.Minute):
			b.Fatalf("River started %d of %d units", started.count.Load(), n)
		}
	}
	var end atomic.Int64
	end.Store(time.Now().UnixNano())
	f.add(n, due, &started.last, &end, from)
}

// riverOnce is a schedule of River's: a time that is far away is none.
type riverOnce struct{ once }

func (o riverOnce) Next(after time.Time) time.Time {
	if next := o.once.Next(after); !next.IsZero() {
		return next
	}
	return after.AddDate(1, 0, 0)
}

// herdAsynq has entries of asynq's scheduler, and its server with default options,
// on a server that keeps nothing on disk, as ours. Units end when asynq counts them
// as processed.
func herdAsynq(b *testing.B, n int, f figures) {
	client := redistest.Start(b).Client(b)
	var started starts
	server := asynq.NewServerFromRedisClient(client, asynq.Config{LogLevel: asynq.FatalLevel})
	err := server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error {
		started.note()
		return nil
	}))
	if err != nil {
		b.Fatal(err)
	}
	defer server.Shutdown()
	scheduler := asynq.NewSchedulerFromRedisClient(client, &asynq.SchedulerOpts{LogLevel: asynq.FatalLevel})
	every := leadOf(n).Round(time.Second)
	for i := range n {
		payload, err := json.Marshal(unit{i, usual})
		if err != nil {
			b.Fatal(err)
		}
		task := asynq.NewTask(unit{}.Kind(), payload)
		if _, err := scheduler.Register("@every "+every.String(), task); err != nil {
			b.Fatal(err)
		}
	}
	// Its entries are due at whole seconds, counted from when it is started.
	due := time.Now().Truncate(time.Second).Add(every)
	if err := scheduler.Start(); err != nil {
		b.Fatal(err)
	}
	defer scheduler.Shutdown()
	from := beforeDue(b, due)
	inspector := asynq.NewInspectorFromRedisClient(client)
	await(b, "asynq has processed all", func() bool {
		if started.count.Load() < int64(n) {
			return false
		}
		queue, err := inspector.GetQueueInfo("default")
		return err == nil && queue.Processed >= n
	})
	var end atomic.Int64
	end.Store(time.Now().UnixNano())
	f.add(n, due, &started.last, &end, from)
}

// leadOf is how long before n units are due a peer is started.
func leadOf(n int) time.Duration { return 5*time.Second + time.Duration(n)*time.Millisecond/2 }

// beforeDue waits until shortly before units are due, as long as our schedulers have
// before a herd, and returns what was used until then.
func beforeDue(b *testing.B, due time.Time) used {
	left := time.Until(due) - lead
	if left <= 0 {
		b.Skip("this machine is too slow to be ready in time")
	}
	<-time.After(left)
	return usedSoFar()
}
