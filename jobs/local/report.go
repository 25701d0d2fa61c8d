package local

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// moment is how long a run runs before it is reported as running.
const moment = time.Second

// startHeart reports the run as running after a moment, and then four times in each
// lease. stop ends that, and waits until it has ended.
func (d *Dispatcher) startHeart(ctx context.Context, r *run) (stop func()) {
	every := moment
	if lease := r.dispatch.Lease; lease > 0 {
		every = max(lease/4, time.Millisecond)
	}
	ctx, cancel := context.WithCancel(ctx)
	stopped := make(chan struct{})
	first := time.AfterFunc(min(moment, every), func() {
		defer close(stopped)
		d.heartbeat(ctx, r, every)
	})
	return func() {
		cancel()
		if !first.Stop() {
			<-stopped
		}
	}
}

// heartbeat reports that the run is running, which renews the lease, and stops the
// worker when the service says so. It stops it only after two "not found" in a row:
// after the first, a new dispatch with a new token may be on its way.
func (d *Dispatcher) heartbeat(ctx context.Context, r *run, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for missed := 0; ctx.Err() == nil; {
		if !d.report(ctx, r, jobs.Report{Status: jobs.RunRunning}) {
			missed = 0
		} else if missed++; missed > 1 {
			r.cancel(ErrRunGone)
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// report sends a report. It stops the worker when the run was cancelled or has
// ended, and returns whether the run was not found. A heartbeat that fails is
// dropped, because the next one says the same. A terminal report is tried again
// while the store does not answer, until the dispatcher is closed and stops
// waiting.
func (d *Dispatcher) report(ctx context.Context, r *run, report jobs.Report) (gone bool) {
	for n := 0; ; n++ {
		token := *r.token.Load()
		report.Trace = r.dispatch.Trace
		seen, err := d.service.ReportRun(ctx, r.dispatch.Run.JobID, r.dispatch.Run.ID, token, report)
		_, ended := errors.AsType[*jobs.ConflictError](err)
		_, invalid := errors.AsType[versions.FieldErrors](err)
		switch {
		case err == nil && !seen.CancelRequestedAt.IsZero():
			r.cancel(ErrRunCancelled)
			return false
		case err == nil:
			return false
		case token != *r.token.Load(): // dispatched again meanwhile
		case ended:
			r.cancel(ErrRunGone)
			return false
		case errors.Is(err, jobs.ErrNotFound):
			return true
		case invalid:
			report = jobs.Report{Status: jobs.RunFailed, Message: clip(err.Error())}
		case !report.Status.Terminal() || !passes(err) && n >= maxReports:
			return false
		case n == 0:
			d.log(r, "the run's end cannot be reported; trying again", err)
			fallthrough
		default:
			if d.pause(n) != nil {
				return false
			}
		}
	}
}

// passes reports whether an error may go away by itself.
func passes(err error) bool {
	return errors.Is(err, jobs.ErrUnavailable) || errors.Is(err, jobs.ErrBusy) || errors.Is(err, jobs.ErrOutcomeUnknown)
}

const (
	// maxReports is how often a terminal report is tried that fails with another
	// error.
	maxReports = 20
	// maxPause is the longest pause between two tries.
	maxPause = 5 * time.Second
)

// pause waits a random time that grows with the number of failed tries. It returns
// [ErrShutdown] when the dispatcher has stopped waiting.
func (d *Dispatcher) pause(failed int) error {
	timer := time.NewTimer(rand.N(min(time.Millisecond<<min(failed, 20), maxPause)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-d.over:
		return ErrShutdown
	}
}
