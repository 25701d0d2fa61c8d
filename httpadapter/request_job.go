package httpadapter

import (
	"net/http"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// newJob is the body of POST jobs.
type newJob struct {
	definition
	JobKey  field[string]   `json:"jobKey"`
	Status  field[string]   `json:"status"`
	TeamIDs field[[]string] `json:"teamIds"`
}

func (n *newJob) job() jobs.NewJob {
	return jobs.NewJob{
		Definition: n.whole(),
		Key:        n.JobKey.value,
		Status:     jobs.Status(n.Status.value),
		TeamIDs:    n.TeamIDs.value,
	}
}

// jobPatch is the body of PATCH job.
type jobPatch struct {
	bookkeeping
	JobKey      field[string] `json:"jobKey"`
	Status      field[string] `json:"status"`
	Description field[string] `json:"description"`
	Version     field[int]    `json:"version"`

	ClusterID            ignored `json:"clusterId"`
	Config               ignored `json:"config"`
	TimeoutSeconds       ignored `json:"timeoutSeconds"`
	SourceConfig         ignored `json:"sourceConfig"`
	DependsOn            ignored `json:"dependsOn"`
	CronExpression       ignored `json:"cronExpression"`
	CronTimezone         ignored `json:"cronTimezone"`
	ConcurrencyPolicy    ignored `json:"concurrencyPolicy"`
	MaxConcurrentRuns    ignored `json:"maxConcurrentRuns"`
	MissedSchedulePolicy ignored `json:"missedSchedulePolicy"`
}

func (p *jobPatch) patch() (jobs.JobPatch, error) {
	if err := p.refuseVersioned(); err != nil {
		return jobs.JobPatch{}, err
	}
	return jobs.JobPatch{
		Key:         p.JobKey.pointer(),
		Status:      (*jobs.Status)(p.Status.pointer()),
		Description: p.Description.pointer(),
		Version:     p.Version.value,
	}, nil
}

// refuseVersioned refuses the members that only a new version changes, even
// with the values that they have: a client that sends them means to set them.
func (p *jobPatch) refuseVersioned() error {
	var errs versions.FieldErrors
	for _, f := range []struct {
		name string
		ignored
	}{
		{"clusterId", p.ClusterID},
		{"config", p.Config},
		{"timeoutSeconds", p.TimeoutSeconds},
		{"sourceConfig", p.SourceConfig},
		{"dependsOn", p.DependsOn},
		{"cronExpression", p.CronExpression},
		{"cronTimezone", p.CronTimezone},
		{"concurrencyPolicy", p.ConcurrencyPolicy},
		{"maxConcurrentRuns", p.MaxConcurrentRuns},
		{"missedSchedulePolicy", p.MissedSchedulePolicy},
	} {
		if f.given {
			errs.Add(f.name, "is changed by a new version, not here")
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
