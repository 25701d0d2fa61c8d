package jobs_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

const (
	traceHead  = "00-0af7651916cd43dd8448eb211c80319c-"
	memberSpan = traceHead + "b7ad6b7169203331-01"
	engineSpan = traceHead + "00f067aa0ba902b7-01"
)

// traced are hooks that say where a context is in a trace by a value in it, and note
// the place that each operation on a run is told.
func traced(e *ear) jobs.Hooks {
	return jobs.Hooks{
		Trace: func(ctx context.Context) jobs.TraceContext {
			span, _ := ctx.Value(spanKey{}).(string)
			return jobs.TraceContext{Parent: span, State: "vendor=1"}
		},
		Begin: func(ctx context.Context, o jobs.Operation) (context.Context, func(error)) {
			if o.Run.JobID == "" {
				return ctx, nil
			}
			e.note("%s %s %s", o.Name, o.Trace.Parent, o.Trace.State)
			switch o.Name {
			case "settle":
				ctx = context.WithValue(ctx, spanKey{}, traceHead+"1111111111111111-01")
			case "dispatch":
				ctx = context.WithValue(ctx, spanKey{}, traceHead+"2222222222222222-01")
			}
			return ctx, nil
		},
	}
}

type spanKey struct{}

// A run keeps where it was made in a trace, in the store: another replica hands it to
// the engine, and a third one takes the report.
func TestATraceSurvivesRestarts(t *testing.T) {
	var e ear
	w := newWorld(t, &jobs.Options{Hooks: traced(&e)})
	job := w.create("job", scheduled("@hourly", "", ""), func(j *jobs.NewJob) { j.Retry = versions.Retry{MaxAttempts: 2, BackoffSeconds: 1} })
	replica := func() *World {
		p := newWorldOn(t, w.store, &jobs.Options{Hooks: traced(&e)})
		p.Outage(w.Now().Sub(epoch))
		p.Scheduler = jobs.NewScheduler(p.Service, p.engine, nil)
		return p
	}
	ctx := context.WithValue(w.ctx, spanKey{}, memberSpan)
	run, err := w.CreateRun(ctx, w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	require.Empty(t, e.take())

	p := replica()
	p.at(time.Second)
	require.Equal(t, []string{"dispatch " + memberSpan + " vendor=1"}, e.take())
	d := p.engine.dispatched[0]
	require.Equal(t, jobs.TraceContext{Parent: traceHead + "2222222222222222-01", State: "vendor=1"}, d.Trace)

	third := replica()
	third.engine = p.engine
	report := jobs.Report{Status: jobs.RunRunning, Trace: jobs.TraceContext{Parent: engineSpan}}
	third.report(run.ID, report)
	require.Equal(t, []string{"report " + engineSpan + " "}, e.take())
	third.report(run.ID, report)
	require.Empty(t, e.take(), "a heartbeat is no operation")
	third.report(run.ID, jobs.Report{Status: jobs.RunFailed})
	require.Equal(t, []string{"report " + memberSpan + " vendor=1"}, e.take(), "that of the run")

	p.Advance(5 * time.Second)
	require.Contains(t, e.take(), "dispatch "+memberSpan+" vendor=1", "the next attempt is in the trace of the first")
	p.report(p.runs(job.ID)[0].ID, jobs.Report{Status: jobs.RunSucceeded})
	p.at(time.Hour)
	tick := traceHead + "1111111111111111-01"
	require.Contains(t, e.take(), "dispatch "+tick+" vendor=1", "a scheduled run is in the trace of its tick")
}

// What an engine sends is checked: what is not a trace context counts as none.
func TestATraceContextOfAnEngineIsChecked(t *testing.T) {
	long := strings.Repeat("x", 600)
	for name, tc := range map[string]struct{ sent, want jobs.TraceContext }{
		"valid":               {jobs.TraceContext{Parent: engineSpan, State: "a=b, c=d"}, jobs.TraceContext{Parent: engineSpan, State: "a=b, c=d"}},
		"a later version":     {jobs.TraceContext{Parent: "cc" + engineSpan[2:] + "-more"}, jobs.TraceContext{Parent: engineSpan}},
		"no version":          {sent: jobs.TraceContext{Parent: "ff" + engineSpan[2:]}},
		"longer than it says": {sent: jobs.TraceContext{Parent: engineSpan + "-more"}},
		"upper case":          {sent: jobs.TraceContext{Parent: strings.ToUpper(engineSpan)}},
		"no trace":            {sent: jobs.TraceContext{Parent: "00-" + strings.Repeat("0", 32) + "-00f067aa0ba902b7-01"}},
		"no span":             {sent: jobs.TraceContext{Parent: traceHead + strings.Repeat("0", 16) + "-01"}},
		"a line break":        {sent: jobs.TraceContext{Parent: engineSpan + "\n"}},
		"long":                {sent: jobs.TraceContext{Parent: "01" + engineSpan[2:] + "\x00" + long}},
		"a long state":        {jobs.TraceContext{Parent: engineSpan, State: long}, jobs.TraceContext{Parent: engineSpan}},
		"a state of bytes":    {jobs.TraceContext{Parent: engineSpan, State: "a=\xff"}, jobs.TraceContext{Parent: engineSpan}},
		"a state alone":       {sent: jobs.TraceContext{State: "a=b"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := jobs.TraceContext{Parent: "not told"}
			w := newWorld(t, &jobs.Options{Hooks: jobs.Hooks{Begin: func(ctx context.Context, o jobs.Operation) (context.Context, func(error)) {
				if o.Name == "report" {
					got = o.Trace
				}
				return ctx, nil
			}}})
			w.create("job", scheduled("@hourly", "", ""))
			w.at(time.Hour)
			w.report(w.engine.dispatched[0].Run.ID, jobs.Report{Status: jobs.RunRunning, Trace: tc.sent})
			require.Equal(t, tc.want, got)
		})
	}
}
