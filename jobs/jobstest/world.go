package jobstest

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jobledger/jobledger/internal/testclock"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

// TB is what a [World] needs of a test: *testing.T and *testing.B have it.
type TB interface {
	Helper()
	Context() context.Context
	// Fatalf ends the test. It does not return.
	Fatalf(format string, args ...any)
}

// Options change how a [World] begins. The zero value, and nil, work.
type Options struct {
	// Start is the time at which the world begins; by default the beginning of
	// 2027, UTC.
	Start time.Time
	// Store holds the jobs; a new memory store by default. The caller closes it.
	// A store with a clock of its own, as Redis, goes by the world's clock.
	Store storage.Store
	// Service are the options of the service, such as its Directory. Now is
	// always the world's clock. Without a Store and a NewID the IDs are numbers, the
	// same in each world. An Observer is told beside the rest: the world does not
	// wait for it.
	Service jobs.Options
	// Scheduler are the options of the scheduler. By default it has one worker,
	// so that each world does the same things in the same order.
	Scheduler jobs.SchedulerOptions
	// Organization is that of [World.Actor]; "acme" by default.
	Organization string
}

// World is a service with a scheduler, an engine and a clock. Time passes only
// in [World.Advance], [World.AdvanceTo] and [World.Outage], and the scheduler
// works only there. These three are not for several goroutines at once.
type World struct {
	// Service is the service, as an embedder has it. What it changes is seen by
	// the scheduler when time passes next.
	*jobs.Service
	// Scheduler looks at what is due when time passes. Another one in its place is
	// a process that has just begun, or has another dispatcher.
	Scheduler *jobs.Scheduler
	// Engine takes the runs, and does with them what the test says.
	Engine *Engine
	// Actor may do everything in the world's organization.
	Actor teams.Actor

	tb       TB
	clock    *testclock.Clock
	store    *timedStore
	lease    time.Duration
	swept    time.Time
	maxSteps int
	// trouble is the latest error of the scheduler, and since when.
	trouble   error
	troubleAt time.Time
}

// New begins a world. The test ends with what the world finds wrong; without a
// test, in an Example or a program, tb is nil, and the world panics.
func New(tb TB, opts *Options) *World {
	var o Options
	if opts != nil {
		o = *opts
	}
	if tb == nil {
		tb = panics{}
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if o.Store == nil {
		o.Store = memory.New()
		if o.Service.NewID == nil {
			var made atomic.Int64
			o.Service.NewID = func() string { return fmt.Sprintf("ID%08d", made.Add(1)) }
		}
	}
	if o.Organization == "" {
		o.Organization = "acme"
	}
	if o.Scheduler.Workers == 0 {
		o.Scheduler.Workers = 1
	}
	w := &World{
		tb: tb, clock: testclock.At(o.Start), swept: o.Start, maxSteps: maxSteps,
		Actor: teams.System(o.Organization), lease: o.Service.Runs.Lease,
	}
	if w.lease <= 0 {
		w.lease = time.Minute // as jobs.RunOptions has it
	}
	w.store = &timedStore{Store: o.Store, now: w.Now}
	w.Engine = newEngine(w)
	o.Service.Now = w.Now
	w.Service = jobs.NewService(w.store, &o.Service)
	w.Scheduler = jobs.NewScheduler(w.Service, w.Engine, &o.Scheduler)
	return w
}

// Now is the world's time. It may be another component's clock.
func (w *World) Now() time.Time { return w.clock.Now() }

// Create makes a job. What a test does not care about may be left out: the
// team, the cluster and the config.
func (w *World) Create(job jobs.NewJob) jobs.Job {
	w.tb.Helper()
	if len(job.TeamIDs) == 0 {
		job.TeamIDs = []string{"data"}
	}
	if job.ClusterID == "" {
		job.ClusterID = "main"
	}
	if job.Config == nil {
		job.Config = json.RawMessage(`{"sql":{"source":"select 1"}}`)
	}
	created, err := w.CreateJob(w.tb.Context(), w.Actor, job)
	if err != nil {
		w.tb.Fatalf("create job %s: %v", job.Key, err)
	}
	return created
}

// find reads the job of a key.
func (w *World) find(key string) jobs.Job {
	w.tb.Helper()
	list, err := w.ListJobs(w.tb.Context(), w.Actor, jobs.JobQuery{Key: key})
	if err != nil {
		w.tb.Fatalf("read job %s: %v", key, err)
	}
	if key == "" || len(list.Jobs) == 0 { // a query without a key has all jobs
		w.tb.Fatalf("there is no job with the key %q", key)
	}
	return list.Jobs[0]
}

// timedStore is a store whose clock, if it has one, is the world's. It counts
// changes.
type timedStore struct {
	storage.Store
	now     func() time.Time
	changes atomic.Int64
}

func (s *timedStore) Due(ctx context.Context, query storage.DueQuery) (storage.DuePage, error) {
	page, err := s.Store.Due(ctx, query)
	if page.Clock {
		page.Time = s.now()
	}
	return page, err
}

func (s *timedStore) Commit(ctx context.Context, change storage.Change) error {
	err := s.Store.Commit(ctx, change)
	if err == nil {
		s.changes.Add(1)
	}
	return err
}

// panics is the test of an Example.
type panics struct{}

func (panics) Helper()                           {}
func (panics) Context() context.Context          { return context.Background() }
func (panics) Fatalf(format string, args ...any) { panic("jobstest: " + fmt.Sprintf(format, args...)) }
