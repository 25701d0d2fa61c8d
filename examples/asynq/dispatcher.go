package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/jobs"
)

// Dispatcher is a [jobs.Dispatcher] that queues each run as an asynq task. The
// task has the ID of the run. When a run is dispatched again because an
// acknowledgement was lost, the task is the same, and starts once.
type Dispatcher struct {
	client    *asynq.Client
	inspector *asynq.Inspector
	slips     slips
	service   *jobs.Service
}

var _ jobs.Dispatcher = (*Dispatcher)(nil)

// NewDispatcher returns a dispatcher that uses a Redis client. The caller
// closes the client.
func NewDispatcher(client redis.UniversalClient, service *jobs.Service) *Dispatcher {
	return &Dispatcher{
		client:    asynq.NewClientFromRedisClient(client),
		inspector: asynq.NewInspectorFromRedisClient(client),
		slips:     slips{client},
		service:   service,
	}
}

// Dispatch implements [jobs.Dispatcher]. It writes the token to the slip before
// the task is in the queue. A task that is already there continues with the new
// token.
func (d *Dispatcher) Dispatch(ctx context.Context, dispatch jobs.Dispatch) error {
	payload, err := json.Marshal(newTask(dispatch))
	if err != nil {
		return fmt.Errorf("encode run %s: %w", dispatch.Run.ID, err)
	}
	if err := d.slips.write(ctx, dispatch.Run.ID, dispatch.Token); err != nil {
		return err
	}
	_, err = d.client.EnqueueContext(ctx, asynq.NewTask(taskType, payload), options(dispatch)...)
	if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) {
		return fmt.Errorf("queue run %s: %w", dispatch.Run.ID, err)
	}
	return nil
}

// options are the asynq options of a run's task. asynq never retries it: the
// ledger decides that, and would not know of the retry.
func options(dispatch jobs.Dispatch) []asynq.Option {
	// Without a deadline asynq ends a task after half an hour.
	deadline := time.Now().Add(365 * 24 * time.Hour)
	if seconds := dispatch.Version.TimeoutSeconds; seconds > 0 {
		deadline = dispatch.Run.DispatchedAt.Add(time.Duration(seconds) * time.Second)
	}
	return []asynq.Option{
		asynq.Queue(queue),
		asynq.TaskID(dispatch.Run.ID),
		asynq.MaxRetry(0),
		asynq.Deadline(deadline),
		asynq.Retention(keepFor), // the ID stays known after the end
	}
}

// Cancel implements [jobs.Dispatcher]. A task that waits is removed from the
// queue. No worker will report on it, so Cancel reports that the run was
// cancelled. A task that runs is told to stop, and its worker reports.
func (d *Dispatcher) Cancel(ctx context.Context, run jobs.RunRef) error {
	if err := d.slips.cancel(ctx, run.RunID); err != nil {
		return err
	}
	err := d.inspector.DeleteTask(queue, run.RunID)
	switch {
	case unknown(err):
		return d.slips.remove(ctx, run.RunID)
	case err == nil:
		return d.reportCancelled(ctx, run)
	}
	// The task is running, or Redis does not answer, and then this call fails,
	// too.
	if err := d.inspector.CancelProcessing(run.RunID); err != nil {
		return fmt.Errorf("cancel run %s: %w", run.RunID, err)
	}
	return nil
}

// reportCancelled ends a run whose task left the queue before a worker took it.
func (d *Dispatcher) reportCancelled(ctx context.Context, run jobs.RunRef) error {
	slip, err := d.slips.read(ctx, run.RunID)
	if err != nil {
		return err
	}
	_, err = d.service.ReportRun(ctx, run.JobID, run.RunID, slip.Token, jobs.Report{
		Status: jobs.RunCancelled, Message: "taken out of the queue",
	})
	_, ended := errors.AsType[*jobs.ConflictError](err)
	if err != nil && !ended && !errors.Is(err, jobs.ErrNotFound) {
		return fmt.Errorf("report run %s cancelled: %w", run.RunID, err)
	}
	return nil
}

// Cleanup implements [jobs.Dispatcher]. It deletes the task and its slip. A
// worker reports the end of a run just before its task ends, so Cleanup waits
// for this. The task of a worker that was killed stays active until asynq
// notices, in about a minute. Until then Cleanup returns an error, and the
// ledger asks again.
func (d *Dispatcher) Cleanup(ctx context.Context, run jobs.RunRef) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := d.inspector.DeleteTask(queue, run.RunID)
		if err == nil || unknown(err) {
			return d.slips.remove(ctx, run.RunID)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("clean up run %s: %w", run.RunID, err)
		}
	}
}

// unknown reports whether asynq has no such task.
func unknown(err error) bool {
	return errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound)
}
