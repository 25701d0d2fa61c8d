package httpadapter

import (
	"net/http"
	"strconv"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// activateVersion serves POST /workloads/jobs/{job}/activate-version.
func activateVersion(x *exchange) error {
	var body activation
	when, err := x.ifJob()
	if err != nil {
		return err
	}
	if err := x.decode(bodyOf(x, &body, activationMembers)); err != nil {
		return err
	}
	job, err := x.service.ActivateVersion(x.r.Context(), x.actor, x.path.params[0], body.version, when...)
	if err != nil {
		return err
	}
	return x.showJob(job)
}

// listVersions serves GET /workloads/jobs/{job}/versions.
func listVersions(x *exchange) error {
	job := x.path.params[0]
	out := list[versions.Version]{x: x, element: func(b []byte, v *versions.Version) []byte {
		return versionItemMembers.append(b, &versionOf{job, v}, &x.opts)
	}}
	err := x.service.VisitVersions(x.r.Context(), x.actor, job, x.pageOptions(), func(part jobs.VersionList) error {
		return out.part(part.Total, part.Versions)
	})
	out.end("]}")
	return err
}

// publishVersion serves POST /workloads/jobs/{job}/versions. A body is
// required, so that no version is published by mistake.
func publishVersion(x *exchange) error {
	var body versions.Patch
	when, err := x.ifJob()
	if err != nil {
		return err
	}
	if err := x.decode(bodyOf(x, &body, definitionMembers)); err != nil {
		return err
	}
	version, err := x.service.PublishVersion(x.r.Context(), x.actor, x.path.params[0], body, when...)
	if err != nil {
		return err
	}
	x.out.status = http.StatusCreated
	x.out.location = x.jobLocation(x.path.params[0], "/versions/"+strconv.Itoa(version.Number))
	x.out.body = versionMembers.append(x.out.body, &versionOf{x.path.params[0], &version}, &x.opts)
	return nil
}

// describeVersion serves GET /workloads/jobs/{job}/versions/{jobVersionNumber}.
// It shows the job as this version defines it.
func describeVersion(x *exchange) error {
	number, err := versionNumber(x.path.params[1])
	if err != nil {
		return err
	}
	job, err := x.service.JobVersion(x.r.Context(), x.actor, x.path.params[0], number)
	if err != nil {
		return err
	}
	return x.describe(job, versionTag(job.Edition, number))
}

// versionNumber reads a number in a path. A number that no version can have is
// not found. Leading zeros are not accepted, so that each version has one
// address.
func versionNumber(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > versions.MaxNumber || strconv.Itoa(n) != text {
		return 0, jobs.ErrNotFound
	}
	return n, nil
}
