package jobs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jobledger/jobledger/internal/document"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// The numbers in these tables name the fields of stored documents. A number is
// never given to another field; see DESIGN.md, decision 8.

// jobDocument holds what people edit of a job.
var jobDocument = document.New(func(l *ledger) *[]byte { return &l.docRest },
	document.Text(2, func(l *ledger) *string { return &l.MemberID }),
	document.Text(3, func(l *ledger) *Status { return &l.Status }),
	document.Text(4, func(l *ledger) *string { return &l.Description }),
	document.One(5, versionDocument, func(l *ledger) *versions.Version { return &l.Version }),
	document.Count(6, func(l *ledger) *int { return &l.DraftVersion }),
	document.Integer(7, func(l *ledger) *int64 { return &l.Edition }),
	document.Many(8, grantDocument, (*ledger).eachGrant, (*ledger).addGrant),
	document.Text(9, func(l *ledger) *string { return &l.CreatedBy }),
	document.Time(10, func(l *ledger) *time.Time { return &l.UpdatedAt }),
	document.Text(11, func(l *ledger) *string { return &l.UpdatedBy }),
	document.Count(12, func(l *ledger) *int { return &l.lastVersion }),
	document.Integer(13, func(l *ledger) *int64 { return &l.lastEdition }),
	document.Integer(14, func(l *ledger) *int64 { return &l.draftEdition }),
	document.Flag(15, func(l *ledger) *bool { return &l.draftFollows }),
	document.Pairs(16, func(l *ledger) *map[string]string { return &l.Labels }),
	document.Time(17, func(l *ledger) *time.Time { return &l.PausedUntil }),
)

// jobState holds what the scheduler keeps of a job.
var jobState = document.New(func(l *ledger) *[]byte { return &l.stateRest },
	document.Time(2, func(l *ledger) *time.Time { return &l.LastScheduledAt }),
	document.Time(3, func(l *ledger) *time.Time { return &l.NextRunAt }),
	document.Time(4, func(l *ledger) *time.Time { return &l.cursor }),
	document.Integer(5, func(l *ledger) *int64 { return &l.lastRunNumber }),
	document.Flag(6, func(l *ledger) *bool { return &l.blocked }),
	document.Many(7, consumedDocument, (*ledger).eachConsumed, func(l *ledger, c keptConsumption) { l.consume(c.jobID, c.consumption) }),
	document.Time(8, func(l *ledger) *time.Time { return &l.seen.First }),
	document.Time(9, func(l *ledger) *time.Time { return &l.seen.Last }),
	document.Time(10, func(l *ledger) *time.Time { return &l.seen.Again }),
	document.Time(11, func(l *ledger) *time.Time { return &l.seen.Latest }),
	document.Time(15, func(l *ledger) *time.Time { return &l.seenLift }),
	document.Text(12, func(l *ledger) *RunStatus { return &l.LastOutcome }),
	document.Integer(13, func(l *ledger) *int64 { return &l.outcomeOf }),
	document.Many(14, countsDocument, (*ledger).eachCount, func(l *ledger, n runCounts) { l.counts = append(l.counts, n) }),
)

// keptGrant is a grant with the fields of it that only a newer version of the
// library knows.
type keptGrant struct {
	teams.Grant
	rest []byte
}

var grantDocument = document.New(func(g *keptGrant) *[]byte { return &g.rest },
	document.Text(2, func(g *keptGrant) *string { return &g.TeamID }),
	document.Time(3, func(g *keptGrant) *time.Time { return &g.CreatedAt }),
	document.Text(4, func(g *keptGrant) *string { return &g.CreatedBy }),
	document.Time(5, func(g *keptGrant) *time.Time { return &g.UpdatedAt }),
	document.Text(6, func(g *keptGrant) *string { return &g.UpdatedBy }),
)

func (l *ledger) eachGrant(put func(*keptGrant)) {
	var g keptGrant
	for i := range l.Grants {
		g.Grant, g.rest = l.Grants[i], l.grantRest[l.Grants[i].TeamID]
		put(&g)
	}
}

func (l *ledger) addGrant(g keptGrant) {
	l.Grants = append(l.Grants, g.Grant)
	if g.rest != nil {
		if l.grantRest == nil {
			l.grantRest = map[string][]byte{}
		}
		l.grantRest[g.TeamID] = g.rest
	}
}

// keptConsumption is a consumption with the ID of its upstream.
type keptConsumption struct {
	jobID string
	consumption
}

var consumedDocument = document.New(func(c *keptConsumption) *[]byte { return &c.rest },
	document.Text(2, func(c *keptConsumption) *string { return &c.jobID }),
	document.Integer(3, func(c *keptConsumption) *int64 { return &c.upTo }),
	document.Integers(4, func(c *keptConsumption) *[]int64 { return &c.open }),
)

func (l *ledger) eachConsumed(put func(*keptConsumption)) {
	if len(l.consumed) == 0 {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(l.consumed)) {
		put(&keptConsumption{id, l.consumed[id]})
	}
}

func encodeJobDoc(l *ledger) []byte {
	return jobDocument.Encode(l, 512+len(l.Version.Config)+len(l.Version.SourceConfig)+len(l.Description))
}

func encodeJobState(l *ledger) []byte { return jobState.Encode(l, 64) }

// decodeLedger reads a job's record. The result shares memory with the record's
// documents.
func decodeLedger(r storage.JobRecord) (ledger, error) {
	var l ledger
	err := l.decode(&r)
	return l, err
}

// decode overwrites l with a job's record. If only the latest run cannot be read,
// decode leaves it out, sets latestErr and returns no error.
func (l *ledger) decode(r *storage.JobRecord) error {
	*l = ledger{Job: Job{Grants: make([]teams.Grant, 0, len(r.TeamIDs))}}
	err := jobDocument.Decode(r.Doc, l)
	if err != nil {
		err = fmt.Errorf("document of job %s: %w", r.JobID, err)
	}
	l.CurrentVersion = l.Version.Number
	return cmp.Or(err, l.decodeState(r))
}

// decodeState reads all of a job's record except what people edit.
func (l *ledger) decodeState(r *storage.JobRecord) error {
	l.stored, l.latestRunID, l.wakeAt = *r, r.LatestRunID, r.WakeAt
	l.ID, l.OrganizationID, l.Key, l.CreatedAt = r.JobID, r.OrganizationID, r.Key, r.CreatedAt
	if len(r.State) > 0 {
		if err := jobState.Decode(r.State, l); err != nil {
			return fmt.Errorf("state of job %s: %w", r.JobID, err)
		}
	}
	if r.LatestRun != nil {
		latest, err := decodeRun(*r.LatestRun)
		l.latestErr = err
		if err == nil && !latest.deleted {
			l.latest, l.LatestRun = &latest, &latest.Run
		}
	}
	return nil
}

// microTime converts microseconds since 1970 to a time.
func microTime(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
