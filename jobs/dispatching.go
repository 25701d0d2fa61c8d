package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// stepJob settles what is due for a job.
func (s *Scheduler) stepJob(ctx context.Context, item storage.DueItem, horizon time.Time) error {
	return s.core.settleJob(ctx, item.JobRef, horizon)
}

// stepReady hands a run to the engine, unless that is busy: then the run stays due.
func (s *Scheduler) stepReady(ctx context.Context, item storage.DueItem, _ time.Time) error {
	now := s.core.now()
	if s.engineIsBusy(now) {
		return nil
	}
	r, err := s.core.readAnyRun(ctx, item.JobRef, item.RunID)
	if err != nil {
		return err
	}
	if at := r.readyAt(); at.IsZero() || at.After(now) {
		return nil // another scheduler was here
	}
	return s.dispatch(ctx, &r, now)
}

// stepDeadline ends a run that has a deadline behind it, or forgets one that is
// kept no longer. It needs no engine.
func (s *Scheduler) stepDeadline(ctx context.Context, item storage.DueItem, _ time.Time) error {
	now := s.core.now()
	r, err := s.core.readAnyRun(ctx, item.JobRef, item.RunID)
	if err != nil {
		return err
	}
	if at := r.deadlineAt(s.core.opts.Runs); at.IsZero() || at.After(now) {
		return nil // another scheduler was here
	}
	if r.Status.Terminal() {
		return s.forget(ctx, &r, now)
	}
	r.overdue(s.core.opts.Runs, now)
	return s.core.putRun(ctx, &r, now)
}

// stepDebt repeats the request that the engine has not acknowledged.
func (s *Scheduler) stepDebt(ctx context.Context, item storage.DueItem, _ time.Time) error {
	r, err := s.core.readAnyRun(ctx, item.JobRef, item.RunID)
	if err != nil {
		return err
	}
	if at := r.debtAt(); at.IsZero() || at.After(s.core.now()) {
		return nil // another scheduler was here
	}
	request := s.dispatcher.Cleanup
	if r.owesCancel {
		request = s.dispatcher.Cancel
	}
	engineErr := s.ask(ctx, func(ctx context.Context) error { return request(ctx, r.ref()) })
	now := s.core.now()
	r.settled(engineErr == nil, s.core.opts.Runs, now)
	return errors.Join(told(engineErr), s.keepOrRemove(ctx, &r, now))
}

// forget removes a run whose retention has passed. The latest run of a job is
// kept until there is a newer one: it is what dependents go by.
func (s *Scheduler) forget(ctx context.Context, r *runLedger, now time.Time) error {
	l, err := s.core.readLedger(ctx, r.ref().job())
	if err != nil {
		return err
	}
	switch retain := s.core.opts.Runs.RetainFor; {
	case retain == 0: // it was switched off since
		r.forgetAt = time.Time{}
		return s.core.putRun(ctx, r, now)
	case l.latestRunID == r.ID:
		r.forgetAt = now.Add(retain)
		return s.core.putRun(ctx, r, now)
	}
	return s.core.removeRun(ctx, &l, r, now)
}

// keepOrRemove writes a run, or removes it when it was deleted and the engine
// is owed nothing more for it.
func (s *Scheduler) keepOrRemove(ctx context.Context, r *runLedger, now time.Time) error {
	if !r.deleted || r.owes() {
		return s.core.putRun(ctx, r, now)
	}
	l, err := s.core.readLedger(ctx, r.ref().job())
	if err != nil {
		return err
	}
	return s.core.removeRun(ctx, &l, r, now)
}

// engineError is an error of the dispatcher, told apart from the store's
// whatever it wraps.
type engineError struct{ err error }

func (e engineError) Error() string { return "the dispatcher: " + e.err.Error() }
func (e engineError) Unwrap() error { return e.err }

func told(err error) error {
	if err == nil {
		return nil
	}
	return engineError{err}
}

