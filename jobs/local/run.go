package local

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// run runs the worker beside its heartbeat, and reports how it ended.
func (d *Dispatcher) run(ctx context.Context, r *run) {
	gone := d.report(ctx, r, jobs.Report{Status: jobs.RunRunning})
	switch cause := context.Cause(ctx); {
	case gone, errors.Is(cause, ErrRunGone):
		return // removed, or ended, before it began
	case cause != nil: // cancelled before it began
		d.report(context.WithoutCancel(ctx), r, ending(ctx, nil, cause))
		return
	}
	if timeout := time.Duration(r.dispatch.Version.TimeoutSeconds) * time.Second; timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, timeout, ErrRunTimeout)
		defer stop()
	}
	beating, stopBeating := context.WithCancel(ctx)
	var heart sync.WaitGroup
	heart.Go(func() { d.heartbeat(beating, r) })
	results, err := d.work(ctx, r.dispatch)
	stopBeating()
	heart.Wait()
	if errors.Is(context.Cause(ctx), ErrRunGone) {
		return
	}
	d.report(context.WithoutCancel(ctx), r, ending(ctx, results, err))
}

// work calls the worker. Its panic is a failed run.
func (d *Dispatcher) work(ctx context.Context, dispatch jobs.Dispatch) (results []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the worker panicked: %v", p)
		}
	}()
	return d.worker(ctx, dispatch)
}

// ending is the report of how a worker ended. A worker that succeeded although
// it was asked to stop has succeeded.
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

// maxMessage is the most bytes of a [jobs.Report]'s Message.
const maxMessage = 4 << 10

// clip shortens a message to what a report may hold.
func clip(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxMessage)], "?")
}
