package jobs

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jobledger/jobledger/internal/strictjson"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// Report is what an engine says about a run. The zero Report is a heartbeat.
type Report struct {
	// Status is the run's status now; empty for no change. It moves only forward:
	// from starting through the engine's phases and running to a terminal status.
	Status RunStatus
	// Message replaces Run.StatusMessage; empty for no change. At most 4 KiB of
	// UTF-8.
	Message string
	// Results replaces Run.Results: a JSON object of at most 64 KiB; nil for no
	// change.
	Results json.RawMessage
	// RunnerStartedAt, RunnerCompletedAt and RunnerExecution are the runner's own
	// times, and may be zero. Then the start is the time of the first report of
	// running, or the end minus RunnerExecution if there was none. The end is the
	// time of the terminal report. RunnerExecution is the time from start to end.
	RunnerStartedAt   time.Time
	RunnerCompletedAt time.Time
	RunnerExecution   time.Duration
	// Trace is the engine's trace context; zero means that of the dispatch. Over
	// HTTP it is in the headers traceparent and tracestate.
	Trace TraceContext
}

const (
	maxStatusMessage = 4 << 10
	maxResults       = 64 << 10
)

// ReportRun takes an engine's report on a run, and renews the run's lease. The
// token is Dispatch.Token. The engine must stop the run when the returned Run has a
// CancelRequestedAt.
//
// It returns [ErrNotFound] when the run was removed, or dispatched again with another
// token. The engine then waits about one lease for the new token, and stops the run
// if it does not come. When the run has ended, its status is final: to report the
// same terminal status again succeeds, and any other report returns a
// [*ConflictError]. So does a status that comes before the present one. A report that
// is not valid returns [versions.FieldErrors].
func (s *Service) ReportRun(ctx context.Context, jobID, runID, token string, report Report) (_ Run, err error) {
	if err := report.validate(); err != nil {
		return Run{}, err
	}
	var end func(error)
	defer func() {
		if end != nil {
			end(err)
		}
	}()
	return retry(ctx, func() (Run, error) {
		r, err := s.dispatched(ctx, jobID, runID, token)
		if err != nil {
			return Run{}, err
		}
		if r.Status.Terminal() {
			if report.Status == "" || report.Status != r.Status {
				return Run{}, conflict(ConflictRunState, "the run is %s, which is final", r.Status)
			}
			return r.Run, nil
		}
		if end == nil && report.Status != "" && report.Status != r.Status {
			ctx, end = s.begin(ctx, Operation{Name: "report", Run: r.ref(), Trace: report.Trace.valid().or(r.trace)}) //nolint:fatcontext // once
		}
		at := s.now()
		if err := r.report(report, s.opts.Runs, at); err != nil {
			return Run{}, err
		}
		return r.Run, s.putRun(ctx, &r, at)
	})
}

// CheckReport returns nil if the token is that of the run's latest dispatch, and
// [ErrNotFound] if not. A server calls it before it reads the body of a report.
// When the run cannot be read, the error is another one, because [ErrNotFound]
// would tell a live engine to stop.
func (s *Service) CheckReport(ctx context.Context, jobID, runID, token string) error {
	_, err := s.dispatched(ctx, jobID, runID, token)
	return err
}

// dispatched reads a run, and checks that the token is that of its latest dispatch.
func (s *Service) dispatched(ctx context.Context, jobID, runID, token string) (runLedger, error) {
	organizationID, ok := tokenOrganization(token)
	if !ok || !validJobID.MatchString(jobID) {
		return runLedger{}, ErrNotFound
	}
	r, err := s.readRun(ctx, storage.JobRef{OrganizationID: organizationID, JobID: jobID}, runID)
	if err != nil {
		return runLedger{}, err
	}
	if !r.hasToken(token) {
		return runLedger{}, fmt.Errorf("%w: run %s has no such dispatch", ErrNotFound, runID)
	}
	return r, nil
}

// tokenDigest is what the store keeps of a token, so that reading the store is not
// enough to report.
func tokenDigest(token string) []byte {
	digest := sha256.Sum256([]byte(token))
	return digest[:]
}

// hasToken reports whether the token is that of the latest dispatch.
func (r *runLedger) hasToken(token string) bool {
	return subtle.ConstantTimeCompare(r.tokenDigest, tokenDigest(token)) == 1
}

