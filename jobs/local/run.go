package local

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// run runs the worker and its heartbeat, and reports how the worker ended.
func (d *Dispatcher) run(ctx context.Context, r *run) {
	if timeout := time.Duration(r.dispatch.Version.TimeoutSeconds) * time.Second; timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, timeout, ErrRunTimeout)
		defer stop()
	}
	stopHeart := d.startHeart(ctx, r)
	stopWatch := context.AfterFunc(ctx, func() { d.watchEnd(r) })
	began := time.Now()
	var results []byte
	err := errEnded
	defer func() { // also when the worker ended its goroutine
		took := time.Since(began)
		stopWatch()
		close(r.returned)
		d.leave(r.dispatch.Run.OrganizationID)
		stopHeart()
		if errors.Is(context.Cause(ctx), ErrRunGone) {
			return
		}
		end := ending(ctx, results, err)
		end.RunnerExecution = took
		d.report(context.WithoutCancel(ctx), r, end)
	}()
	results, err = d.work(ctx, r)
}

// watchEnd logs, and calls OnStuck, when the worker does not return after its
// context has ended.
func (d *Dispatcher) watchEnd(r *run) {
	timer := time.NewTimer(stopPatience)
	defer timer.Stop()
	select {
	case <-r.returned:
		return
	case <-timer.C:
	}
	ref := refOf(r.dispatch.Run)
	d.log(r, "the worker goes on although its context has ended; its slot stays taken", nil)
	if d.opts.OnStuck == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			d.log(r, "Options.OnStuck panicked", p)
		}
	}()
	d.opts.OnStuck(ref)
}

// log writes a line about a run.
func (d *Dispatcher) log(r *run, what string, cause any) {
	ref := refOf(r.dispatch.Run)
	d.opts.Logger.Warn("jobledger", slog.String("organization", ref.OrganizationID), slog.String("job", ref.JobID),
		slog.String("run", ref.RunID), slog.String("what", what), slog.Any("cause", cause))
}

// errPanicked is the error of a worker that panicked. Members read it; the log has
// the panic's value.
var errPanicked = errors.New("the worker panicked")

// errEnded is the error of a worker that called runtime.Goexit, as a failing test
// does. Members read it.
var errEnded = errors.New("the worker ended its goroutine")

// work calls the worker, and turns a panic into an error.
func (d *Dispatcher) work(ctx context.Context, r *run) (results []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			d.log(r, errPanicked.Error(), p)
			err = errPanicked
		}
	}()
	return d.worker(ctx, r.dispatch)
}

// ending is the report of how a worker ended. A worker that returns no error has
// succeeded, even if it was asked to stop.
func ending(ctx context.Context, results []byte, err error) jobs.Report {
	report := jobs.Report{Status: jobs.RunSucceeded, Results: results}
	if err == nil {
		return report
	}
	report.Status, report.Message = jobs.RunFailed, clip(err.Error())
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, ErrRunCancelled):
		report.Status = jobs.RunCancelled
	case errors.Is(cause, ErrRunTimeout):
		report.Status = jobs.RunTimeout
	}
	return report
}

// maxMessage is the most bytes of [jobs.Report].Message.
const maxMessage = 4 << 10

// clip shortens a message to what a report may hold.
func clip(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxMessage)], "?")
}
