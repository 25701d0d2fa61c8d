package oteljobs_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// The bubble begins at midnight, the first report of a run comes after a second, and
// the worker takes a minute and a half.
func TestMetricsOfASchedule(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world) {
		w.create("hourly", func(d *versions.Definition) { d.CronExpression = "0 * * * *" })
		w.create("broken", func(d *versions.Definition) { d.CronExpression = "30 1 * * *" })
		w.work(3*time.Hour+time.Minute, func(ctx context.Context, d jobs.Dispatch) ([]byte, error) {
			if d.JobKey == "broken" {
				return nil, errBroken
			}
			<-time.After(90 * time.Second)
			return nil, ctx.Err()
		})
		all := w.metrics()
		require.Equal(t, map[string]string{
			"run.created schedule": "4", "run.ended succeeded schedule": "3", "run.ended failed schedule": "1",
			"run.duration succeeded schedule": "3 in 267s", "run.lag schedule": "3 in 3s", "run.wait schedule": "3 in 3s",
			"tick.settled fired":               "4",
			"queue.runs pending":               "0",
			"queue.runs ready":                 "0",
			"queue.runs starting":              "0",
			"queue.runs running":               "1", // at 03:01
			"scheduler.behind ticks":           "0",
			"scheduler.due ticks":              "0",
			"commit.duration made":             all["commit.duration made"],
			"engine.request.duration dispatch": "4 in 0s",
		}, only(all, "run.", "tick.", "queue.", "scheduler.behind ticks", "scheduler.due ticks", "commit.", "engine."))
		all = w.metrics()
		last, err := strconv.ParseFloat(all["scheduler.last_look ticks"], 64)
		require.NoError(t, err)
		require.InDelta(t, time.Date(2000, 1, 1, 3, 1, 0, 0, time.UTC).Unix(), last, 1, "it looks once a second")
		require.NotEmpty(t, all["store.operation.duration Due"])
		require.Equal(t, all["commit.duration made"], all["store.operation.duration Commit"])
	})
}

// answering is an engine that answers dispatches as it is told, and never reports.
type answering struct{ answers []error }

func (a *answering) Dispatch(context.Context, jobs.Dispatch) error {
	if len(a.answers) == 0 {
		return nil
	}
	answer := a.answers[0]
	a.answers = a.answers[1:]
	return answer
}
func (a *answering) Cancel(context.Context, jobs.RunRef) error  { return nil }
func (a *answering) Cleanup(context.Context, jobs.RunRef) error { return nil }

func TestMetricsOfAnEngine(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world) {
		job := w.create("job", func(*versions.Definition) {})
		_, err := w.service.CreateRun(t.Context(), w.actor, job.ID, jobs.NewRun{})
		require.NoError(t, err)
		engine := &answering{answers: []error{jobs.ErrEngineBusy, errBroken, errBroken, nil, jobs.ErrRejected}}
		w.workWith(time.Hour, engine)
		require.Equal(t, map[string]string{
			"engine.request.duration busy dispatch": "1 in 0s", "engine.request.duration failed dispatch": "2 in 0s",
			"engine.request.duration dispatch": "1 in 0s", "engine.request.duration rejected dispatch": "1 in 0s",
			"lease.lost ready": "1", "run.created manual": "1", "run.ended failed manual": "1",
		}, only(w.metrics(), "engine.request.duration busy", "engine.request.duration failed dispatch",
			"engine.request.duration dispatch", "engine.request.duration rejected", "lease.", "run."))
	})
}

// failing is a store whose commits fail in turn as it is told; the change is made when
// the outcome is unknown.
type failing struct {
	storage.Store
	errs []error
}

func (f *failing) Commit(ctx context.Context, change storage.Change) error {
	if len(f.errs) == 0 {
		return f.Store.Commit(ctx, change)
	}
	err := f.errs[0]
	f.errs = f.errs[1:]
	return err
}

