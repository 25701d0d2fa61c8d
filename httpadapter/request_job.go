package httpadapter

import (
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// newJob is the body of POST jobs.
type newJob struct {
	definition
	key     string
	status  jobs.Status
	teamIDs []string
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (n *newJob) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	return readMembers(d, func(name string) error {
		switch name {
		case "jobKey":
			return json.UnmarshalDecode(d, &n.key)
		case "status":
			return json.UnmarshalDecode(d, &n.status)
		case "teamIds":
			return json.UnmarshalDecode(d, &n.teamIDs)
		}
		return n.readMember(d, name)
	})
}

func (n *newJob) job() jobs.NewJob {
	return jobs.NewJob{
		Definition: n.given.Definition(),
		Key:        n.key,
		Status:     n.status,
		TeamIDs:    n.teamIDs,
	}
}

// jobPatch is the body of PATCH job.
type jobPatch struct {
	key         field[string]
	status      field[string]
	description field[string]
	version     field[int]
	// versioned are the members given that only a new version changes.
	versioned []string
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (p *jobPatch) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	return readMembers(d, func(name string) error {
		switch name {
		case "jobKey":
			return json.UnmarshalDecode(d, &p.key)
		case "status":
			return json.UnmarshalDecode(d, &p.status)
		case "description":
			return json.UnmarshalDecode(d, &p.description)
		case "version":
			return json.UnmarshalDecode(d, &p.version)
		}
		switch {
		case slices.Contains(bookkeeping, name):
			return d.SkipValue()
		case slices.ContainsFunc(definitionFields, func(f versions.Field) bool { return f.Name == name }):
			p.versioned = append(p.versioned, name)
			return d.SkipValue()
		}
		return errUnknownMember(d)
	})
}

func (p *jobPatch) patch() (jobs.JobPatch, error) {
	if err := p.refuseVersioned(); err != nil {
		return jobs.JobPatch{}, err
	}
	return jobs.JobPatch{
		Key:         p.key.pointer(),
		Status:      (*jobs.Status)(p.status.pointer()),
		Description: p.description.pointer(),
		Version:     p.version.value,
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

// activation is the body of POST activate-version.
type activation struct {
	Version field[int] `json:"version"`
}

// granting is the body of POST teams.
type granting struct {
	TeamIDs field[[]string] `json:"teamIds"`
}

// nothing is the body of an operation that has none to read.
type nothing struct{}
