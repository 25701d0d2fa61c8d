package httpadapter

import (
	"context"
	"net/http"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// The parameters that narrow lists of runs.
var (
	statusIn     = several("status", "Runs of one of these statuses.", runStatuses...)
	triggeredBy  = oneOf("trigger", "Runs of one trigger.", triggers...)
	createdFrom  = instant("createdFrom", "Runs that were made then or later.")
	createdUntil = instant("createdUntil", "Runs that were made before.")
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
	found, err := x.service.ListRuns(x.r.Context(), x.actor, x.place.params[0], x.runQuery())
	if err != nil {
		return err
	}
	return showMarked(x, found.Runs, found.Marker, runMembers.element(&x.opts))
}

// createRun serves POST /workloads/jobs/{job}/runs. A request that is repeated
// with its Idempotency-Key is answered like the first one, 201 and Location
// included, with the run as it has become. 409 run_deleted when that was deleted.
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
	run, err := x.service.CreateRun(x.r.Context(), x.actor, x.place.params[0], made, when...)
	if err != nil {
		return err
	}
	return x.showNewRun(&run)
}

// idempotencyKey reads the header of that name; empty when it is not there.
func (x *exchange) idempotencyKey() (string, error) {
	const name = "Idempotency-Key"
	lines := x.r.Header.Values(name)
	switch {
	case len(lines) == 0:
		return "", nil
	case len(lines) > 1:
		return "", malformedHeader(name, "must stand only once")
	}
	if rule := versions.CheckKey(lines[0]); rule != "" {
		return "", malformedHeader(name, rule)
	}
	return lines[0], nil
}

// prepare reads the optional body of a change of a run, and the precondition,
// which is about the job.
func (x *exchange) prepare(body request) ([]jobs.Precondition, error) {
	when, err := x.ifJob()
	if err != nil {
		return nil, err
	}
	return when, x.decodeOptional(body)
}

// showNewRun prepares an answer that is a run just made.
func (x *exchange) showNewRun(run *jobs.Run) error {
	x.out.status = http.StatusCreated
	x.out.location = x.jobLocation(run.JobID, "/runs/"+run.ID)
	return x.showRun(run)
}

// showRun prepares an answer that is the run itself.
func (x *exchange) showRun(run *jobs.Run) error {
	x.out.body = runMembers.append(x.out.body, run, &x.opts)
	return nil
}

// describeRun serves GET /workloads/jobs/{job}/runs/{jobRun}.
func describeRun(x *exchange) error {
	run, err := x.service.JobRun(x.r.Context(), x.actor, x.place.params[0], x.place.params[1])
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
	return x.service.DeleteRun(x.r.Context(), x.actor, x.place.params[0], x.place.params[1], when...)
}

// releaseRun serves POST /workloads/jobs/{job}/runs/{jobRun}/ready.
func releaseRun(x *exchange) error {
	run, err := x.changeRun(x.service.ReleaseRun)
	if err != nil {
		return err
	}
	return x.showRun(&run)
}

// cancelRun serves POST /workloads/jobs/{job}/runs/{jobRun}/cancel. A run that
// an engine has is answered as it is, and ends when the engine confirms it.
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

// change is what is done to a run without saying more than which.
type change func(ctx context.Context, actor teams.Actor, jobID, runID string, when ...jobs.Precondition) (jobs.Run, error)

// changeRun makes a change. There is no body; an empty object is as good.
func (x *exchange) changeRun(do change) (jobs.Run, error) {
	when, err := x.prepare(bodyOf(x, &nothing{}, nil))
	if err != nil {
		return jobs.Run{}, err
	}
	return do(x.r.Context(), x.actor, x.place.params[0], x.place.params[1], when...)
}
