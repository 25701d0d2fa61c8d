package jobs

import (
	"encoding/json"
	"fmt"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// Fields of a version's document.
const (
	versionNumber       = 2
	versionBasedOn      = 3
	versionStatus       = 4
	versionJobType      = 5
	versionEdition      = 6
	versionFollowsJob   = 7
	versionMemberID     = 8
	versionCreatedAt    = 9
	versionCreatedBy    = 10
	versionUpdatedAt    = 11
	versionUpdatedBy    = 12
	versionClusterID    = 13
	versionDescription  = 14
	versionConfig       = 15
	versionTimeout      = 16
	versionSourceConfig = 17
	versionDependsOn    = 18
	versionCron         = 19
	versionTimezone     = 20
	versionConcurrency  = 21
	versionMaxRuns      = 22
	versionMissed       = 23
)

// versionRecord is a version as the store keeps it.
func versionRecord(ref JobRef, v versions.Version) VersionRecord {
	var e encoder
	e.grow(256 + len(v.Config) + len(v.SourceConfig) + len(v.Description))
	e.integer(fieldFormat, documentFormat)
	encodeVersionFields(&e, v)
	return VersionRecord{JobRef: ref, Number: v.Number, Doc: e.doc}
}

func decodeVersion(r VersionRecord) (versions.Version, error) {
	var v versions.Version
	d := newDecoder(r.Doc)
	decodeVersionFields(&d, &v)
	if err := d.finish(); err != nil {
		return v, fmt.Errorf("document of job %s, version %d: %w", r.JobID, r.Number, err)
	}
	return v, nil
}

func encodeVersionFields(e *encoder, v versions.Version) {
	e.integer(versionNumber, int64(v.Number))
	e.integer(versionBasedOn, int64(v.BasedOn))
	e.text(versionStatus, string(v.Status))
	e.text(versionJobType, string(v.JobType))
	e.integer(versionEdition, v.Edition)
	e.flag(versionFollowsJob, v.FollowsJob)
	e.text(versionMemberID, v.MemberID)
	e.time(versionCreatedAt, v.CreatedAt)
	e.text(versionCreatedBy, v.CreatedBy)
	e.time(versionUpdatedAt, v.UpdatedAt)
	e.text(versionUpdatedBy, v.UpdatedBy)
	e.text(versionClusterID, v.ClusterID)
	e.text(versionDescription, v.Description)
	e.bytes(versionConfig, v.Config)
	e.integer(versionTimeout, int64(v.TimeoutSeconds))
	e.bytes(versionSourceConfig, v.SourceConfig)
	for _, key := range v.DependsOn {
		e.text(versionDependsOn, key)
	}
	e.text(versionCron, v.CronExpression)
	e.text(versionTimezone, v.CronTimezone)
	e.text(versionConcurrency, string(v.ConcurrencyPolicy))
	e.integer(versionMaxRuns, int64(v.MaxConcurrentRuns))
	e.text(versionMissed, string(v.MissedSchedulePolicy))
}

func decodeVersionFields(d *decoder, v *versions.Version) {
	for d.next() {
		decodeVersionField(d, v)
	}
}

func decodeVersionField(d *decoder, v *versions.Version) {
	switch d.field {
	case fieldFormat:
		d.checkFormat(d.integer())
	case versionNumber:
		v.Number = d.count()
	case versionBasedOn:
		v.BasedOn = d.count()
	case versionStatus:
		v.Status = versions.Status(d.text())
	case versionJobType:
		v.JobType = versions.JobType(d.text())
	case versionEdition:
		v.Edition = d.integer()
	case versionFollowsJob:
		v.FollowsJob = d.flag()
	case versionMemberID:
		v.MemberID = d.text()
	case versionCreatedAt:
		v.CreatedAt = d.time()
	case versionCreatedBy:
		v.CreatedBy = d.text()
	case versionUpdatedAt:
		v.UpdatedAt = d.time()
	case versionUpdatedBy:
		v.UpdatedBy = d.text()
	default:
		decodeDefinitionField(d, &v.Definition)
	}
}

func decodeDefinitionField(d *decoder, def *versions.Definition) {
	switch d.field {
	case versionClusterID:
		def.ClusterID = d.text()
	case versionDescription:
		def.Description = d.text()
	case versionConfig:
		def.Config = json.RawMessage(d.bytes())
	case versionTimeout:
		def.TimeoutSeconds = d.count()
	case versionSourceConfig:
		def.SourceConfig = json.RawMessage(d.bytes())
	case versionDependsOn:
		def.DependsOn = append(def.DependsOn, d.text())
	case versionCron:
		def.CronExpression = d.text()
	case versionTimezone:
		def.CronTimezone = d.text()
	case versionConcurrency:
		def.ConcurrencyPolicy = schedule.ConcurrencyPolicy(d.text())
	case versionMaxRuns:
		def.MaxConcurrentRuns = d.count()
	case versionMissed:
		def.MissedSchedulePolicy = schedule.MissedSchedulePolicy(d.text())
	}
}
