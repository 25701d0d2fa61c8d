package httpadapter

import (
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// jobPatch is the body of PATCH job.
type jobPatch struct {
	key         field[string]
	status      field[string]
	description field[string]
	version     int
	labels      field[map[string]string]
	pausedUntil field[*string]
	// versioned are the members in the body that only a new version can change.
	versioned []string
}

// jobPatchMembers are the members of jobPatch. They include those that a
// version defines, so that these are refused with a reason of their own.
var jobPatchMembers = ignoring(append(
	taking[jobPatch]{
		take("jobKey", documented, jobKey(), func(p *jobPatch) *field[string] { return &p.key }),
		take("status", documented, jobStatus(), func(p *jobPatch) *field[string] { return &p.status }),
		take("description", documented, definitionSchema(fieldNamed("description"), true), func(p *jobPatch) *field[string] { return &p.description }),
		{name: "labels", origin: ours, schema: about("All labels of the job: those that are not named are removed. Null removes all.", nullable(labelsSchema())), read: func(d *jsontext.Decoder, p *jobPatch) error {
			p.labels.given = true
			return readPairs(d, &p.labels.value)
		}},
		take("pausedUntil", ours, about("When the pause ends by itself: a time in the future. The job must be paused, or be paused by this request. Null for a pause that does not end by itself.", nullable(moment())), func(p *jobPatch) *field[*string] { return &p.pausedUntil }),
		take("version", decided, about("A value above 0 must be the number of the active version; otherwise the request is refused.", nullable(counting())), func(p *jobPatch) *int { return &p.version }),
	}, versionedMembers()...), jobMembers, bookkeeping...)

// bookkeeping are the documented members of jobs and versions that no request
// can change. A PATCH may contain them, so that a client can edit an answer and
// send it back.
var bookkeeping = []string{
	"id", "jobId", "memberId", "jobType", "currentVersion", "draftVersion", "basedOnVersion",
	"createdAt", "createdBy", "updatedAt", "updatedBy", "nextRunAt", "lastScheduledAt",
}

// versionedMembers are the fields of a definition without the description,
// which the job has, too. They have no schema, because it is an error to give
// them.
func versionedMembers() (rows taking[jobPatch]) {
	for _, f := range definitionFields {
		if f.Name == "description" {
			continue
		}
		rows = append(rows, taken[jobPatch]{name: f.Name, origin: originOf(&f), read: func(d *jsontext.Decoder, p *jobPatch) error {
			p.versioned = append(p.versioned, f.Name)
			return d.SkipValue()
		}})
	}
	return rows
}

func (p *jobPatch) patch() (jobs.JobPatch, error) {
	if err := p.refuseVersioned(); err != nil {
		return jobs.JobPatch{}, err
	}
	var until *time.Time
	if p.pausedUntil.given {
		var errs versions.FieldErrors
		if until = new(parseTime(&errs, "pausedUntil", p.pausedUntil.value)); errs != nil {
			return jobs.JobPatch{}, errs
		}
	}
	return jobs.JobPatch{
		Labels:      p.labels.pointer(),
		PausedUntil: until,
		Key:         p.key.pointer(),
		Status:      (*jobs.Status)(p.status.pointer()),
		Description: p.description.pointer(),
		Version:     p.version,
	}, nil
}

// refuseVersioned refuses the members that only a new version can change, even
// when their values are the current ones: a client that sends them wants to set
// them.
func (p *jobPatch) refuseVersioned() error {
	var errs versions.FieldErrors
	for _, f := range definitionFields {
		if slices.Contains(p.versioned, f.Name) {
			errs.Add(f.Name, "can be changed only by a new version")
		}
	}
	if errs == nil {
		return nil
	}
	return &problem{
		status: http.StatusBadRequest,
		code:   "versioned_field",
		detail: "a field of the definition can be changed only by a new version: POST /workloads/jobs/{job}/versions, or " +
			"POST and PATCH /workloads/jobs/{job}/draft and POST /workloads/jobs/{job}/draft/publish",
		fields: errs,
	}
}
