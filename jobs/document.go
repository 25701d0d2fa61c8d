package jobs

import (
	"fmt"
	"maps"
	"slices"

	"github.com/jobledger/jobledger/teams"
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
	jobBlocked         = 20
	jobConsumed        = 21
)

// Fields of a grant within a ledger's document.
const (
	grantTeamID    = 1
	grantCreatedAt = 2
	grantCreatedBy = 3
	grantUpdatedAt = 4
	grantUpdatedBy = 5
)

// Fields of a consumed upstream success within a ledger's document.
const (
	consumedJobID  = 1
	consumedNumber = 2
	consumedOpen   = 3
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
	e.flag(jobBlocked, l.blocked)
	for _, id := range slices.Sorted(maps.Keys(l.consumed)) {
		e.message(jobConsumed, func(e *encoder) {
			e.text(consumedJobID, id)
			e.integer(consumedNumber, l.consumed[id].upTo)
			for _, number := range l.consumed[id].open {
				e.integer(consumedOpen, number)
			}
		})
	}
	return e.doc
}

// decodeLedger reads a job's record. The result holds on to the record's
// document, which the store has given away.
func decodeLedger(r JobRecord) (ledger, error) {
	var l ledger
	err := l.decode(&r)
	return l, err
}

// decode reads a job's record into l, which is overwritten.
func (l *ledger) decode(r *JobRecord) error {
	*l = ledger{revision: r.Revision, latestRunID: r.LatestRunID, wakeAt: r.WakeAt}
	l.ID, l.OrganizationID, l.Key, l.CreatedAt = r.JobID, r.OrganizationID, r.Key, r.CreatedAt
	l.Grants = make([]teams.Grant, 0, len(r.TeamIDs))
	if r.LatestRun != nil {
		latest, err := decodeRun(*r.LatestRun)
		if err != nil {
			return err
		}
		if !latest.deleted {
			l.LatestRun = &latest.Run
		}
	}
	d := newDecoder(r.Doc)
	for d.next() {
		l.decodeField(&d)
	}
	l.CurrentVersion = l.Version.Number
	if err := d.finish(); err != nil {
		return fmt.Errorf("document of job %s: %w", r.JobID, err)
	}
	return nil
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
		inner := d.nested()
		decodeVersionFields(&inner, &l.Version)
		d.leave(inner)
	case jobDraftVersion:
		l.DraftVersion = d.count()
	case jobEdition:
		l.Edition = d.integer()
	case jobGrant:
		l.Grants = append(l.Grants, decodeGrant(d))
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
	case jobBlocked:
		l.blocked = d.flag()
	case jobConsumed:
		l.decodeConsumed(d)
	}
}

func (l *ledger) decodeConsumed(d *decoder) {
	var id string
	var used consumption
	inner := d.nested()
	for inner.next() {
		switch inner.field {
		case consumedJobID:
			id = inner.text()
		case consumedNumber:
			used.upTo = inner.integer()
		case consumedOpen:
			used.open = append(used.open, inner.integer())
		}
	}
	d.leave(inner)
	l.consume(id, used)
}

func encodeGrantFields(e *encoder, g teams.Grant) {
	e.text(grantTeamID, g.TeamID)
	e.time(grantCreatedAt, g.CreatedAt)
	e.text(grantCreatedBy, g.CreatedBy)
	e.time(grantUpdatedAt, g.UpdatedAt)
	e.text(grantUpdatedBy, g.UpdatedBy)
}

func decodeGrant(d *decoder) (g teams.Grant) {
	inner := d.nested()
	for inner.next() {
		switch inner.field {
		case grantTeamID:
			g.TeamID = inner.text()
		case grantCreatedAt:
			g.CreatedAt = inner.time()
		case grantCreatedBy:
			g.CreatedBy = inner.text()
		case grantUpdatedAt:
			g.UpdatedAt = inner.time()
		case grantUpdatedBy:
			g.UpdatedBy = inner.text()
		}
	}
	d.leave(inner)
	return g
}
