package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Hooks are functions that a [Service] and its schedulers call while they work, for
// metrics and traces. Each is optional. Module jobs/oteljobs has hooks for
// OpenTelemetry.
//
// Hooks are called from many goroutines at once. A hook must return at once,
// because the operation waits for it, and it must not call the service. A panic of
// a hook is logged, and changes nothing else.
//
// Hooks see only what this process does. To see also what other processes did, or
// what happened when this process died, read the journal with [Service.Follow].
type Hooks struct {
	// Begin is called when an operation begins. It returns a context and a function.
	// Either may be nil. The operation sees the values of the context, but keeps its
	// own deadline: if the context ends, the operation goes on. The function is
	// called once, when the operation ends, with its error or nil.
	Begin func(ctx context.Context, o Operation) (context.Context, func(error))
	// Trace returns the trace context of ctx. It is called when a run is made; the
	// run keeps the result, and later operations on the run have it in
	// Operation.Trace. It is called again for each dispatch, and the engine gets
	// the result in Dispatch.Trace.
	Trace func(ctx context.Context) TraceContext
	// Run is called after the commit that made a run (kind is [RunCreated]), that
	// noted its start ([RunStarted]), or that ended it ([RunEndSucceeded] and so
	// on). If the first report on a run says that it has ended, one commit notes
	// both, and Run is called first for the end and then for the start. Run.JobKey
	// and Run.WaitingFor are empty.
	Run func(kind EventKind, run Run)
	// LeaseLost is called after the commit that put a run back or ended it because
	// its engine was silent for too long. The run's status is ready if it will be
	// dispatched again, or else how it ended.
	LeaseLost func(run Run)
	// Tick is called with each row of a job's ledger that was written. When the run
	// of a tick waits for dependencies, its row may be written again with another
	// verdict.
	Tick func(t Tick)
	// Look is called after each look of a scheduler for due items.
	Look func(l Look)
	// Queue is called by [Scheduler.Run], at most four times a minute, with the
	// number of runs in the whole store by status: RunPending (they wait for a
	// time, or for runs of their own job), RunReady, RunStarting (or a later phase
	// before running) and RunRunning. It does not count runs that wait for their
	// release or for dependencies. At most 10,000 runs are read; if there are more,
	// the numbers are lower bounds.
	Queue func(runs map[RunStatus]int)
}

// Operation is a piece of work that Hooks.Begin is called for.
type Operation struct {
	// Name is one of a fixed set:
	//
	//   - "settle": a scheduler decides what is due for a job
	//   - "dispatch", "cancel", "cleanup": a request to the [Dispatcher], which may
	//     end with [ErrEngineBusy] or [ErrRejected]
	//   - "report": an engine reports another status of its run
	//   - "commit": a change is written, with its repetitions; [storage.ErrStale]
	//     says that another writer was faster
	//   - "store.Commit", "store.Due" and so on: one call of a method of the store
	Name string
	// Run is the run that the operation is about. "settle" has no RunID. "commit"
	// and the calls of the store have no Run at all.
	Run RunRef
	// Trace is the trace context of the run; for "report", that of the report, if
	// it has one. Zero for an operation that is not about a run.
	Trace TraceContext
}

// Look is one look of a [Scheduler] for due items of one kind.
type Look struct {
	// Kind is one of ticks (jobs to settle), dispatches (runs to hand to the
	// engine), deadlines (runs to end or to forget), requests (cancels and cleanups
	// for the engine) and removals (deleted jobs).
	Kind string
	// At is when the look began, by Options.Now.
	At time.Time
	// Full is whether the engine has no room. Then the scheduler did not read the
	// store, and Found and Behind are not known.
	Full bool
	// Found is how many items are due and can be worked on now, at most 100,000.
	// Behind is how long the oldest of them has been due; 0 when there is none.
	Found  int
	Behind time.Duration
	// Err is why the look failed; nil when it succeeded.
	Err error
}

