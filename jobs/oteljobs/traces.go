package oteljobs

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/jobledger/jobledger/jobs"
)

// tracing makes a span of each operation that is about a job.
type tracing struct{ tracer trace.Tracer }

// kinds are the kinds of spans; others are internal.
var kinds = map[string]trace.SpanKind{
	"dispatch": trace.SpanKindProducer, // the engine goes on when the request has ended
	"cancel":   trace.SpanKindClient,
	"cleanup":  trace.SpanKindClient,
	"report":   trace.SpanKindConsumer,
}

// begin starts the span of an operation.
func (t tracing) begin(ctx context.Context, o jobs.Operation) (context.Context, func(error)) {
	options := []trace.SpanStartOption{trace.WithSpanKind(kinds[o.Name])}
	current, own := trace.SpanContextFromContext(ctx), trace.SpanContextFromContext(Context(context.Background(), o.Trace))
	if own.IsValid() && own.TraceID() != current.TraceID() {
		ctx = trace.ContextWithRemoteSpanContext(ctx, own)
		if current.IsValid() {
			options = append(options, trace.WithLinks(trace.Link{SpanContext: current}))
		}
	}
	ctx, span := t.tracer.Start(ctx, "jobledger."+o.Name, options...)
	if span.IsRecording() {
		span.SetAttributes(attribute.String(organizationKey, o.Run.OrganizationID), attribute.String("jobledger.job.id", o.Run.JobID))
		if o.Run.RunID != "" {
			span.SetAttributes(attribute.String("jobledger.run.id", o.Run.RunID))
		}
	}
	return ctx, func(err error) {
		if kind := failureOf(err); kind != "" {
			span.SetAttributes(attribute.String(errorKey, kind))
			if !isExpected(kind) {
				span.SetStatus(codes.Error, strings.ToValidUTF8(err.Error(), "\uFFFD"))
			}
		}
		span.End()
	}
}

// Context returns a context that is at a place in a trace: spans that are started from
// it are children of that place. An engine calls it with Dispatch.Trace.
func Context(ctx context.Context, t jobs.TraceContext) context.Context {
	if t.Parent == "" {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": t.Parent, "tracestate": t.State})
}

// TraceContext returns where a context is in a trace, for Report.Trace; none outside of
// one.
func TraceContext(ctx context.Context) jobs.TraceContext {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return jobs.TraceContext{Parent: carrier["traceparent"], State: carrier["tracestate"]}
}
