package oteljobs

import (
	"context"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/jobledger/jobledger/jobs"
)

// scope names this package to the providers.
const scope = "github.com/jobledger/jobledger/jobs/oteljobs"

// Options change what [New] makes. The zero value, and nil, work.
type Options struct {
	// MeterProvider takes the metrics; the global one by default.
	MeterProvider metric.MeterProvider
	// TracerProvider takes the traces; the global one by default.
	TracerProvider trace.TracerProvider
	// Organizations are the IDs that metrics of runs name, as
	// jobledger.organization.id. Runs of others have the value "other". Without any,
	// metrics name no organization. Each adds to the number of series: keep it short.
	Organizations []string
}

// New returns hooks for [jobs.Options]. One set of hooks may serve several services.
// The error is that of the meter provider.
func New(opts *Options) (jobs.Hooks, error) {
	if opts == nil {
		opts = &Options{}
	}
	meters, tracers := opts.MeterProvider, opts.TracerProvider
	if meters == nil {
		meters = otel.GetMeterProvider()
	}
	if tracers == nil {
		tracers = otel.GetTracerProvider()
	}
	m, err := newMetrics(meters.Meter(scope), opts.Organizations)
	if err != nil {
		return jobs.Hooks{}, err
	}
	t := tracing{tracers.Tracer(scope)}
	return jobs.Hooks{
		Begin: func(ctx context.Context, o jobs.Operation) (context.Context, func(error)) {
			began := time.Now()
			switch method, ofStore := strings.CutPrefix(o.Name, "store."); {
			case ofStore:
				return ctx, func(err error) { m.storeCall(ctx, method, time.Since(began), err) }
			case o.Name == "commit":
				return ctx, func(err error) { m.commit(ctx, time.Since(began), err) }
			}
			ctx, end := t.begin(ctx, o)
			return ctx, func(err error) {
				if isRequest(o.Name) {
					m.request(ctx, o.Name, time.Since(began), err)
				}
				end(err)
			}
		},
		Trace:     TraceContext,
		Run:       m.run,
		LeaseLost: m.leaseLost,
		Tick:      m.tick,
		Look:      m.look,
		Queue:     m.queue,
	}, nil
}

// isRequest reports whether an operation is a request to the engine.
func isRequest(operation string) bool {
	return operation == "dispatch" || operation == "cancel" || operation == "cleanup"
}
