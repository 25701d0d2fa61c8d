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
	// versioned are the members given that only a new version changes.
	versioned []string
}

// jobPatchMembers also takes what is refused with a reason of its own: the
// members that a version defines.
var jobPatchMembers = ignoring(append(
	taking[jobPatch]{
		take("jobKey", documented, jobKey(), func(p *jobPatch) *field[string] { return &p.key }),
		take("status", documented, jobStatus(), func(p *jobPatch) *field[string] { return &p.status }),
		take("description", documented, definitionSchema(fieldNamed("description"), true), func(p *jobPatch) *field[string] { return &p.description }),
		{name: "labels", origin: ours, schema: about("Replaced whole; null clears them.", nullable(labelsSchema())), read: func(d *jsontext.Decoder, p *jobPatch) error {
			p.labels.given = true
			return readPairs(d, &p.labels.value)
		}},
		take("pausedUntil", ours, about("A time in the future, for a job that is paused by then; null for a pause that does not end by itself.", nullable(moment())), func(p *jobPatch) *field[*string] { return &p.pausedUntil }),
		take("version", decided, about("Above 0: must be the active version.", nullable(counting())), func(p *jobPatch) *int { return &p.version }),
	}, versionedMembers()...), jobMembers, bookkeeping...)

// bookkeeping are the documented members of jobs and versions that nobody
// edits. A PATCH may hold them, so that an answer can be edited and sent back.
var bookkeeping = []string{
	"id", "jobId", "memberId", "jobType", "currentVersion", "draftVersion", "basedOnVersion",
	"createdAt", "createdBy", "updatedAt", "updatedBy", "nextRunAt", "lastScheduledAt",
}

// versionedMembers are rows for the fields of a definition, but the description,
// which is the job's. They have no schema: to give them is an error.
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

// refuseVersioned refuses the members that only a new version changes, even
// with the values that they have: a client that sends them means to set them.
func (p *jobPatch) refuseVersioned() error {
	var errs versions.FieldErrors
	for _, f := range definitionFields {
		if slices.Contains(p.versioned, f.Name) {
			errs.Add(f.Name, "is changed by a new version, not here")
		}
	}
	if errs == nil {
		return nil
	}
	return &problem{
		status: http.StatusBadRequest,
		code:   "versioned_field",
		detail: "what a version defines is changed by a new version: POST /workloads/jobs/{job}/versions, or " +
			"POST and PATCH /workloads/jobs/{job}/draft and POST /workloads/jobs/{job}/draft/publish",
		fields: errs,
	}
}
