package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/oteljobs"
)

// metricsPath is where Prometheus reads.
const metricsPath = "/metrics"

// metricsPage serves the metrics on an address of their own. Whoever reaches it may read
// them: they name no organization, team, member, job or run.
type metricsPage struct {
	listener net.Listener
	handler  http.Handler
	// hooks make the metrics.
	hooks jobs.Hooks
}

// newMetricsPage listens on the address that -metrics names; nil when that is empty.
func newMetricsPage(ctx context.Context, addr string) (*metricsPage, error) {
	if addr == "" {
		return nil, nil
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(registry), otelprometheus.WithoutScopeInfo(), otelprometheus.WithoutTargetInfo())
	if err != nil {
		return nil, fmt.Errorf("-metrics: %w", err)
	}
	hooks, err := oteljobs.New(&oteljobs.Options{
		MeterProvider:  metric.NewMeterProvider(metric.WithReader(exporter)),
		TracerProvider: noop.NewTracerProvider(),
	})
	if err != nil {
		return nil, fmt.Errorf("-metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+metricsPath, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	listener, err := listen(ctx, "-metrics", addr)
	if err != nil {
		return nil, err
	}
	return &metricsPage{listener: listener, handler: mux, hooks: hooks}, nil
}

// hooksOf are the hooks of a page that may be nil.
func (m *metricsPage) hooksOf() jobs.Hooks {
	if m == nil {
		return jobs.Hooks{}
	}
	return m.hooks
}

// begin serves until stop is called or ctx ends, beside the API. When that fails, fail
// is told why.
func (m *metricsPage) begin(ctx context.Context, fail context.CancelCauseFunc, stdout io.Writer, logger *slog.Logger) (stop func()) {
	if m == nil {
		return func() {}
	}
	fmt.Fprintf(stdout, "Metrics for Prometheus are on %s.\n", baseURL(m.listener.Addr(), metricsPath))
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() {
		if err := serve(ctx, m.listener, m.handler, logger); err != nil {
			fail(err)
		}
	})
	return func() {
		cancel()
		group.Wait()
	}
}