// dispatch claims a run in one commit, and only then hands it to the engine:
// of several schedulers one does.
func (s *Scheduler) dispatch(ctx context.Context, r *runLedger, now time.Time) error {
	d, err := s.prepare(ctx, r)
	if err != nil {
		return err
	}
	d.Token = newToken(r.OrganizationID)
	r.claim(d.Token, d.Version.TimeoutSeconds, s.core.opts.Runs, now)
	if err := s.core.putRun(ctx, r, now); err != nil {
		return err
	}
	d.Run = r.Run
	engineErr := s.ask(ctx, func(ctx context.Context) error { return s.dispatcher.Dispatch(ctx, d) })
	err = s.acknowledge(ctx, r.ref(), d.Token, engineErr)
	if errors.Is(engineErr, ErrEngineBusy) {
		return err // that is no fault
	}
	return errors.Join(told(engineErr), err)
}

// prepare reads what a run is to run.
func (s *Scheduler) prepare(ctx context.Context, r *runLedger) (Dispatch, error) {
	l, err := s.core.readLedger(ctx, r.ref().job())
	if err != nil {
		return Dispatch{}, err
	}
	d := Dispatch{JobKey: l.Key, Version: l.Version, Lease: s.core.opts.Runs.Lease}
	if r.JobVersion != l.CurrentVersion {
		d.Version, err = s.core.readVersion(ctx, &l, r.JobVersion)
	}
	return d, err
}

// acknowledge notes whether the engine took the run. A report of the engine
// may have come first. A run that was removed meanwhile is cancelled at the
// engine, which may have it now.
func (s *Scheduler) acknowledge(ctx context.Context, ref RunRef, token string, engineErr error) error {
	_, err := retry(ctx, func() (struct{}, error) {
		r, err := s.core.readRun(ctx, ref.job(), ref.RunID)
		if err != nil || !r.hasToken(token) || r.Status != RunStarting || r.acknowledged {
			return struct{}{}, err
		}
		now := s.core.now()
		switch opts := s.core.opts.Runs; {
		case errors.Is(engineErr, ErrEngineBusy):
			s.noteBusy(now.Add(opts.DispatchBackoff))
			r.refuse(opts, now)
		case engineErr != nil:
			r.unclaim(engineErr.Error(), opts, now)
		default:
			r.taken(opts, now)
		}
		return struct{}{}, s.core.putRun(ctx, &r, now)
	})
	if errors.Is(err, ErrNotFound) {
		return told(s.ask(ctx, func(ctx context.Context) error { return s.dispatcher.Cancel(ctx, ref) }))
	}
	return err
}

// maxHanging bounds the requests that are left behind, see ask.
const maxHanging = 64

// errHanging is that the dispatcher does not come back from too many requests.
var errHanging = errors.New("too many requests hang in it")

// ask makes one request to the engine, in bounded time: one that does not
// return when its context ends is left behind. A panic of the embedder's code is
// an error of that request.
func (s *Scheduler) ask(ctx context.Context, request func(context.Context) error) error {
	if s.hanging.Load() >= maxHanging {
		return errHanging
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.RequestTimeout)
	defer cancel()
	answer := make(chan error, 1)
	s.hanging.Add(1)
	go func() {
		defer s.hanging.Add(-1)
		defer func() {
			if p := recover(); p != nil {
				answer <- fmt.Errorf("it panicked: %v", p)
			}
		}()
		answer <- request(ctx)
	}()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
	}
	// One that heeds its context answers now.
	timer := time.NewTimer(askGrace)
	defer timer.Stop()
	select {
	case err := <-answer:
		return err
	case <-timer.C:
		return ctx.Err()
	}
}

// askGrace is how long a request may take to notice that its context ended.
const askGrace = 100 * time.Millisecond

// ref names the run.
func (r Run) ref() RunRef {
	return RunRef{OrganizationID: r.OrganizationID, JobID: r.JobID, RunID: r.ID}
}

// engineIsBusy reports whether the engine said, less than a backoff ago, that
// it takes no run now: then no further run is claimed for it. A longer time was
// noted by a clock that has been set back since.
func (s *Scheduler) engineIsBusy(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := s.busyUntil.Sub(now)
	return left > 0 && left <= s.core.opts.Runs.DispatchBackoff
}

func (s *Scheduler) noteBusy(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busyUntil = until
}
