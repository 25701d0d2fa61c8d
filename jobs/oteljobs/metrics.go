package oteljobs

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
)

// Boundaries of histograms, in seconds. A run takes seconds to hours, waits as long,
// and a request to a store or an engine takes milliseconds to its timeout.
var (
	runSeconds     = []float64{0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600}
	waitSeconds    = []float64{0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600}
	requestSeconds = []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
)

// metrics are the instruments. Their methods are hooks.
type metrics struct {
	organizations []string

	created, ended, lost, ticks, looks             metric.Int64Counter
	duration, wait, lag, requests, commits, stores metric.Float64Histogram
	queued, due                                    metric.Int64Gauge
	lastLook, behind                               metric.Float64Gauge
}

// newMetrics makes the instruments.
func newMetrics(meter metric.Meter, organizations []string) (*metrics, error) {
	m := &metrics{organizations: organizations}
	var errs []error
	counter := func(at *metric.Int64Counter, name, unit, what string) {
		var err error
		*at, err = meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(what))
		errs = append(errs, err)
	}
	histogram := func(at *metric.Float64Histogram, name, what string, bounds []float64) {
		var err error
		*at, err = meter.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(what), metric.WithExplicitBucketBoundaries(bounds...))
		errs = append(errs, err)
	}
	number := func(at *metric.Int64Gauge, name, unit, what string) {
		var err error
		*at, err = meter.Int64Gauge(name, metric.WithUnit(unit), metric.WithDescription(what))
		errs = append(errs, err)
	}
	seconds := func(at *metric.Float64Gauge, name, what string) {
		var err error
		*at, err = meter.Float64Gauge(name, metric.WithUnit("s"), metric.WithDescription(what))
		errs = append(errs, err)
	}
	counter(&m.created, "jobledger.run.created", "{run}", "Runs that were made.")
	counter(&m.ended, "jobledger.run.ended", "{run}", "Runs that ended.")
	histogram(&m.duration, "jobledger.run.duration", "Time from the start of a run to its end.", runSeconds)
	histogram(&m.wait, "jobledger.run.wait", "Time from when a run was made, or asked for, to its start.", waitSeconds)
	histogram(&m.lag, "jobledger.run.lag", "Time from a tick's nominal time to the start of its run.", waitSeconds)
	counter(&m.lost, "jobledger.lease.lost", "{run}", "Runs whose engine was silent for too long.")
	counter(&m.ticks, "jobledger.tick.settled", "{tick}", "Ticks that were given a verdict.")
	number(&m.queued, "jobledger.queue.runs", "{run}", "Runs that wait for an engine or are at one, in the whole store.")
	histogram(&m.requests, "jobledger.engine.request.duration", "Time of a request to the engine.", requestSeconds)
	histogram(&m.commits, "jobledger.commit.duration", "Time of a commit, with its repetitions.", requestSeconds)
	histogram(&m.stores, "jobledger.store.operation.duration", "Time of one call of the store.", requestSeconds)
	counter(&m.looks, "jobledger.scheduler.looks", "{look}", "Looks of schedulers for what is due.")
	seconds(&m.lastLook, "jobledger.scheduler.last_look", "When a scheduler last looked for what is due, in seconds since 1970.")
	seconds(&m.behind, "jobledger.scheduler.behind", "How long the oldest of what is due has been due.")
	number(&m.due, "jobledger.scheduler.due", "{item}", "How much is due.")
	err := errors.Join(errs...)
	if err == nil {
		m.beginAtZero()
	}
	return m, err
}

// beginAtZero makes the series of what is counted before there is anything to count:
// Prometheus sees an increase only in a series that was there before.
func (m *metrics) beginAtZero() {
	ctx, organizations := context.Background(), []string{""}
	if len(m.organizations) > 0 {
		organizations = append(slices.Clone(m.organizations), "other")
	}
	for _, organization := range organizations {
		for _, trigger := range []jobs.Trigger{jobs.TriggerManual, jobs.TriggerSchedule, jobs.TriggerDependency, jobs.TriggerRetry, jobs.TriggerBackfill} {
			m.created.Add(ctx, 0, with(triggerKey, string(trigger), organizationKey, organization))
			for _, outcome := range outcomes {
				m.ended.Add(ctx, 0, with(outcomeKey, string(outcome), triggerKey, string(trigger), organizationKey, organization))
			}
		}
		for _, status := range append([]jobs.RunStatus{jobs.RunReady}, outcomes...) {
			if status != jobs.RunSucceeded {
				m.lost.Add(ctx, 0, with(statusKey, string(status), organizationKey, organization))
			}
		}
	}
	for verdict, reasons := range verdicts {
		for _, reason := range reasons {
			m.ticks.Add(ctx, 0, with(verdictKey, string(verdict), reasonKey, string(reason)))
		}
	}
}

