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
	// queue is the asynq queue that runs wait in.
	queue = "jobledger"
	// taskType is the type of the tasks that are runs.
	taskType = "jobledger:run"
	// keepFor is how long a task and its slip outlive their last use. Cleanup
	// frees them earlier.
	keepFor = 7 * 24 * time.Hour
)

// Task is a run as a worker gets it: the payload of an asynq task whose ID is
// the run's. It holds no token, because a run that is dispatched again has
// another token but is still the same task; see [slip].
type Task struct {
	JobID   string `json:"jobId"`
	RunID   string `json:"runId"`
	JobKey  string `json:"jobKey"`
	Version int    `json:"version"`
	// Config is what to run.
	Config json.RawMessage `json:"config"`
	// HeartbeatMs is how often the worker is to be heard of.
	HeartbeatMs int64 `json:"heartbeatMs"`
}

func newTask(d jobs.Dispatch) Task {
	return Task{
		JobID: d.Run.JobID, RunID: d.Run.ID, JobKey: d.JobKey, Version: d.Run.JobVersion,
		Config: d.Version.Config, HeartbeatMs: max(d.Lease.Milliseconds()/4, 1),
	}
}

// heartbeat is how often the worker is to be heard of.
func (t Task) heartbeat() time.Duration { return time.Duration(t.HeartbeatMs) * time.Millisecond }

// slip is what changes about a task that is queued or running: the token of
// its newest dispatch, and whether it is to stop. It is a Redis hash beside
// the task, which the worker reads before each report.
type slip struct {
	Token  string `redis:"token"`
	Cancel bool   `redis:"cancel"`
}

// slips keeps the slips of all tasks.
type slips struct{ client redis.UniversalClient }

func slipKey(runID string) string { return "jobledger:slip:" + runID }

// write gives the task of a run a token.
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

// cancel notes that a run is to stop: the signal that asynq sends is lost when
// the worker is not listening just then.
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

// read returns the slip of a run; the zero slip when there is none.
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
