package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// jobsAtOnce bounds how many jobs of an organization are read together.
const jobsAtOnce = 32

// stepJobs settles what is due for jobs of one organization. It reads them
// together, and decides and commits each on its own. The same commit claims runs,
// if the engine has room; they are then handed to the engine.
func stepJobs(ctx context.Context, s *Scheduler, l *loop, items []storage.DueItem) {
	organizationID := items[0].OrganizationID
	byID := make(map[string]storage.DueItem, len(items))
	ids := make([]string, len(items))
	for i, item := range items {
		byID[item.JobID], ids[i] = item, item.JobID
	}
	due, err := s.core.readDue(ctx, organizationID, ids)
	room := 0
	if s.engine != nil {
		room = s.engine.reserve(organizationID, len(due))
	}
	var group sync.WaitGroup
	for _, job := range due {
		item := byID[job.ref.JobID]
		delete(byID, job.ref.JobID)
		one := min(room, 1)
		room -= one
		group.Go(func() { s.stepJob(ctx, l, item, job, one) })
	}
	for _, item := range byID { // jobs that are gone, or all jobs after an error
		s.done(ctx, l, item, err)
	}
	group.Wait()
}

// stepJob settles what is due for a job. room is how many slots the caller holds
// for runs that it may claim.
func (s *Scheduler) stepJob(ctx context.Context, l *loop, item storage.DueItem, job dueJob, room int) {
	l.mu.Lock()
	look := lookFacts{horizon: l.horizon, room: room, alive: s.vigil.alive}
	l.mu.Unlock()
	if s.engine != nil {
		look.cleans = s.engine.cleans
	}
	dispatches, err := s.core.settle(ctx, job, look)
	if s.engine != nil {
		s.engine.slots.give(item.OrganizationID, room-len(dispatches))
	}
	for _, d := range dispatches {
		s.begin(ctx, l, func(ctx context.Context) {
			ready := storage.DueItem{JobRef: item.JobRef, RunID: d.Run.ID}
			if err := s.hand(ctx, d); err != nil {
				s.failed(ctx, l, ready, err, s.backOff(ready, err))
			}
		})
	}
	s.done(ctx, l, item, err)
	s.tellNews()
}

// stepReady claims a run in one commit, and then hands it to the engine. So only
// one of several schedulers dispatches it. It holds a slot.
func (s *Scheduler) stepReady(ctx context.Context, item storage.DueItem) error {
	d, err := s.claim(ctx, item)
	if err != nil || d.Token == "" {
		s.engine.slots.give(item.OrganizationID, 1)
		return err
	}
	return s.hand(ctx, d)
}

// claim claims a run that is ready. The dispatch has no token when another
// scheduler has claimed it.
func (s *Scheduler) claim(ctx context.Context, item storage.DueItem) (Dispatch, error) {
	r, err := s.core.readAnyRun(ctx, item.JobRef, item.RunID)
	if err != nil {
		return Dispatch{}, err
	}
	now := s.core.now()
	if at := r.readyAt(); at.IsZero() || at.After(now) {
		return Dispatch{}, nil
	}
	l, err := s.core.readLedger(ctx, item.JobRef)
	if err != nil {
		return Dispatch{}, err
	}
	version := l.Version
	if r.JobVersion != l.CurrentVersion {
		if version, err = s.core.readVersion(ctx, &l, r.JobVersion); err != nil {
			return Dispatch{}, err
		}
	}
	change := storage.Change{JobRef: item.JobRef, At: now, OperationID: storage.NewOperationID(now)}
	if r.isQueued() { // its time has come
		l.latestRunID = r.ID
		change.Job = l.stateRecord()
	}
	token := newToken(r.OrganizationID)
	r.claim(token, &version, s.engine.cleans, s.core.opts.Runs, now)
	change.PutRuns, r.JobKey = []storage.RunRecord{r.record(s.core.opts.Runs)}, l.Key
	if err := s.core.commit(ctx, change); err != nil {
		return Dispatch{}, err
	}
	return Dispatch{Run: r.Run, JobKey: l.Key, Version: version, Token: token, Lease: s.core.opts.Runs.Lease, Trace: r.trace}, nil
}

// hand hands a claimed run to the engine, in a slot. When the engine takes the run,
// hand writes nothing, because the first report will; only a short timeout is
// written, see noteTaken.
func (s *Scheduler) hand(ctx context.Context, d Dispatch) error {
	ref := d.Run.ref()
	engineErr := s.engine.ask(ctx, s.engine.slots, Operation{Name: "dispatch", Run: ref, Trace: d.Trace}, func(ctx context.Context) error {
		handed := d
		handed.Trace = s.core.trace(ctx).or(d.Trace)
		return s.engine.Dispatch(ctx, handed)
	})
	s.engine.noteAnswer(engineErr)
	if engineErr == nil {
		return s.noteTaken(ctx, d)
	}
	_, err := retry(ctx, func() (struct{}, error) {
		r, err := s.core.readRun(ctx, ref.job(), ref.RunID)
		if err != nil || !r.hasToken(d.Token) || r.Status != RunStarting || r.acknowledged {
			return struct{}{}, err // the run was removed, or the engine has it after all
		}
		now := s.core.now()
		switch opts := s.core.opts.Runs; {
		case errors.Is(engineErr, ErrEngineBusy):
			r.refuse(opts, now)
		case errors.Is(engineErr, ErrRejected):
			r.reject(opts, now)
		default:
			r.unclaim(opts, now)
		}
		return struct{}{}, s.core.putRun(ctx, &r, now)
	})
	switch {
	case errors.Is(err, ErrNotFound): // the run was removed, but the engine may have it
		return s.engine.request(ctx, s.engine.cancels, Operation{Name: "cancel", Run: ref, Trace: d.Trace}, s.engine.Cancel)
	case errors.Is(engineErr, ErrEngineBusy):
		return err // a busy engine is no failure
	}
	return errors.Join(told(engineErr), err)
}