var (
	outcomes = []jobs.RunStatus{jobs.RunSucceeded, jobs.RunFailed, jobs.RunCancelled, jobs.RunTimeout}
	// verdicts are those of ticks, with the reasons that each can have.
	verdicts = map[schedule.Verdict][]schedule.Reason{
		schedule.VerdictFired:      {"", schedule.ReasonReplace, schedule.ReasonWaiting},
		schedule.VerdictSkipped:    {schedule.ReasonOverlap, schedule.ReasonCap, schedule.ReasonDependency},
		schedule.VerdictMissed:     {schedule.ReasonPolicy, schedule.ReasonWindow, schedule.ReasonZone},
		schedule.VerdictCoalesced:  {schedule.ReasonPolicy},
		schedule.VerdictSuperseded: {schedule.ReasonReplace, schedule.ReasonWaiting},
		schedule.VerdictPaused:     {"", schedule.ReasonHold},
	}
)

// The attributes.
const (
	organizationKey = "jobledger.organization.id"
	triggerKey      = "jobledger.run.trigger"
	outcomeKey      = "jobledger.run.outcome"
	statusKey       = "jobledger.run.status"
	verdictKey      = "jobledger.tick.verdict"
	reasonKey       = "jobledger.tick.reason"
	lookKey         = "jobledger.scheduler.kind"
	requestKey      = "jobledger.engine.operation"
	commitKey       = "jobledger.commit.outcome"
	storeKey        = "jobledger.store.operation"
	errorKey        = "error.type"
)

// with are the attributes of a measurement, as names and values. Empty values are left
// out.
func with(pairs ...string) metric.MeasurementOption {
	attributes := make([]attribute.KeyValue, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			attributes = append(attributes, attribute.String(pairs[i], pairs[i+1]))
		}
	}
	return metric.WithAttributeSet(attribute.NewSet(attributes...))
}

// organization is how metrics of runs name an organization.
func (m *metrics) organization(id string) string {
	switch {
	case len(m.organizations) == 0:
		return ""
	case slices.Contains(m.organizations, id):
		return id
	}
	return "other"
}

// run counts a run that was made, has started or has ended.
func (m *metrics) run(kind jobs.EventKind, r jobs.Run) {
	ctx, organization := context.Background(), m.organization(r.OrganizationID)
	by := with(triggerKey, string(r.Trigger), organizationKey, organization)
	switch {
	case kind == jobs.RunCreated:
		m.created.Add(ctx, 1, by)
	case kind == jobs.RunStarted:
		asked := r.CreatedAt
		if r.RunAt.After(asked) {
			asked = r.RunAt
		}
		m.wait.Record(ctx, between(asked, r.RunnerStartedAt), by)
		if r.Trigger == jobs.TriggerSchedule {
			m.lag.Record(ctx, between(r.NominalAt, r.RunnerStartedAt), by)
		}
	case r.Status.Terminal():
		ended := with(outcomeKey, string(r.Status), triggerKey, string(r.Trigger), organizationKey, organization)
		m.ended.Add(ctx, 1, ended)
		if !r.RunnerStartedAt.IsZero() {
			m.duration.Record(ctx, between(r.RunnerStartedAt, r.FinishedAt), ended)
		}
	}
}

// between is how many seconds passed between two times. Clocks differ, and engines give
// times of their own: it is never negative.
func between(from, to time.Time) float64 { return max(to.Sub(from), 0).Seconds() }

func (m *metrics) leaseLost(r jobs.Run) {
	m.lost.Add(context.Background(), 1, with(statusKey, string(r.Status), organizationKey, m.organization(r.OrganizationID)))
}

func (m *metrics) tick(t jobs.Tick) {
	m.ticks.Add(context.Background(), int64(max(t.Count, 1)), with(verdictKey, string(t.Verdict), reasonKey, t.Reason))
}

func (m *metrics) queue(runs map[jobs.RunStatus]int) {
	for status, n := range runs {
		m.queued.Record(context.Background(), int64(n), with(statusKey, string(status)))
	}
}

func (m *metrics) look(l jobs.Look) {
	ctx, kind := context.Background(), with(lookKey, l.Kind)
	m.looks.Add(ctx, 1, with(lookKey, l.Kind, errorKey, failureOf(l.Err)))
	if l.Err != nil {
		return
	}
	m.lastLook.Record(ctx, float64(l.At.UnixMicro())/1e6, kind)
	if !l.Full {
		m.behind.Record(ctx, l.Behind.Seconds(), kind)
		m.due.Record(ctx, int64(l.Found), kind)
	}
}

func (m *metrics) request(ctx context.Context, operation string, took time.Duration, err error) {
	m.requests.Record(ctx, took.Seconds(), with(requestKey, operation, errorKey, failureOf(err)))
}

func (m *metrics) commit(ctx context.Context, took time.Duration, err error) {
	outcome := failureOf(err)
	switch outcome {
	case "":
		outcome = "made"
	case "stale", "unknown":
	default:
		outcome = "failed"
	}
	m.commits.Record(ctx, took.Seconds(), with(commitKey, outcome))
}

func (m *metrics) storeCall(ctx context.Context, method string, took time.Duration, err error) {
	m.stores.Record(ctx, took.Seconds(), with(storeKey, method, errorKey, failureOf(err)))
}
