package main

import (
	"context"
	"encoding/json"
	"os"
)

// echo is the work of this example. Its results say what was to be run, and
// which process ran it. Your program does the real work here.
func echo(ctx context.Context, task Task) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"jobKey":  task.JobKey,
		"version": task.Version,
		"config":  task.Config,
		"worker":  os.Getpid(),
	})
}
