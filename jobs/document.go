package jobs

import (
	"encoding/json"
	"fmt"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Documents are messages in the wire format of Protocol Buffers, written field
// by field: see DESIGN.md, decision 8. The first field is the number of the
// format. A field that a reader does not know is skipped; whatever an older
// reader must not miss raises the format number.
const documentFormat = 1

// Fields of a ledger's document. A number is never used for anything else.
const (
	fieldFormat = 1

	jobMemberID        = 2
	jobStatus          = 3
	jobDescription     = 4
	jobVersion         = 5
	jobDraftVersion    = 6
	jobEdition         = 7
	jobGrant           = 8
	jobCreatedBy       = 9
	jobUpdatedAt       = 10
	jobUpdatedBy       = 11
	jobLastScheduledAt = 12
	jobNextRunAt       = 13
	jobLastVersion     = 14
	jobLastEdition     = 15
	jobDraftEdition    = 16
	jobCursor          = 17
	jobLastRunNumber   = 18
	jobDraftFollows    = 19
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

// Fields of a grant within a ledger's document.
const (
	grantTeamID    = 1
	grantCreatedAt = 2
	grantCreatedBy = 3
	grantUpdatedAt = 4
	grantUpdatedBy = 5
)

func encodeLedger(l *ledger) []byte {
	var e encoder
	e.grow(512 + len(l.Version.Config) + len(l.Version.SourceConfig) + len(l.Description))
	e.integer(fieldFormat, documentFormat)
	e.text(jobMemberID, l.MemberID)
	e.text(jobStatus, string(l.Status))
	e.text(jobDescription, l.Description)
	e.message(jobVersion, func(e *encoder) { encodeVersionFields(e, l.Version) })
	e.integer(jobDraftVersion, int64(l.DraftVersion))
	e.integer(jobEdition, l.Edition)
	for _, g := range l.Grants {
		e.message(jobGrant, func(e *encoder) { encodeGrantFields(e, g) })
	}
	e.text(jobCreatedBy, l.CreatedBy)
	e.time(jobUpdatedAt, l.UpdatedAt)
	e.text(jobUpdatedBy, l.UpdatedBy)
	e.time(jobLastScheduledAt, l.LastScheduledAt)
	e.time(jobNextRunAt, l.NextRunAt)
	e.integer(jobLastVersion, int64(l.lastVersion))
	e.integer(jobLastEdition, l.lastEdition)
	e.integer(jobDraftEdition, l.draftEdition)
	e.time(jobCursor, l.cursor)
	e.integer(jobLastRunNumber, l.lastRunNumber)
	e.flag(jobDraftFollows, l.draftFollows)
	return e.doc
}

// decodeLedger reads a job's record. The result holds on to the record's
// document, which the store has given away.
func decodeLedger(r JobRecord) (ledger, error) {
	l := ledger{
		Job: Job{
			ID:             r.JobID,
			OrganizationID: r.OrganizationID,
			Key:            r.Key,
			CreatedAt:      r.CreatedAt,
		},
		revision:    r.Revision,
		latestRunID: r.LatestRunID,
	}
	d := newDecoder(r.Doc)
	for d.next() {
		l.decodeField(&d)
	}
	l.CurrentVersion = l.Version.Number
	if err := d.finish(); err != nil {
		return ledger{}, fmt.Errorf("document of job %s: %w", r.JobID, err)
	}
	return l, nil
}

func (l *ledger) decodeField(d *decoder) {
	switch d.field {
	case fieldFormat:
		d.checkFormat(d.integer())
	case jobMemberID:
		l.MemberID = d.text()
	case jobStatus:
		l.Status = Status(d.text())
	case jobDescription:
		l.Description = d.text()
	case jobVersion:
		d.message(func(d *decoder) { decodeVersionField(d, &l.Version) })
	case jobDraftVersion:
		l.DraftVersion = d.count()
	case jobEdition:
		l.Edition = d.integer()
	case jobGrant:
		var g teams.Grant
		d.message(func(d *decoder) { decodeGrantField(d, &g) })
		l.Grants = append(l.Grants, g)
	case jobCreatedBy:
		l.CreatedBy = d.text()
	case jobUpdatedAt:
		l.UpdatedAt = d.time()
	case jobUpdatedBy:
		l.UpdatedBy = d.text()
	case jobLastScheduledAt:
		l.LastScheduledAt = d.time()
	case jobNextRunAt:
		l.NextRunAt = d.time()
	case jobLastVersion:
		l.lastVersion = d.count()
	case jobLastEdition:
		l.lastEdition = d.integer()
	case jobDraftEdition:
		l.draftEdition = d.integer()
	case jobCursor:
		l.cursor = d.time()
	case jobLastRunNumber:
		l.lastRunNumber = d.integer()
	case jobDraftFollows:
		l.draftFollows = d.flag()
	}
}

func encodeGrantFields(e *encoder, g teams.Grant) {
	e.text(grantTeamID, g.TeamID)
	e.time(grantCreatedAt, g.CreatedAt)
	e.text(grantCreatedBy, g.CreatedBy)
	e.time(grantUpdatedAt, g.UpdatedAt)
	e.text(grantUpdatedBy, g.UpdatedBy)
}

func decodeGrantField(d *decoder, g *teams.Grant) {
	switch d.field {
	case grantTeamID:
		g.TeamID = d.text()
	case grantCreatedAt:
		g.CreatedAt = d.time()
	case grantCreatedBy:
		g.CreatedBy = d.text()
	case grantUpdatedAt:
		g.UpdatedAt = d.time()
	case grantUpdatedBy:
		g.UpdatedBy = d.text()
	}
}

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
	for d.next() {
		if d.field == fieldFormat {
			d.checkFormat(d.integer())
			continue
		}
		decodeVersionField(&d, &v)
	}
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

func decodeVersionField(d *decoder, v *versions.Version) {
	switch d.field {
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
