package oteljobs_test

import (
	"context"
	"fmt"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/jobs/oteljobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// A run is counted and traced. A program of yours has an exporter in place of this
// reader and this recorder, and sets the providers globally, so that New(nil) does.
func Example() {
	ctx := context.Background()
	reader, spans := metric.NewManualReader(), tracetest.NewSpanRecorder()
	hooks, err := oteljobs.New(&oteljobs.Options{
		MeterProvider:  metric.NewMeterProvider(metric.WithReader(reader)),
		TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)),
	})
	if err != nil {
		panic(err)
	}
	service := jobs.NewService(memory.New(), &jobs.Options{Hooks: hooks})
	engine := local.New(service, func(ctx context.Context, d jobs.Dispatch) ([]byte, error) {
		ctx = oteljobs.Context(ctx, d.Trace) // spans of the work are in the run's trace
		return []byte(`{"rows":5}`), ctx.Err()
	}, nil)

	actor := teams.System("acme")
	job, err := service.CreateJob(ctx, actor, jobs.NewJob{
		Key: "daily-sales", TeamIDs: []string{"data"},
		Definition: versions.Definition{ClusterID: "main", Config: []byte(`{"sql":{"source":"select 1"}}`)},
	})
	if err != nil {
		panic(err)
	}
	if _, err := service.CreateRun(ctx, actor, job.ID, jobs.NewRun{}); err != nil {
		panic(err)
	}
	if _, err := jobs.NewScheduler(service, engine, nil).Tick(ctx); err != nil {
		panic(err)
	}
	if err := engine.Close(ctx); err != nil { // waits for the run
		panic(err)
	}

	var all metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &all); err != nil {
		panic(err)
	}
	for _, m := range all.ScopeMetrics[0].Metrics {
		if m.Name != "jobledger.run.ended" {
			continue
		}
		for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
			if p.Value > 0 {
				fmt.Println(m.Name, p.Attributes.Encoded(attribute.DefaultEncoder()), p.Value)
			}
		}
	}
	var names []string
	for _, span := range spans.Ended() {
		names = append(names, span.Name())
	}
	slices.Sort(names)
	fmt.Println(names)
	// Output:
	// jobledger.run.ended jobledger.run.outcome=succeeded,jobledger.run.trigger=manual 1
	// [jobledger.dispatch jobledger.report]
}
