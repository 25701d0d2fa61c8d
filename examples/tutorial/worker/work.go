package main

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"example.com/nightly/wire"
)

// knows reports whether this worker can run a job of this config.
func knows(config json.RawMessage) bool {
	var known struct{ Report struct{ Table string } }
	return json.Unmarshal(config, &known) == nil && known.Report.Table != ""
}

// work makes the report. It ends soon after ctx ends. This one only waits, and
// fails as often as the run's parameters say; yours does something here.
func work(ctx context.Context, run wire.Run) (json.RawMessage, error) {
	seconds, err := strconv.Atoi(run.Parameters["seconds"])
	if err != nil {
		return nil, err
	}
	failures, err := strconv.Atoi(run.Parameters["failures"])
	if err != nil {
		return nil, err
	}
	select {
	case <-time.After(time.Duration(seconds) * time.Second):
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if run.Attempt <= failures {
		return nil, errors.New("the warehouse did not answer")
	}
	return json.RawMessage(`{"rows": 42}`), nil
}
