package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Work runs one task, and returns its results: a JSON object or nil. It must
// return soon after its context has ended.
type Work func(ctx context.Context, task Task) (results json.RawMessage, err error)

// Worker takes runs from the queue, runs them, and reports.
type Worker struct {
	work     Work
	slips    slips
	reporter *reporter
	server   *asynq.Server
	logger   *slog.Logger
	// stop stops running work when the process ends.
	stop context.CancelFunc
	// handling counts tasks until they were reported. asynq does not wait for
	// this once it has ended their context.
	handling sync.WaitGroup
}

// NewWorker returns a worker that reports to the API at base. The caller closes
// the Redis client.
func NewWorker(client redis.UniversalClient, base string, concurrency int, logger *slog.Logger, work Work) *Worker {
	w := &Worker{work: work, slips: slips{client}, logger: logger}
	w.reporter = newReporter(base, w.slips)
	ctx, stop := context.WithCancel(context.Background())
	w.stop = stop
	w.server = asynq.NewServerFromRedisClient(client, asynq.Config{
		Concurrency:       concurrency,
		Queues:            map[string]int{queue: 1},
		BaseContext:       func() context.Context { return ctx },
		TaskCheckInterval: 200 * time.Millisecond,
		LogLevel:          asynq.WarnLevel,
	})
	return w
}

// Run works until the context ends. It then stops running work, and reports
// these runs as failed.
func (w *Worker) Run(ctx context.Context) error {
	defer w.stop()
	if err := w.server.Start(asynq.HandlerFunc(w.process)); err != nil {
		return fmt.Errorf("start the asynq server: %w", err)
	}
	<-ctx.Done()
	w.server.Stop() // takes no more tasks
	w.stop()
	w.server.Shutdown()
	w.handling.Wait()
	return nil
}

// errCancelled ends the context of work whose run must stop.
var errCancelled = errors.New("the run was cancelled")

// process runs one task. It starts the work only after the ledger has accepted
// the report that the run begins. So a task whose run has ended does no harm.
func (w *Worker) process(ctx context.Context, t *asynq.Task) error {
	w.handling.Add(1)
	defer w.handling.Done()
	var task Task
	if err := json.Unmarshal(t.Payload(), &task); err != nil {
		return fmt.Errorf("decode task: %w: %w", err, asynq.SkipRetry)
	}
	if err := w.reporter.persist(ctx, task, report{Status: statusRunning}); err != nil {
		return fmt.Errorf("begin run %s: %w: %w", task.RunID, err, asynq.SkipRetry)
	}
	results, err := w.supervise(ctx, task)
	if errors.Is(err, errGone) {
		return fmt.Errorf("run %s: %w: %w", task.RunID, err, asynq.SkipRetry)
	}
	return w.finish(context.WithoutCancel(ctx), task, w.ending(ctx, task, results, err))
}

// supervise does the work, and sends heartbeats meanwhile. The error is errGone
// or errCancelled when one of these stopped the work.
func (w *Worker) supervise(ctx context.Context, task Task) (json.RawMessage, error) {
	working, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	beating, stopBeating := context.WithCancel(working)
	var heart sync.WaitGroup
	heart.Go(func() { w.beat(beating, task, cancel) })
	results, err := w.do(working, task)
	stopBeating()
	heart.Wait()
	if cause := context.Cause(working); err != nil && (errors.Is(cause, errGone) || errors.Is(cause, errCancelled)) {
		return nil, cause
	}
	return results, err
}

// do calls the work. When it panics, the run fails.
func (w *Worker) do(ctx context.Context, task Task) (results json.RawMessage, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the work panicked: %v", p)
		}
	}()
	return w.work(ctx, task)
}

// beat sends heartbeats. It stops the work when the run is gone or must stop.
func (w *Worker) beat(ctx context.Context, task Task, cancel context.CancelCauseFunc) {
	ticker := time.NewTicker(task.lease() / 4)
	defer ticker.Stop()
	for unknown := (grace{lease: task.lease()}); ; {
		if slip, err := w.slips.read(ctx, task.RunID); err == nil && slip.Cancel {
			cancel(errCancelled)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if unknown.isOver(w.reporter.send(ctx, task, report{})) {
			cancel(errGone)
			return
		}
	}
}

// ending is the report of how the work ended. Work that was asked to stop but
// succeeded has succeeded.
func (w *Worker) ending(ctx context.Context, task Task, results json.RawMessage, err error) report {
	if err == nil {
		return report{Status: statusSucceeded, Results: results}
	}
	r := report{Status: statusFailed, Message: clip(err.Error())}
	switch {
	case errors.Is(err, errCancelled):
		r.Status = statusCancelled
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		r.Status = statusTimeout
	case ctx.Err() != nil:
		// asynq ended the context: because of a cancel, or because this process
		// ends.
		r.Message = "the worker was stopped"
		if slip, err := w.slips.read(context.WithoutCancel(ctx), task.RunID); err == nil && slip.Cancel {
			r.Status, r.Message = statusCancelled, errCancelled.Error()
		}
	}
	return r
}

// clip shortens a message to the 4 KiB that a report may have.
func clip(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), 4<<10)], "")
}

// finish reports the end of a run. When the report's contents are refused, it
// reports that the run failed.
func (w *Worker) finish(ctx context.Context, task Task, what report) error {
	err := w.reporter.persist(ctx, task, what)
	if refused, ok := errors.AsType[*refusedError](err); ok {
		err = w.reporter.persist(ctx, task, report{Status: statusFailed, Message: clip(refused.Error())})
	}
	if err != nil {
		w.logger.WarnContext(ctx, "report the end of a run", slog.String("run", task.RunID), slog.Any("error", err))
		return fmt.Errorf("end run %s: %w: %w", task.RunID, err, asynq.SkipRetry)
	}
	return nil
}
