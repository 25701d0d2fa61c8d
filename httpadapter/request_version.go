package httpadapter

import (
	"encoding/json"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// definition is the documented body that describes a version.
type definition struct {
	ClusterID            field[string]         `json:"clusterId"`
	Description          field[string]         `json:"description"`
	Config               field[jsontext.Value] `json:"config"`
	TimeoutSeconds       field[int]            `json:"timeoutSeconds"`
	SourceConfig         field[jsontext.Value] `json:"sourceConfig"`
	DependsOn            field[[]dependency]   `json:"dependsOn"`
	CronExpression       field[string]         `json:"cronExpression"`
	CronTimezone         field[string]         `json:"cronTimezone"`
	ConcurrencyPolicy    field[string]         `json:"concurrencyPolicy"`
	MaxConcurrentRuns    field[int]            `json:"maxConcurrentRuns"`
	MissedSchedulePolicy field[string]         `json:"missedSchedulePolicy"`
}

// dependency names a job that is depended on.
type dependency struct {
	JobKey string `json:"jobKey"`
}

// bookkeeping are the documented members of jobs and versions that nobody
// edits. A PATCH may hold them, so that an answer can be edited and sent back.
type bookkeeping struct {
	ID              ignored `json:"id"`
	JobID           ignored `json:"jobId"`
	MemberID        ignored `json:"memberId"`
	JobType         ignored `json:"jobType"`
	CurrentVersion  ignored `json:"currentVersion"`
	DraftVersion    ignored `json:"draftVersion"`
	BasedOnVersion  ignored `json:"basedOnVersion"`
	CreatedAt       ignored `json:"createdAt"`
	CreatedBy       ignored `json:"createdBy"`
	UpdatedAt       ignored `json:"updatedAt"`
	UpdatedBy       ignored `json:"updatedBy"`
	NextRunAt       ignored `json:"nextRunAt"`
	LastScheduledAt ignored `json:"lastScheduledAt"`
}

// draftPatch is the body of PATCH draft. A draft's status and number are
// bookkeeping too.
type draftPatch struct {
	definition
	bookkeeping
	Status  ignored `json:"status"`
	Version ignored `json:"version"`
}

// patch returns what the body changes.
func (d *definition) patch() versions.Patch {
	p := versions.Patch{
		ClusterID:            d.ClusterID.pointer(),
		Description:          d.Description.pointer(),
		Config:               (*json.RawMessage)(d.Config.pointer()),
		TimeoutSeconds:       d.TimeoutSeconds.pointer(),
		SourceConfig:         (*json.RawMessage)(d.SourceConfig.pointer()),
		CronExpression:       d.CronExpression.pointer(),
		CronTimezone:         d.CronTimezone.pointer(),
		ConcurrencyPolicy:    (*schedule.ConcurrencyPolicy)(d.ConcurrencyPolicy.pointer()),
		MaxConcurrentRuns:    d.MaxConcurrentRuns.pointer(),
		MissedSchedulePolicy: (*schedule.MissedSchedulePolicy)(d.MissedSchedulePolicy.pointer()),
	}
	if d.DependsOn.given {
		p.DependsOn = new(d.dependsOn())
	}
	return p
}

func (d *definition) dependsOn() []string {
	keys := make([]string, len(d.DependsOn.value))
	for i, dep := range d.DependsOn.value {
		keys[i] = dep.JobKey
	}
	return keys
}

// whole returns what the body says of a version that is made from nothing.
func (d *definition) whole() versions.Definition {
	return versions.Definition{
		ClusterID:            d.ClusterID.value,
		Description:          d.Description.value,
		Config:               json.RawMessage(d.Config.value),
		TimeoutSeconds:       d.TimeoutSeconds.value,
		SourceConfig:         json.RawMessage(d.SourceConfig.value),
		DependsOn:            d.dependsOn(),
		CronExpression:       d.CronExpression.value,
		CronTimezone:         d.CronTimezone.value,
		ConcurrencyPolicy:    schedule.ConcurrencyPolicy(d.ConcurrencyPolicy.value),
		MaxConcurrentRuns:    d.MaxConcurrentRuns.value,
		MissedSchedulePolicy: schedule.MissedSchedulePolicy(d.MissedSchedulePolicy.value),
	}
}
