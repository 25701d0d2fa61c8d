package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/jobledger/jobledger/jobs"
)

// scraped is what Prometheus reads.
type scraped struct {
	text     string
	families map[string]*dto.MetricFamily
}

// metricsOf is where a program said that its metrics are.
func metricsOf(t *testing.T, p *process) string {
	t.Helper()
	line := regexp.MustCompile(`(?m)^Metrics for Prometheus are on (http://\S+)\.$`).FindStringSubmatch(strings.Join(p.said, "\n"))
	require.NotNil(t, line, p.said)
	return line[1]
}

// scrape reads metrics as Prometheus does.
func scrape(t *testing.T, url string) scraped {
	t.Helper()
	text := get(t, url)
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	require.NoError(t, err)
	return scraped{text, families}
}

// value is that of the series of a metric with these labels, given as name=value; of a
// histogram, how much was measured.
func (s scraped) value(name string, labels ...string) float64 {
	for _, m := range s.families[name].GetMetric() {
		have := map[string]bool{}
		for _, l := range m.GetLabel() {
			have[l.GetName()+"="+l.GetValue()] = true
		}
		for _, l := range labels {
			have[""] = have[""] || !have[l]
		}
		if !have[""] {
			return m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return -1
}

func TestMetricsAreServed(t *testing.T) {
	var jobIDs []string
	p := start(t, "-store", "memory", "-config", writeConfig(t), "-metrics", "127.0.0.1:0", "-data", people(t))
	for key, source := range map[string]string{"secret-good": "select 1", "secret-bad": "select nothing"} {
		id := p.expect(http.StatusCreated, "tok-contrib", "POST", "/workloads/jobs", `{"jobKey":"`+key+`","clusterId":"CLUSTERAA1","teamIds":["TEAMAAAAA1"],"config":`+sqlConfig(source)+`}`)["id"].(string)
		jobIDs = append(jobIDs, id)
		runs := "/workloads/jobs/" + id + "/runs"
		run := p.expect(http.StatusCreated, "tok-contrib", "POST", runs, "")["id"].(string)
		p.ended("tok-contrib", runs+"/"+run)
	}
	p.expect(http.StatusNotFound, "tok-contrib", "GET", "/workloads/jobs/"+jobIDs[0]+"/runs/NONE", "")
	url := metricsOf(t, p)
	eventually(t, "the ends of runs are counted", func() bool {
		s := scrape(t, url)
		return s.value("jobledger_run_ended_total", "jobledger_run_outcome=succeeded", "jobledger_run_trigger=manual") == 1 &&
			s.value("jobledger_run_ended_total", "jobledger_run_outcome=failed", "jobledger_run_trigger=manual") == 1
	})
	s := scrape(t, url)
	require.InDelta(t, 2, s.value("jobledger_run_created_total", "jobledger_run_trigger=manual"), 0)
	require.InDelta(t, 0, s.value("jobledger_run_ended_total", "jobledger_run_outcome=timeout"), 0)
	require.InDelta(t, 2, s.value("jobledger_engine_request_duration_seconds", "jobledger_engine_operation=dispatch"), 0)
	require.InDelta(t, 0, s.value("jobledger_queue_runs", "jobledger_run_status=running"), 0)
	require.Positive(t, s.value("jobledger_commit_duration_seconds", "jobledger_commit_outcome=made"))
	require.Positive(t, s.value("jobledger_store_operation_duration_seconds", "jobledger_store_operation=Run", "error_type=not_found"))
	require.Positive(t, s.value("jobledger_scheduler_last_look_seconds", "jobledger_scheduler_kind=ticks"))
	require.Positive(t, s.value("go_goroutines"))
	for _, name := range append(jobIDs, "secret", "TEAMAAAAA1", "CLUSTERAA1", "tok-contrib", "organization") {
		require.NotContains(t, s.text, name, "everybody who reaches the address may read it")
	}
}

// Members reach the address of the API; the metrics have their own, with nothing else.
func TestMetricsAreServedOnTheirAddressOnly(t *testing.T) {
	p := start(t, "-store", "memory", "-metrics", "127.0.0.1:0")
	require.NotContains(t, get(t, strings.TrimSuffix(p.url, "/api/v1")+metricsPath), "jobledger_")
	page, err := newMetricsPage(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, page.listener.Close())
	for to, status := range map[string]int{"GET /metrics": 200, "POST /metrics": 405, "GET /api/v1/me": 404, "GET /": 404} {
		method, path, _ := strings.Cut(to, " ")
		w := httptest.NewRecorder()
		page.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
		require.Equal(t, status, w.Code, to)
	}
	none, err := newMetricsPage(t.Context(), "")
	require.NoError(t, err)
	require.Nil(t, none)
	require.NotContains(t, strings.Join(start(t, "-store", "memory").said, "\n"), "Metrics")
}

// everything are the metrics of a control plane in which all of them had something to
// tell: a tick is due, its run ends, and the engine is asked for something odd.
func everything(t *testing.T) scraped {
	t.Helper()
	page, err := newMetricsPage(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, page.listener.Close())
	server := httptest.NewServer(page.handler)
	t.Cleanup(server.Close)
	var ahead atomic.Int64
	s := tellHooked(t, "memory", planeOptions{
		hooks:  page.hooks,
		now:    func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
		worker: func(context.Context, jobs.Dispatch) ([]byte, error) { return []byte(`{}`), nil },
	})
	t.Cleanup(s.plane.work(t.Context()))
	path := s.create(sqlConfig("select 1"), `,"cronExpression":"* * * * *"`)
	s.expect(http.StatusNotFound, "tok-contrib", "GET", path+"/runs/NONE", "")
	ahead.Store(int64(time.Minute))
	var all scraped
	eventually(t, "a scheduled run has started", func() bool {
		all = scrape(t, server.URL+metricsPath)
		return all.value("jobledger_run_lag_seconds") > 0 && all.value("jobledger_run_duration_seconds") > 0 && all.value("jobledger_queue_runs") >= 0
	})
	return all
}

// What docs/observability.md and its files name is what is served, by name and by label.
func TestObservabilityNamesWhatIsServed(t *testing.T) {
	served, labels := map[string]bool{}, map[string]bool{"le": true}
	for name, family := range everything(t).families {
		served[name] = true
		for _, m := range family.GetMetric() {
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = true
			}
		}
	}
	// A series of a histogram has a suffix.
	base := regexp.MustCompile(`_(bucket|sum|count)$`)
	names, matchers := regexp.MustCompile(`\bjobledger_[a-z_]+`), regexp.MustCompile(`\b([a-z_]+)(=~?|!~|!=)\\?"`)
	for _, file := range []string{"observability.md", "observability/alerts.yaml", "observability/dashboard.json"} {
		text, err := os.ReadFile("../../docs/" + file)
		require.NoError(t, err)
		found := map[string]bool{}
		for _, name := range names.FindAllString(string(text), -1) {
			metric := name
			if !served[metric] {
				metric = base.ReplaceAllString(name, "")
			}
			require.True(t, served[metric] || labels[name], "%s names %s, which is not served", file, name)
			found[metric] = true
		}
		for _, match := range matchers.FindAllStringSubmatch(string(text), -1) {
			require.True(t, labels[match[1]], "%s selects by %s, which no metric has", file, match[1])
		}
		require.NotEmpty(t, found, file)
		if file != "observability.md" {
			continue
		}
		for name := range served {
			require.True(t, found[name] || !strings.HasPrefix(name, "jobledger_"), "%s says nothing of %s", file, name)
		}
	}
}

// The files load as what they are: rules that Prometheus reads, and a dashboard whose
// panels have queries.
func TestAlertsAndDashboardLoad(t *testing.T) {
	var alerts struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations struct{ Summary, Runbook string }
			}
		}
	}
	text, err := os.ReadFile("../../docs/observability/alerts.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &alerts))
	page, err := os.ReadFile("../../docs/observability.md")
	require.NoError(t, err)
	require.Len(t, alerts.Groups[0].Rules, 3)
	for _, rule := range alerts.Groups[0].Rules {
		require.NotEmpty(t, rule.Expr, rule.Alert)
		require.Contains(t, string(page), "`"+rule.Alert+"`")
		_, heading, _ := strings.Cut(rule.Annotations.Runbook, ", ")
		require.Contains(t, string(page), "\n### "+strings.Trim(heading, `"`)+"\n", rule.Alert)
	}

	var dashboard struct {
		UID, Title string
		Panels     []struct {
			ID      int
			Title   string
			Targets []struct{ Expr string }
		}
	}
	text, err = os.ReadFile("../../docs/observability/dashboard.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &dashboard))
	require.NotEmpty(t, dashboard.UID+dashboard.Title)
	require.NotEmpty(t, dashboard.Panels)
	for i, panel := range dashboard.Panels {
		require.Equal(t, i+1, panel.ID)
		require.NotEmpty(t, panel.Targets, panel.Title)
		for _, target := range panel.Targets {
			require.Contains(t, target.Expr, "jobledger_", panel.Title)
		}
	}
}