// newToken makes a secret. It contains the organization's ID, so that a report
// needs no other credential.
func newToken(organizationID string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(organizationID)) + "." + rand.Text()
}

func tokenOrganization(token string) (string, bool) {
	head, _, ok := strings.Cut(token, ".")
	id, err := base64.RawURLEncoding.DecodeString(head)
	return string(id), ok && err == nil && versions.ValidID(string(id))
}

func (p *Report) validate() error {
	var errs versions.FieldErrors
	if p.Status != "" && !p.Status.Terminal() && progress[p.Status] <= progress[RunReady] {
		errs.Add("status", "must be one of starting, creating_sail, waiting_for_sail, creating_runner, running, succeeded, failed, cancelled, timeout")
	}
	if len(p.Message) > maxStatusMessage || !utf8.ValidString(p.Message) {
		errs.Add("statusMessage", fmt.Sprintf("must be at most %d bytes of UTF-8", maxStatusMessage))
	}
	if p.RunnerExecution < 0 {
		errs.Add("runnerExecutionTimeUs", "must not be negative")
	}
	if p.Results != nil {
		p.Results = checkResults(&errs, p.Results)
	}
	for field, at := range map[string]time.Time{"runnerStartedAt": p.RunnerStartedAt, "runnerCompletedAt": p.RunnerCompletedAt} {
		if !at.IsZero() && (at.Year() < 1 || at.Year() > 9999) {
			errs.Add(field, "must be in the years 1 to 9999")
		}
	}
	p.RunnerStartedAt, p.RunnerCompletedAt = canonical(p.RunnerStartedAt), canonical(p.RunnerCompletedAt)
	p.RunnerExecution = p.RunnerExecution.Truncate(time.Microsecond)
	return errs.Err()
}

func checkResults(errs *versions.FieldErrors, raw json.RawMessage) json.RawMessage {
	if len(raw) > maxResults {
		errs.Add("results", fmt.Sprintf("must be at most %d bytes", maxResults))
		return nil
	}
	compact, err := strictjson.Compact(raw)
	if err != nil || compact[0] != '{' {
		errs.Add("results", "must be a JSON object")
		return nil
	}
	return compact
}

// report applies a valid report to a run that has not ended.
func (r *runLedger) report(p Report, o RunOptions, now time.Time) error {
	if p.Status != "" && !p.Status.Terminal() && progress[p.Status] < progress[r.Status] {
		return conflict(ConflictRunState, "the run is %s already", r.Status)
	}
	unknown := r.RunnerStartedAt.IsZero()
	r.heard(o, now)
	if p.Message != "" && p.Message != r.StatusMessage {
		r.StatusMessage, r.UpdatedAt = p.Message, now
	}
	if p.Results != nil {
		r.Results, r.UpdatedAt = p.Results, now
	}
	if !p.RunnerStartedAt.IsZero() {
		r.RunnerStartedAt = p.RunnerStartedAt
	}
	if p.Status == RunRunning && r.RunnerStartedAt.IsZero() {
		r.RunnerStartedAt = now
	}
	if p.Status != "" && p.Status != r.Status {
		r.justStarted = p.Status == RunRunning
		r.Status, r.UpdatedAt = p.Status, now
	}
	if p.Status.Terminal() {
		r.complete(p, now)
		r.owesCancel = false // the run has stopped
		r.end(p.Status, "", o, now)
	}
	r.began = unknown && !r.RunnerStartedAt.IsZero()
	return nil
}

// complete sets the runner's times at the end of the run.
func (r *runLedger) complete(p Report, now time.Time) {
	r.RunnerCompletedAt = p.RunnerCompletedAt
	if r.RunnerCompletedAt.IsZero() {
		r.RunnerCompletedAt = now
	}
	r.RunnerExecution = p.RunnerExecution
	if r.RunnerStartedAt.IsZero() && p.RunnerExecution > 0 {
		r.RunnerStartedAt = r.RunnerCompletedAt.Add(-p.RunnerExecution)
	}
	if r.RunnerExecution == 0 && !r.RunnerStartedAt.IsZero() {
		r.RunnerExecution = max(r.RunnerCompletedAt.Sub(r.RunnerStartedAt), 0)
	}
}
