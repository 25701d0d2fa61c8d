package httpadapter

import (
	"net/http"

	"github.com/jobledger/jobledger/jobs"
)

// createJob serves POST /workloads/jobs.
func createJob(x *exchange) error {
	var body newJob
	if err := x.decode(bodyOf(x, &body, newJobMembers)); err != nil {
		return err
	}
	if err := x.ifNone(); err != nil {
		return err
	}
	job, err := x.service.CreateJob(x.r.Context(), x.actor, body.job())
	if err != nil {
		return err
	}
	x.out.status = http.StatusCreated
	x.out.location = x.jobLocation(job.ID, "")
	return x.showJob(job)
}

func (x *exchange) showJob(job jobs.Job) error {
	x.out.tag = jobTag(job.Edition)
	x.out.body = jobMembers.append(x.out.body, &job, &x.opts)
	return nil
}

// describeJob serves GET /workloads/jobs/{job}.
func describeJob(x *exchange) error {
	read := x.service.Job
	if x.includes(recentRuns) {
		read = x.service.JobWithRuns
	}
	job, err := read(x.r.Context(), x.actor, x.path.params[0])
	if err != nil {
		return err
	}
	return x.describe(job, jobTag(job.Edition))
}

// updateJob serves PATCH /workloads/jobs/{job}.
func updateJob(x *exchange) error {
	var body jobPatch
	when, err := x.ifJob()
	if err != nil {
		return err
	}
	if err := x.decode(bodyOf(x, &body, jobPatchMembers)); err != nil {
		return err
	}
	patch, err := body.patch()
	if err != nil {
		return err
	}
	job, err := x.service.UpdateJob(x.r.Context(), x.actor, x.path.params[0], patch, when...)
	if err != nil {
		return err
	}
	return x.showJob(job)
}

// deleteJob serves DELETE /workloads/jobs/{job}.
func deleteJob(x *exchange) error {
	when, err := x.ifJob()
	if err != nil {
		return err
	}
	x.out.status = http.StatusNoContent
	return x.service.DeleteJob(x.r.Context(), x.actor, x.path.params[0], when...)
}