// noteTaken writes when the timeout of a run ends that the engine has taken. It
// does so only for a timeout of at most two leases, which may end before the first
// report is missed.
func (s *Scheduler) noteTaken(ctx context.Context, d Dispatch) error {
	timeout := time.Duration(d.Version.TimeoutSeconds) * time.Second
	if timeout == 0 || timeout > 2*s.core.opts.Runs.Lease {
		return nil
	}
	ref := d.Run.ref()
	_, err := retry(ctx, func() (struct{}, error) {
		r, err := s.core.readRun(ctx, ref.job(), ref.RunID)
		if err != nil || !r.hasToken(d.Token) || !r.Status.dispatched() || r.acknowledged {
			return struct{}{}, err // the run was removed, has ended, or was reported on
		}
		r.taken()
		return struct{}{}, s.core.putRun(ctx, &r, s.core.now())
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// backOff makes a run wait after a failed dispatch. It reports whether this is the
// run's first failure.
func (s *Scheduler) backOff(item storage.DueItem, err error) (begins bool) {
	for _, l := range s.loops {
		if l.kind == storage.DueReady {
			begins = l.failing.note(item, err)
		}
	}
	return begins
}

// stepDeadline ends a run whose deadline has passed, or removes an ended run that
// is kept no longer. It needs no engine.
func (s *Scheduler) stepDeadline(ctx context.Context, item storage.DueItem) (err error) {
	defer func() {
		if err != nil {
			s.vigil.again(item)
		}
	}()
	seen := s.vigil.sight(item)
	r, err := s.core.readAnyRun(ctx, item.JobRef, item.RunID)
	if err != nil {
		return err
	}
	now := s.core.now()
	if at := r.deadlineAt(s.core.opts.Runs); at.IsZero() || at.After(now) {
		return nil // another scheduler has done it, or the engine has reported
	}
	if r.Status.Terminal() {
		return s.core.forget(ctx, &r, now)
	}
	if !r.acknowledged && s.engine.asks(r.ref()) {
		s.vigil.again(item)
		return nil // this scheduler is dispatching it now
	}
	if !r.overdue(seen, s.core.opts.Runs, now) {
		return nil
	}
	if err = s.core.putRun(ctx, &r, now); errors.Is(err, ErrUnavailable) {
		s.vigil.restart()
	}
	if err == nil && r.lost && s.core.opts.Hooks.LeaseLost != nil {
		s.core.hook(ctx, "LeaseLost", func() { s.core.opts.Hooks.LeaseLost(r.Run) })
	}
	s.tellNews()
	return err
}

// stepDebt asks for a cancel that the engine has not acknowledged. It leaves
// cleanups to the loop of cleanups.
func (s *Scheduler) stepDebt(ctx context.Context, item storage.DueItem) error {
	r, err := s.core.readAnyRun(ctx, item.JobRef, item.RunID)
	if err != nil {
		return err
	}
	if at := r.debtAt(); at.IsZero() || at.After(s.core.now()) {
		return nil // another scheduler has done it
	}
	if s.engine.asks(r.ref()) {
		return errNoRoom // a cancel must not overtake its dispatch
	}
	if !r.owesCancel {
		s.feedCleanup(item)
		return nil
	}
	if err := s.askFor(ctx, &r); err != nil {
		return err
	}
	now := s.core.now()
	if r.owesCancel && r.mayArrive(s.core.opts.Runs, now) {
		r.owedAt = now.Add(returning(s.core.opts.Runs.Lease)) // the cancel may have overtaken its dispatch
	} else {
		r.settled(now)
	}
	return s.keepOrRemove(ctx, &r, now)
}

// askFor asks the engine for the run's first debt.
func (s *Scheduler) askFor(ctx context.Context, r *runLedger) error {
	if r.owesCancel {
		return s.engine.request(ctx, s.engine.cancels, Operation{Name: "cancel", Run: r.ref(), Trace: r.trace}, s.engine.Cancel)
	}
	return s.engine.request(ctx, s.engine.cleanups, Operation{Name: "cleanup", Run: r.ref(), Trace: r.trace}, s.engine.Cleanup)
}

// keepOrRemove writes a run, or removes it if it is removable.
func (s *Scheduler) keepOrRemove(ctx context.Context, r *runLedger, now time.Time) error {
	if !r.removable() {
		return s.core.putRun(ctx, r, now)
	}
	l, err := s.core.readLedger(ctx, r.ref().job())
	if err != nil {
		return err
	}
	return s.core.removeRun(ctx, &l, r, now)
}

// ref names the run.
func (r Run) ref() RunRef {
	return RunRef{OrganizationID: r.OrganizationID, JobID: r.JobID, RunID: r.ID}
}
