package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/jobs"
)

const (
	// queue is the name of the asynq queue.
	queue = "jobledger"
	// taskType is the type of the tasks.
	taskType = "jobledger:run"
	// keepFor is how long a task and its slip are kept after their last use.
	// Cleanup deletes them earlier.
	keepFor = 7 * 24 * time.Hour
)

// Task is a run as a worker gets it: the payload of an asynq task that has the
// ID of the run. It has no token, because a run that is dispatched again gets
// another token, but stays the same task; see [slip].
type Task struct {
	JobID   string `json:"jobId"`
	RunID   string `json:"runId"`
	JobKey  string `json:"jobKey"`
	Version int    `json:"version"`
	// Config is what to run.
	Config json.RawMessage `json:"config"`
	// LeaseMs is how long the worker may be silent, in milliseconds.
	LeaseMs int64 `json:"leaseMs"`
}

func newTask(d jobs.Dispatch) Task {
	return Task{
		JobID: d.Run.JobID, RunID: d.Run.ID, JobKey: d.JobKey, Version: d.Run.JobVersion,
		Config: d.Version.Config, LeaseMs: max(d.Lease.Milliseconds(), 4),
	}
}

// lease is how long the worker may be silent.
func (t Task) lease() time.Duration { return time.Duration(t.LeaseMs) * time.Millisecond }

// slip is what can change while a task is queued or running: the token of its
// newest dispatch, and whether it must stop. It is a Redis hash beside the
// task. The worker reads it before each report.
type slip struct {
	Token  string `redis:"token"`
	Cancel bool   `redis:"cancel"`
}

// slips keeps the slips of all tasks.
type slips struct{ client redis.UniversalClient }

func slipKey(runID string) string { return "jobledger:slip:" + runID }

// write stores the token of a run.
func (s slips) write(ctx context.Context, runID, token string) error {
	_, err := s.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, slipKey(runID), "token", token)
		p.Expire(ctx, slipKey(runID), keepFor)
		return nil
	})
	if err != nil {
		return fmt.Errorf("write the slip of run %s: %w", runID, err)
	}
	return nil
}

// cancel stores that a run must stop. The signal that asynq sends is lost when
// the worker is not listening at that moment.
func (s slips) cancel(ctx context.Context, runID string) error {
	_, err := s.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, slipKey(runID), "cancel", 1)
		p.Expire(ctx, slipKey(runID), keepFor)
		return nil
	})
	if err != nil {
		return fmt.Errorf("write the slip of run %s: %w", runID, err)
	}
	return nil
}

// read returns the slip of a run. When there is none, it returns the zero slip.
func (s slips) read(ctx context.Context, runID string) (slip, error) {
	var found slip
	var fields *redis.MapStringStringCmd
	_, err := s.client.TxPipelined(ctx, func(p redis.Pipeliner) error {
		fields = p.HGetAll(ctx, slipKey(runID))
		p.Expire(ctx, slipKey(runID), keepFor)
		return nil
	})
	if err == nil {
		err = fields.Scan(&found)
	}
	if err != nil {
		return slip{}, fmt.Errorf("read the slip of run %s: %w", runID, err)
	}
	return found, nil
}

func (s slips) remove(ctx context.Context, runID string) error {
	if err := s.client.Del(ctx, slipKey(runID)).Err(); err != nil {
		return fmt.Errorf("remove the slip of run %s: %w", runID, err)
	}
	return nil
}
