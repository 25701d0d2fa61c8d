package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Hooks hear what a [Service] and its schedulers do, for metrics and traces. Each
// is optional. Module jobs/oteljobs has hooks for OpenTelemetry.
//
// A hook is called in the middle of the work, from many goroutines at once. It must
// return at once: whatever it waits for, the operation waits for too. It must not
// call the service. A panic of a hook is a line in the log and nothing else.
//
// Hooks tell of what this process does. They are not a journal: what happened in
// other processes, or when this one died, is in the store alone; see
// [Service.ListEvents].
type Hooks struct {
	// Begin hears that an operation begins. It returns the context that the
	// operation goes on with, and what is called once with its error when it ends.
	// Either may be nil.
	Begin func(ctx context.Context, o Operation) (context.Context, func(error))
	// Trace returns where the context is in a trace. It is asked when a run is made:
	// the run keeps the answer, and later operations on the run are told it in
	// Operation.Trace. It is asked again for each dispatch, which hands it to the
	// engine as Dispatch.Trace.
	Trace func(ctx context.Context) TraceContext
	// Run hears that a run was made ([RunCreated]), that its start became known
	// ([RunStarted]), or that it ended (RunEndSucceeded and the like), after the
	// commit. The start of a short run may become known with its end, and is told
	// just after it. JobKey and WaitingFor are empty.
	Run func(kind EventKind, run Run)
	// LeaseLost hears that the engine of a run was silent for too long, after the
	// commit. The run's status says what followed: ready when it is handed to the
	// engine again, or how it ended.
	LeaseLost func(run Run)
	// Tick hears of each row of a tick ledger that was written. The row of a tick
	// whose run waits for dependencies is written again when its verdict changes.
	Tick func(t Tick)
	// Look hears of each look of a scheduler for what is due.
	Look func(l Look)
	// Queue hears, four times a minute at most and from each running scheduler, how
	// many runs of the whole store have a status: RunPending (they wait for their
	// time, or for runs of their own job), RunReady, RunStarting (or another phase
	// before running) and RunRunning. Runs that wait for their release or for
	// dependencies alone are not counted. At most 10,000 runs are looked through;
	// when there are more, the numbers are lower bounds. [Scheduler.Tick] does not
	// count.
	Queue func(runs map[RunStatus]int)
}

// Operation is something that takes time, as Hooks.Begin hears of it.
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
	// Run is what the operation is about. RunID is empty for "settle", and all
	// of it for "commit" and for the store.
	Run RunRef
	// Trace is the run's place in a trace, or of a report the engine's; none for
	// an operation that is about no run.
	Trace TraceContext
}

// Look is one look of a [Scheduler] for what is due of one kind.
type Look struct {
	// Kind is one of ticks (jobs to settle), dispatches (runs to hand to the
	// engine), deadlines (runs to end or to forget), requests (cancels and cleanups
	// for the engine) and removals (deleted jobs).
	Kind string
	// At is when it began, by Options.Now.
	At time.Time
	// Full is whether the engine takes nothing now. Then the store was not asked,
	// and Found and Behind are not known.
	Full bool
	// Found is how much is due and can be worked on now, at most 100,000, and
	// Behind how long the oldest of it has been due; 0 for nothing.
	Found  int
	Behind time.Duration
	// Err is why the store did not answer; nil when it did.
	Err error
}

// lookKinds name the kinds for people, who know nothing of the store's indexes.
var lookKinds = map[storage.DueKind]string{
	storage.DueJobs: "ticks", storage.DueReady: "dispatches", storage.DueDeadlines: "deadlines",
	storage.DueDebts: "requests", storage.DueTombstones: "removals",
}

// hook calls a hook of the embedder's. Its panics are logged ever more seldom: a
// hook is called for each operation.
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

// begin tells the hook that an operation begins. The end is to be called once.
func (c *core) begin(ctx context.Context, o Operation) (_ context.Context, end func(error)) {
	if c.opts.Hooks.Begin == nil {
		return ctx, func(error) {}
	}
	inner := ctx
	var ended func(error)
	c.hook(ctx, "Begin", func() { inner, ended = c.opts.Hooks.Begin(ctx, o) })
	if inner == nil {
		inner = ctx
	}
	return inner, func(err error) {
		if ended != nil {
			c.hook(ctx, "Begin", func() { ended(err) })
		}
	}
}

// tellRun tells the hook of a run.
func (c *core) tellRun(ctx context.Context, kind EventKind, r Run) {
	if c.opts.Hooks.Run != nil {
		c.hook(ctx, "Run", func() { c.opts.Hooks.Run(kind, r) })
	}
}

// tellCommitted tells the hooks of the runs that a commit made or ended, and of its
// ticks.
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
	ended := map[string]EventKind{}
	for _, record := range change.Events {
		if e, err := decodeEvent(record); err == nil && e.Status.Terminal() && e.Kind == EventKind("run."+string(e.Status)) {
			ended[e.RunID] = e.Kind
		}
	}
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

// tellLook tells the hook of a look.
func (s *Scheduler) tellLook(ctx context.Context, l Look) {
	if s.core.opts.Hooks.Look != nil {
		s.core.hook(ctx, "Look", func() { s.core.opts.Hooks.Look(l) })
	}
}

// behind is how long the oldest of some items, which is the first, has been due.
func behind(items []storage.DueItem, now time.Time) time.Duration {
	if len(items) == 0 {
		return 0
	}
	return max(now.Sub(items[0].At), 0)
}
