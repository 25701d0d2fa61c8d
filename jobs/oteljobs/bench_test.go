package oteljobs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/oteljobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// mill makes runs of one job, one after the other.
type mill struct {
	service   *jobs.Service
	scheduler *jobs.Scheduler
	engine    *keeping
	jobID     string
}

func newMill(b *testing.B, hooks jobs.Hooks) *mill {
	b.Helper()
	service := jobs.NewService(memory.New(), &jobs.Options{Hooks: hooks, Runs: jobs.RunOptions{RetainCount: 10}})
	job, err := service.CreateJob(b.Context(), teams.System("ORG1"), jobs.NewJob{
		Key: "job", TeamIDs: []string{"data"}, Definition: versions.Definition{ClusterID: "main", Config: []byte(`{"sql":{"source":"select 1"}}`)},
	})
	require.NoError(b, err)
	m := &mill{service: service, engine: &keeping{}, jobID: job.ID}
	m.scheduler = jobs.NewScheduler(service, m.engine, nil)
	return m
}

// run is the whole life of a run: it is made, dispatched and reported on twice.
func (m *mill) run(b *testing.B) {
	b.Helper()
	_, err := m.service.CreateRun(b.Context(), teams.System("ORG1"), m.jobID, jobs.NewRun{})
	require.NoError(b, err)
	for len(m.engine.kept) == 0 {
		_, err = m.scheduler.Tick(b.Context())
		require.NoError(b, err)
	}
	d := m.engine.kept[0]
	m.engine.kept = nil
	for _, status := range []jobs.RunStatus{jobs.RunRunning, jobs.RunSucceeded} {
		_, err = m.service.ReportRun(b.Context(), m.jobID, d.Run.ID, d.Token, jobs.Report{Status: status, Trace: d.Trace})
		require.NoError(b, err)
	}
}

// BenchmarkRuns says what hooks cost: the time of runs with them, divided by that of
// runs without, which are made in turns. The store is in memory, and so the ratio is the
// worst there is.
//
//	go test -run '^$' -bench Runs ./jobs/oteljobs
func BenchmarkRuns(b *testing.B) {
	meters := metric.NewMeterProvider(metric.WithReader(metric.NewManualReader()))
	for name, opts := range map[string]oteljobs.Options{
		"metrics":            {MeterProvider: meters, TracerProvider: noop.NewTracerProvider()},
		"metrics and traces": {MeterProvider: meters, TracerProvider: trace.NewTracerProvider()},
	} {
		b.Run(name, func(b *testing.B) {
			hooks, err := oteljobs.New(&opts)
			require.NoError(b, err)
			with, without := newMill(b, hooks), newMill(b, jobs.Hooks{})
			var took, tookWithout time.Duration
			for b.Loop() {
				began := time.Now()
				with.run(b)
				middle := time.Now()
				without.run(b)
				took, tookWithout = took+middle.Sub(began), tookWithout+time.Since(middle)
			}
			b.ReportMetric(0, "ns/op") // it is of both
			b.ReportMetric(float64(took.Nanoseconds())/float64(b.N), "ns/run-with")
			b.ReportMetric(float64(tookWithout.Nanoseconds())/float64(b.N), "ns/run-without")
			b.ReportMetric(float64(took)/float64(tookWithout), "ratio")
		})
	}
}
