package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/storage"
)

// drainGrace is how long runs may go on once the process was asked to stop.
const drainGrace = 10 * time.Second

// poll is how soon a run that somebody makes is seen.
const poll = 250 * time.Millisecond

// plane is the control plane on a store: the API, and what makes jobs run.
type plane struct {
	api http.Handler
	// roots are what is served beside it, by their paths.
	roots      map[string]http.Handler
	scheduler  *jobs.Scheduler
	dispatcher *local.Dispatcher
	// janitor removes results; nil without a folder of them.
	janitor *janitor
	// tellReceiver sends webhooks until its context ends; nil without a receiver.
	tellReceiver func(context.Context)
	logger       *slog.Logger
	// grace is how long work waits for runs at its end.
	grace time.Duration
}

// planeOptions are what a plane is made of beside its store.
type planeOptions struct {
	config *config
	// hooks make metrics.
	hooks  jobs.Hooks
	logger *slog.Logger
	base   string
	// documentedOnly leaves out what the documented API does not have.
	documentedOnly bool
	// closing is closed when the process is to end: then streams of events end.
	closing <-chan struct{}
	// worker executes runs, as many at once as workers says.
	worker  local.Worker
	workers int
	// results is the folder of what runs write; empty for none.
	results  resultFolder
	webhooks webhooks
	// now is the clock; nil for time.Now.
	now func() time.Time
}

func newPlane(store storage.Store, o planeOptions) *plane {
	p := &plane{logger: o.logger, grace: drainGrace}
	service := jobs.NewService(store, &jobs.Options{
		Directory: o.config.directory,
		Logger:    o.logger,
		Observer:  p.observe,
		Hooks:     o.hooks,
		Now:       o.now,
	})
	dispatcher := local.New(service, o.worker, &local.Options{
		Concurrency:     o.workers,
		PerOrganization: share(o.workers, len(o.config.organizations)),
		Logger:          o.logger,
	})
	options := &httpadapter.Options{Logger: o.logger, Prefix: o.base, DocumentedOnly: o.documentedOnly, Closing: o.closing}
	p.api = described(httpadapter.New(service, o.config.authenticate, options), httpadapter.OpenAPI(o.base, options))
	p.scheduler, p.dispatcher = jobs.NewScheduler(service, dispatcher, &jobs.SchedulerOptions{Poll: poll}), dispatcher
	p.roots = newHealth(store, p.scheduler, o.closing).routes()
	if o.results != "" {
		p.janitor = newJanitor(o.results, service, o.logger)
	}
	if o.webhooks.sender != nil {
		p.tellReceiver = func(ctx context.Context) { o.webhooks.follow(ctx, service, o.config.organizations) }
	}
	return p
}

// share is how many workers one of several organizations may have, so that runs
// of it that take long leave room for the others.
func share(workers, organizations int) int {
	if organizations < 2 {
		return workers
	}
	return max(workers/2, 1)
}

// work schedules and runs jobs until stop is called, which begins no more
// runs, and waits for those that run: for p.grace, then it has them stopped.
// That ctx ends does not stop the work: what serves requests ends first.
func (p *plane) work(ctx context.Context) (stop func()) {
	ctx = context.WithoutCancel(ctx)
	scheduling, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { _ = p.scheduler.Run(scheduling) }) // It reports its errors itself.
	if p.janitor != nil {
		group.Go(func() { p.janitor.work(scheduling) })
	}
	if p.tellReceiver != nil {
		group.Go(func() { p.tellReceiver(scheduling) })
	}
	return func() {
		cancel()
		group.Wait()
		grace, end := context.WithTimeout(ctx, p.grace)
		defer end()
		if err := p.dispatcher.Close(grace); err != nil {
			p.logger.WarnContext(ctx, "runs did not end in time and were stopped", slog.Duration("grace", p.grace))
		}
	}
}

// begin works as soon as what the work rests on is prepared, beside the requests
// that are served meanwhile. When that fails, fail is told why. Stop waits for it.
func (p *plane) begin(ctx context.Context, fail context.CancelCauseFunc, prepare func() error) (stop func()) {
	stopWork := func() {}
	var group sync.WaitGroup
	group.Go(func() {
		switch err := prepare(); {
		case ctx.Err() != nil: // the process was asked to stop meanwhile
		case err != nil:
			fail(err)
		default:
			stopWork = p.work(ctx)
		}
	})
	return func() {
		group.Wait()
		stopWork()
	}
}

// observe writes a line for each change of a job, and tells the janitor.
func (p *plane) observe(ctx context.Context, e jobs.Event) {
	p.logger.InfoContext(ctx, string(e.Kind),
		slog.String("organization", e.Actor.OrganizationID),
		slog.String("member", e.Actor.MemberID),
		slog.String("job", e.JobID),
		slog.String("key", e.JobKey),
		slog.String("run", e.RunID),
		slog.Int("from", e.FromVersion),
		slog.Int("to", e.ToVersion))
	if p.janitor != nil {
		p.janitor.hear(e)
	}
}
