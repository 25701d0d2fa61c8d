package oteljobs_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/jobs/oteljobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

var errBroken = errors.New("the worker is broken")

// world is a service with hooks, and what they made.
type world struct {
	t       *testing.T
	store   storage.Store
	actor   teams.Actor
	opts    jobs.Options
	service *jobs.Service
	reader  *metric.ManualReader
	spans   *tracetest.SpanRecorder
}

// inWorld runs a test on an empty store, in a bubble where time passes at once. It is
// midnight.
func inWorld(t *testing.T, organizations []string, test func(*testing.T, *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: memory.New(), actor: teams.System("ORG1"), reader: metric.NewManualReader(), spans: tracetest.NewSpanRecorder()}
		hooks, err := oteljobs.New(&oteljobs.Options{
			MeterProvider:  metric.NewMeterProvider(metric.WithReader(w.reader)),
			TracerProvider: trace.NewTracerProvider(trace.WithSpanProcessor(w.spans)),
			Organizations:  organizations,
		})
		require.NoError(t, err)
		w.opts.Hooks = hooks
		w.service = jobs.NewService(w.store, &w.opts)
		test(t, w)
	})
}

// create makes a job.
func (w *world) create(key string, change func(*versions.Definition)) jobs.Job {
	w.t.Helper()
	d := versions.Definition{ClusterID: "main", Config: []byte(`{"sql":{"source":"select 1"}}`)}
	change(&d)
	job, err := w.service.CreateJob(w.t.Context(), w.actor, jobs.NewJob{Key: key, TeamIDs: []string{"data"}, Definition: d})
	require.NoError(w.t, err)
	return job
}

// work lets a scheduler and workers go on for a time.
func (w *world) work(d time.Duration, worker local.Worker) {
	engine := local.New(w.service, worker, nil)
	w.workWith(d, engine)
	require.NoError(w.t, engine.Close(w.t.Context()))
}

func (w *world) workWith(d time.Duration, engine jobs.Dispatcher) {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.t.Context(), d)
	defer stop()
	require.NoError(w.t, jobs.NewScheduler(w.service, engine, nil).Run(ctx))
}

// metrics are all that were made, as lines: the name, the attributes, and the value. A
// histogram is its count and its sum, and a counter that is 0 is left out.
func (w *world) metrics() map[string]string {
	w.t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(w.t, w.reader.Collect(w.t.Context(), &all))
	lines := map[string]string{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					if p.Value != 0 {
						lines[line(m.Name, p.Attributes)] = fmt.Sprint(p.Value)
					}
				}
			case metricdata.Gauge[int64]:
				for _, p := range data.DataPoints {
					lines[line(m.Name, p.Attributes)] = fmt.Sprint(p.Value)
				}
			case metricdata.Gauge[float64]:
				for _, p := range data.DataPoints {
					lines[line(m.Name, p.Attributes)] = fmt.Sprint(p.Value)
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					lines[line(m.Name, p.Attributes)] = fmt.Sprintf("%d in %gs", p.Count, p.Sum)
				}
			default:
				w.t.Fatalf("%s is a %T", m.Name, data)
			}
		}
	}
	return lines
}

func line(name string, attributes attribute.Set) string {
	text := strings.TrimPrefix(name, "jobledger.")
	for _, a := range attributes.ToSlice() {
		text += " " + a.Value.AsString()
	}
	return text
}

// only keeps the lines that begin with one of the prefixes.
func only(lines map[string]string, prefixes ...string) map[string]string {
	maps.DeleteFunc(lines, func(line, _ string) bool {
		return !slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(line, prefix) })
	})
	return lines
}
