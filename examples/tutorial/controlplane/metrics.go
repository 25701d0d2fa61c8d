package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/oteljobs"
)

// metrics are hooks that count what jobledger does, and the page of the counts.
func metrics() (jobs.Hooks, http.Handler, error) {
	exporter, err := prometheus.New(prometheus.WithoutScopeInfo())
	if err != nil {
		return jobs.Hooks{}, nil, err
	}
	hooks, err := oteljobs.New(&oteljobs.Options{
		MeterProvider: metric.NewMeterProvider(metric.WithReader(exporter)),
	})
	return hooks, promhttp.Handler(), err
}