func TestMetricsOfCommits(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world) {
		lost := fmt.Errorf("the reply was lost: %w", storage.ErrOutcomeUnknown)
		store := &failing{Store: w.store, errs: []error{storage.ErrStale, lost}}
		w.service = jobs.NewService(store, &w.opts)
		job := w.create("job", func(*versions.Definition) {})
		patch := jobs.JobPatch{Description: new("new")}
		store.errs = []error{errBroken}
		_, err := w.service.UpdateJob(t.Context(), w.actor, job.ID, patch)
		require.ErrorIs(t, err, jobs.ErrUnavailable)
		store.errs = []error{lost, lost, lost}
		_, err = w.service.UpdateJob(t.Context(), w.actor, job.ID, patch)
		require.ErrorIs(t, err, jobs.ErrOutcomeUnknown)
		require.Equal(t, map[string]string{
			"commit.duration made": "1", "commit.duration stale": "1", "commit.duration failed": "1", "commit.duration unknown": "1",
			"store.operation.duration Commit": "1", "store.operation.duration stale Commit": "1",
			"store.operation.duration failed Commit": "1", "store.operation.duration unknown Commit": "4",
		}, counts(only(w.metrics(), "commit.", "store.operation.duration Commit", "store.operation.duration stale",
			"store.operation.duration failed", "store.operation.duration unknown")))
	})
}

// counts leaves of histograms only how often something was measured.
func counts(lines map[string]string) map[string]string {
	for line, value := range lines {
		var n int
		if _, err := fmt.Sscanf(value, "%d in", &n); err == nil {
			lines[line] = fmt.Sprint(n)
		}
	}
	return lines
}

// A store that does not answer is seen as looks that fail, while the time of the last
// look stands still.
func TestMetricsOfLooksThatFail(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world) {
		w.service = jobs.NewService(unreachable{w.store}, &w.opts)
		w.workWith(10*time.Second, &answering{})
		all := w.metrics()
		require.NotEmpty(t, all["scheduler.looks failed ticks"])
		require.Empty(t, only(all, "scheduler.last_look", "scheduler.looks ticks", "queue."))
	})
}

type unreachable struct{ storage.Store }

func (unreachable) Due(context.Context, storage.DueQuery) (storage.DuePage, error) {
	return storage.DuePage{}, errors.New("no route to host")
}

// Whoever asks for them has numbers by organization, as many as they named and no more.
func TestMetricsNameOrganizationsThatWereAskedFor(t *testing.T) {
	for name, tc := range map[string]struct {
		organizations []string
		want          map[string]string
	}{
		"none":  {nil, map[string]string{"run.created manual": "3"}},
		"asked": {[]string{"ORG1"}, map[string]string{"run.created ORG1 manual": "1", "run.created other manual": "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, tc.organizations, func(t *testing.T, w *world) {
				for _, organization := range []string{"ORG1", "ORG2", "ORG3"} {
					w.actor = teams.System(organization)
					job := w.create("job", func(*versions.Definition) {})
					_, err := w.service.CreateRun(t.Context(), w.actor, job.ID, jobs.NewRun{})
					require.NoError(t, err)
				}
				require.Equal(t, tc.want, only(w.metrics(), "run."))
			})
		})
	}
}

// The boundaries fit jobs: a run of hours and one of a second are told apart.
func TestBoundariesFitJobs(t *testing.T) {
	inWorld(t, nil, func(t *testing.T, w *world) {
		job := w.create("job", func(d *versions.Definition) { d.MaxConcurrentRuns = 2 })
		for range 2 {
			_, err := w.service.CreateRun(t.Context(), w.actor, job.ID, jobs.NewRun{})
			require.NoError(t, err)
		}
		w.work(5*time.Hour, func(_ context.Context, d jobs.Dispatch) ([]byte, error) {
			<-time.After(time.Duration(d.Run.Number*d.Run.Number) * time.Hour)
			return nil, nil
		})
		var all metricdata.ResourceMetrics
		require.NoError(t, w.reader.Collect(t.Context(), &all))
		for _, m := range all.ScopeMetrics[0].Metrics {
			if m.Name == "jobledger.run.duration" {
				p := m.Data.(metricdata.Histogram[float64]).DataPoints[0]
				require.Equal(t, []float64{0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 10800, 21600, 43200, 86400}, p.Bounds)
				require.Equal(t, []uint64{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0}, p.BucketCounts)
			}
		}
	})
}

// An alert sees the first failure only when the series was there before it.
func TestCountersBeginAtZero(t *testing.T) {
	inWorld(t, []string{"ORG1"}, func(t *testing.T, w *world) {
		var all metricdata.ResourceMetrics
		require.NoError(t, w.reader.Collect(t.Context(), &all))
		series := map[string]int{}
		for _, m := range all.ScopeMetrics[0].Metrics {
			for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
				require.Zero(t, p.Value)
				series[m.Name]++
			}
		}
		require.Equal(t, map[string]int{
			"jobledger.run.created": 2 * 5, "jobledger.run.ended": 2 * 4 * 5, "jobledger.lease.lost": 2 * 4, "jobledger.tick.settled": 14,
		}, series, "for ORG1 and for others")
	})
}
