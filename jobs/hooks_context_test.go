package jobs_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

// ofHook and ofCaller are keys of values that a hook, and the caller, add to a context.
type (
	ofHook   struct{}
	ofCaller struct{}
)

// Whatever context a hook returns, it adds values to that of the operation, and
// neither ends it early nor makes it last.
func TestAHookAddsOnlyValuesToTheContext(t *testing.T) {
	for name, change := range map[string]func(context.Context) context.Context{
		"that has ended": func(ctx context.Context) context.Context {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx
		},
		"that has expired": func(ctx context.Context) context.Context {
			ctx, cancel := context.WithDeadline(ctx, time.Unix(0, 0))
			cancel()
			return ctx
		},
		"of nobody": func(context.Context) context.Context { return context.Background() },
	} {
		t.Run(name, func(t *testing.T) {
			var traced []any
			w := newWorld(t, &jobs.Options{Hooks: jobs.Hooks{
				Begin: func(ctx context.Context, o jobs.Operation) (context.Context, func(error)) {
					return context.WithValue(change(ctx), ofHook{}, o.Name), nil
				},
				Trace: func(ctx context.Context) jobs.TraceContext {
					traced = append(traced, ctx.Value(ofHook{}), ctx.Value(ofCaller{}))
					return jobs.TraceContext{}
				},
			}})
			job := w.create("job", scheduled("@hourly", "", ""))
			w.Outage(time.Hour)
			_, err := w.Scheduler.Tick(context.WithValue(w.ctx, ofCaller{}, "caller"))
			require.NoError(t, err)
			w.report(w.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunSucceeded})
			require.Equal(t, []jobs.RunStatus{jobs.RunSucceeded}, w.statuses(job.ID))
			require.Equal(t, []any{"settle", "caller", "dispatch", "caller"}, traced)

			ended, cancel := context.WithCancel(w.ctx)
			cancel()
			_, err = w.CreateRun(ended, w.Actor, job.ID, jobs.NewRun{})
			require.ErrorIs(t, err, context.Canceled)
			require.Len(t, w.runs(job.ID), 1)
		})
	}
}
