package httpadapter

import (
	"context"
	"net/http"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// The parameters that filter lists of runs.
var (
	statusIn     = several("status", "Only runs with one of these statuses.", runStatuses...)
	triggeredBy  = oneOf("trigger", "Only runs with this trigger.", triggers...)
	createdFrom  = instant("createdFrom", "Only runs that were made at this time or later.")
	createdUntil = instant("createdUntil", "Only runs that were made before this time.")
)

// listMyRuns serves GET /me/jobs/runs.
func listMyRuns(x *exchange) error {
	found, err := x.service.ListMyRuns(x.r.Context(), x.actor, x.runQuery())
	if err != nil {
		return err
	}
	return showMarked(x, found.Runs, found.Marker, runMembers.element(&x.opts))
}

// listRuns serves GET /workloads/jobs/{job}/runs.
func listRuns(x *exchange) error {
	found, err := x.service.ListRuns(x.r.Context(), x.actor, x.path.params[0], x.runQuery())
	if err != nil {
		return err
	}
	return showMarked(x, found.Runs, found.Marker, runMembers.element(&x.opts))
}

// createRun serves POST /workloads/jobs/{job}/runs. A request that is repeated
// with its Idempotency-Key gets the same status and Location as the first, and
// the run as it is now. When the run was deleted, it gets 409 run_deleted.
func createRun(x *exchange) error {
	var body newRun
	key, err := x.idempotencyKey()
	if err != nil {
		return err
	}
	when, err := x.prepare(bodyOf(x, &body, newRunMembers))
	if err != nil {
		return err
	}
	made, err := body.run(key)
	if err != nil {
		return err
	}
	run, err := x.service.CreateRun(x.r.Context(), x.actor, x.path.params[0], made, when...)
	if err != nil {
		return err
	}
	return x.showNewRun(&run)
}

// idempotencyKey reads the Idempotency-Key header; "" without one.
func (x *exchange) idempotencyKey() (string, error) {
	const name = "Idempotency-Key"
	lines := x.r.Header.Values(name)
	switch {
	case len(lines) == 0:
		return "", nil
	case len(lines) > 1:
		return "", malformedHeader(name, "must be given only once")
	}
	if rule := versions.CheckKey(lines[0]); rule != "" {
		return "", malformedHeader(name, rule)
	}
	return lines[0], nil
}

// prepare reads the optional body of a change to a run, and the precondition,
// which is about the job.
func (x *exchange) prepare(body request) ([]jobs.Precondition, error) {
	when, err := x.ifJob()
	if err != nil {
		return nil, err
	}
	return when, x.decodeOptional(body)
}

// showNewRun prepares the answer to a request that made a run.
func (x *exchange) showNewRun(run *jobs.Run) error {
	x.out.status = http.StatusCreated
	x.out.location = x.jobLocation(run.JobID, "/runs/"+run.ID)
	return x.showRun(run)
}

func (x *exchange) showRun(run *jobs.Run) error {
	x.out.body = runMembers.append(x.out.body, run, &x.opts)
	return nil
}

// describeRun serves GET /workloads/jobs/{job}/runs/{jobRun}.
func describeRun(x *exchange) error {
	run, err := x.service.JobRun(x.r.Context(), x.actor, x.path.params[0], x.path.params[1])
	if err != nil {
		return err
	}
	return x.showRun(&run)
}

// deleteRun serves DELETE /workloads/jobs/{job}/runs/{jobRun}.
func deleteRun(x *exchange) error {
	when, err := x.ifJob()
	if err != nil {
		return err
	}
	x.out.status = http.StatusNoContent
	return x.service.DeleteRun(x.r.Context(), x.actor, x.path.params[0], x.path.params[1], when...)
}

// releaseRun serves POST /workloads/jobs/{job}/runs/{jobRun}/ready.
func releaseRun(x *exchange) error {
	run, err := x.changeRun(x.service.ReleaseRun)
	if err != nil {
		return err
	}
	return x.showRun(&run)
}

// cancelRun serves POST /workloads/jobs/{job}/runs/{jobRun}/cancel. When an
// engine has the run, the answer shows it before it has ended: it ends when the
// engine confirms.
func cancelRun(x *exchange) error {
	run, err := x.changeRun(x.service.CancelRun)
	if err != nil {
		return err
	}
	return x.showRun(&run)
}

// retryRun serves POST /workloads/jobs/{job}/runs/{jobRun}/retry.
func retryRun(x *exchange) error {
	run, err := x.changeRun(x.service.RetryRun)
	if err != nil {
		return err
	}
	return x.showNewRun(&run)
}

// change is an operation on a run that takes no members.
type change func(ctx context.Context, actor teams.Actor, jobID, runID string, when ...jobs.Precondition) (jobs.Run, error)

// changeRun makes a change. The body is absent or an empty object.
func (x *exchange) changeRun(do change) (jobs.Run, error) {
	when, err := x.prepare(bodyOf(x, &nothing{}, nil))
	if err != nil {
		return jobs.Run{}, err
	}
	return do(x.r.Context(), x.actor, x.path.params[0], x.path.params[1], when...)
}
