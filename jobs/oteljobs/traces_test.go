package oteljobs_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/oteljobs"
	"github.com/jobledger/jobledger/versions"
)

// tracer makes the spans of a test's own code.
func (w *world) tracer() trace.Tracer {
	return sdk.NewTracerProvider(sdk.WithSpanProcessor(w.spans)).Tracer("test")
}

// story is a trace as lines, in the order of starts: each span with its parent.
func (w *world) story(id trace.TraceID) []string {
	spans := slices.DeleteFunc(slices.Clone(w.spans.Ended()), func(s sdk.ReadOnlySpan) bool { return s.SpanContext().TraceID() != id })
	slices.SortStableFunc(spans, func(a, b sdk.ReadOnlySpan) int { return a.StartTime().Compare(b.StartTime()) })
	names := map[trace.SpanID]string{}
	for _, s := range spans {
		names[s.SpanContext().SpanID()] = s.Name()
	}
	var lines []string
	for _, s := range spans {
		line := s.Name()
		if s.Parent().IsValid() {
			line += " of " + names[s.Parent().SpanID()]
		}
		lines = append(lines, line)
	}
	return lines
}

// first is the first span of a name.
func (w *world) first(name string) sdk.ReadOnlySpan {
	w.t.Helper()
	spans := w.spans.Ended()
	at := slices.IndexFunc(spans, func(s sdk.ReadOnlySpan) bool { return s.Name() == name })
	require.GreaterOrEqual(w.t, at, 0, name)
	return spans[at]
}

func TestATraceGoesFromTheTickToTheReport(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world) {
		job := w.create("hourly", func(d *versions.Definition) { d.CronExpression = "0 * * * *" })
		w.work(time.Hour+10*time.Minute, func(ctx context.Context, d jobs.Dispatch) ([]byte, error) {
			_, span := w.tracer().Start(oteljobs.Context(ctx, d.Trace), "work")
			defer span.End()
			<-time.After(2 * time.Second)
			return nil, nil
		})
		settle := w.first("jobledger.settle")
		require.Equal(t, []string{
			"jobledger.settle", "jobledger.dispatch of jobledger.settle", "work of jobledger.dispatch",
			"jobledger.report of jobledger.dispatch", "jobledger.report of jobledger.dispatch",
		}, w.story(settle.SpanContext().TraceID()))
		dispatch := w.first("jobledger.dispatch")
		require.Equal(t, trace.SpanKindProducer, dispatch.SpanKind())
		attributes := attribute.NewSet(dispatch.Attributes()...)
		id, _ := attributes.Value("jobledger.job.id")
		require.Equal(t, job.ID, id.AsString())
		run, _ := attributes.Value("jobledger.run.id")
		require.NotEmpty(t, run.AsString())
	})
}

// A member's request is where the trace of its run begins, and another process goes on
// with it. What the engine sends with its report is its own span.
func TestATraceGoesOnInAnotherProcess(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world) {
		job := w.create("job", func(*versions.Definition) {})
		ctx, request := w.tracer().Start(t.Context(), "request")
		_, err := w.service.CreateRun(ctx, w.actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		request.End()

		w.service = jobs.NewService(w.store, &w.opts)
		engine := &keeping{}
		w.workWith(10*time.Second, engine)
		d := engine.kept[0]

		w.service = jobs.NewService(w.store, &w.opts)
		inEngine, span := w.tracer().Start(oteljobs.Context(t.Context(), d.Trace), "engine")
		<-time.After(time.Second)
		report := jobs.Report{Status: jobs.RunSucceeded, Trace: oteljobs.TraceContext(inEngine)}
		_, err = w.service.ReportRun(t.Context(), job.ID, d.Run.ID, d.Token, report)
		require.NoError(t, err)
		span.End()
		require.Equal(t, []string{
			"request", "jobledger.dispatch of request", "engine of jobledger.dispatch", "jobledger.report of engine",
		}, w.story(request.SpanContext().TraceID()))
	})
}

// keeping is an engine that keeps what it was handed.
type keeping struct {
	answering
	kept []jobs.Dispatch
}

func (k *keeping) Dispatch(ctx context.Context, d jobs.Dispatch) error {
	k.kept = append(k.kept, d)
	return k.answering.Dispatch(ctx, d)
}

// A report in Go may be made in a span of the same trace, which is nearer than what was
// handed over, or in that of a request of another trace, which is linked.
func TestAReportMadeInASpan(t *testing.T) {
	for name, tc := range map[string]struct {
		in     func(*world, jobs.Dispatch) context.Context
		parent string
		links  int
	}{
		"of the trace": {func(_ *world, d jobs.Dispatch) context.Context {
			return oteljobs.Context(context.Background(), d.Trace)
		}, "handler", 0},
		"of another": {func(*world, jobs.Dispatch) context.Context { return context.Background() }, "jobledger.dispatch", 1},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(t *testing.T, w *world) {
				job := w.create("job", func(*versions.Definition) {})
				_, err := w.service.CreateRun(t.Context(), w.actor, job.ID, jobs.NewRun{})
				require.NoError(t, err)
				engine := &keeping{}
				w.workWith(10*time.Second, engine)
				d := engine.kept[0]
				ctx, span := w.tracer().Start(tc.in(w, d), "handler")
				_, err = w.service.ReportRun(ctx, job.ID, d.Run.ID, d.Token, jobs.Report{Status: jobs.RunSucceeded, Trace: d.Trace})
				require.NoError(t, err)
				span.End()
				report := w.first("jobledger.report")
				require.Equal(t, w.first(tc.parent).SpanContext().SpanID(), report.Parent().SpanID())
				require.Len(t, report.Links(), tc.links)
			})
		})
	}
}

// An engine that is full is no error of a span; one that fails is.
func TestErrorsOfSpans(t *testing.T) {
	for want, tc := range map[string]struct {
		answer error
		code   codes.Code
	}{
		"busy": {jobs.ErrEngineBusy, codes.Unset}, "rejected": {jobs.ErrRejected, codes.Error}, "failed": {errBroken, codes.Error},
	} {
		t.Run(want, func(t *testing.T) {
			inWorld(t, nil, func(t *testing.T, w *world) {
				job := w.create("job", func(*versions.Definition) {})
				_, err := w.service.CreateRun(t.Context(), w.actor, job.ID, jobs.NewRun{})
				require.NoError(t, err)
				w.workWith(10*time.Second, &answering{answers: []error{tc.answer}})
				dispatch := w.first("jobledger.dispatch")
				require.Equal(t, tc.code, dispatch.Status().Code)
				require.Contains(t, dispatch.Attributes(), attribute.String("error.type", want))
			})
		})
	}
}

// An exporter refuses a whole batch of spans for one text that is not UTF-8.
func TestAnErrorThatIsNotText(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world) {
		job := w.create("job", func(*versions.Definition) {})
		_, err := w.service.CreateRun(t.Context(), w.actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		w.workWith(10*time.Second, &answering{answers: []error{errors.New("bytes \xff\xfe of an engine")}})
		require.Equal(t, "bytes \uFFFD of an engine", w.first("jobledger.dispatch").Status().Description)
	})
}

// Outside of a trace nothing is handed on.
func TestNoTrace(t *testing.T) {
	require.Equal(t, jobs.TraceContext{}, oteljobs.TraceContext(t.Context()))
	require.Equal(t, t.Context(), oteljobs.Context(t.Context(), jobs.TraceContext{}))
}