// lookKinds are the names of the store's kinds in Look.Kind.
var lookKinds = map[storage.DueKind]string{
	storage.DueJobs: "ticks", storage.DueReady: "dispatches", storage.DueDeadlines: "deadlines",
	storage.DueDebts: "requests", storage.DueTombstones: "removals",
}

// hook calls a hook of the embedder. It logs the 1st, 2nd, 4th, 8th panic and so
// on, because a hook is called very often.
func (c *core) hook(ctx context.Context, what string, call func()) {
	defer func() {
		if p := recover(); p != nil {
			if n := c.hookPanics.Add(1); n&(n-1) == 0 {
				c.callouts.panicked(ctx, "Hooks."+what, p)
			}
		}
	}()
	call()
}

// begin calls Hooks.Begin. The caller must call end once.
func (c *core) begin(ctx context.Context, o Operation) (_ context.Context, end func(error)) {
	if c.opts.Hooks.Begin == nil {
		return ctx, func(error) {}
	}
	var inner context.Context
	var ended func(error)
	c.hook(ctx, "Begin", func() { inner, ended = c.opts.Hooks.Begin(ctx, o) }) //nolint:fatcontext // it is called once
	if inner != nil && inner != ctx {
		ctx = hookContext{ctx, inner}
	}
	return ctx, func(err error) {
		if ended != nil {
			c.hook(ctx, "Begin", func() { ended(err) })
		}
	}
}

// hookContext is the context of an operation, with the values of a hook's context
// before its own.
// A commit that a hook's deadline cuts off would have an unknown outcome.
type hookContext struct {
	context.Context                 //nolint:containedctx // it is a context itself
	values          context.Context //nolint:containedctx // as above
}

func (c hookContext) Value(key any) any {
	if value := c.values.Value(key); value != nil {
		return value
	}
	return c.Context.Value(key)
}

// tellRun calls Hooks.Run.
func (c *core) tellRun(ctx context.Context, kind EventKind, r Run) {
	if c.opts.Hooks.Run != nil {
		c.hook(ctx, "Run", func() { c.opts.Hooks.Run(kind, r) })
	}
}

// tellCommitted calls the hooks for the runs that a commit made or ended, and for
// its ticks.
func (c *core) tellCommitted(ctx context.Context, change storage.Change) {
	hooks := c.opts.Hooks
	if hooks.Tick != nil {
		for _, record := range change.PutTicks {
			if t, err := decodeTick(record); err == nil {
				c.hook(ctx, "Tick", func() { hooks.Tick(t) })
			}
		}
	}
	if hooks.Run == nil || len(change.PutRuns) == 0 {
		return
	}
	ended := endedIn(change.Events)
	for _, record := range change.PutRuns {
		kind, hasEnded := ended[record.ID]
		isNew := record.Revision == 0
		if !isNew && !hasEnded {
			continue
		}
		r, err := decodeRun(record)
		if err != nil {
			continue
		}
		if isNew {
			c.tellRun(ctx, RunCreated, r.Run)
		}
		if hasEnded {
			c.tellRun(ctx, kind, r.Run)
		}
	}
}

// endedIn returns the runs that ended by some events, with the kinds of the events.
func endedIn(events []storage.EventRecord) map[string]EventKind {
	ended := map[string]EventKind{}
	for _, record := range events {
		if e, err := decodeEvent(record); err == nil && e.Status.Terminal() && e.Kind == EventKind("run."+string(e.Status)) {
			ended[e.RunID] = e.Kind
		}
	}
	return ended
}

// tellLook calls Hooks.Look.
func (s *Scheduler) tellLook(ctx context.Context, l Look) {
	if s.core.opts.Hooks.Look != nil {
		s.core.hook(ctx, "Look", func() { s.core.opts.Hooks.Look(l) })
	}
}

// behind is how long the first item, which is the oldest, has been due.
func behind(items []storage.DueItem, now time.Time) time.Duration {
	if len(items) == 0 {
		return 0
	}
	return max(now.Sub(items[0].At), 0)
}
