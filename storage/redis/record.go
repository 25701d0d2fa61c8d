package redis

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// appendName appends a name with its length in front.
func appendName(b []byte, name string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(name)))
	return append(b, name...)
}

func appendNames(b []byte, names []string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(names)))
	for _, name := range names {
		b = appendName(b, name)
	}
	return b
}

// placement is what the index contains of a job. It is the end of the job's
// header, with its digest before it.
type placement struct {
	createdAt                  string // as timeBytes writes it
	key                        string
	teams, scopes, keyedScopes []string
}

func placementOf(r *storage.JobRecord) placement {
	return placement{timeBytes(r.CreatedAt), r.Key, r.TeamIDs, r.Scopes, r.KeyScopes}
}

func (p *placement) bytes() []byte {
	b := make([]byte, 0, 128)
	b = append(b, p.createdAt...)
	b = appendName(b, p.key)
	b = appendNames(b, p.teams)
	b = appendNames(b, p.scopes)
	return appendNames(b, p.keyedScopes)
}

// digest is 16 bytes that identify a text.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return string(sum[:16])
}

// signature identifies a set of teams. The names have their lengths before
// them, so no two sets are written alike.
func signature(teams []string) string { return digest(appendNames(nil, teams)) }

// Where parts of a header begin; see fetch.lua.
const (
	headerDigest = 20
	headerLatest = 36
)

// decodeHeader reads a job without its document and its latest run. It also
// returns the size of the document.
func decodeHeader(ref storage.JobRef, header any) (r storage.JobRecord, size int, err error) {
	d := newDecoder(header)
	r.JobRef = ref
	r.Revision = d.int()
	r.WakeAt = d.time()
	size = d.size()
	d.bytes(headerLatest - headerDigest)
	r.LatestRunID = d.name()
	r.State = document(d.name())
	p := d.placement()
	r.CreatedAt, r.Key = timeOf(p.createdAt), p.key
	r.TeamIDs, r.Scopes, r.KeyScopes = p.teams, p.scopes, p.keyedScopes
	return r, size, d.err
}

// placementIn reads the placement of a header, and its digest.
func placementIn(header string) (p placement, sum string, err error) {
	if len(header) < headerLatest {
		return placement{}, "", errDamaged
	}
	d := newDecoder(header[headerLatest:])
	d.name()
	d.name()
	return d.placement(), header[headerDigest:headerLatest], d.err
}

func (d *decoder) placement() placement {
	p := placement{createdAt: d.bytes(8), key: d.name()}
	if p.createdAt == "" {
		p.createdAt = noTime
	}
	p.teams, p.scopes, p.keyedScopes = d.names(), d.names(), d.names()
	return p
}

// encodeRun writes a run; see lua/commit/runs.lua.
func encodeRun(r *storage.RunRecord, revision int64) []byte {
	b := make([]byte, 0, 64+len(r.Doc))
	b = append(b, intBytes(revision)...)
	b = append(b, timeBytes(r.CreatedAt)...)
	b = append(b, intBytes(r.Number)...)
	b = append(b, timeBytes(r.ReadyAt)...)
	b = append(b, timeBytes(r.DeadlineAt)...)
	b = append(b, timeBytes(r.OwedAt)...)
	b = appendName(b, nameBytes(string(r.Outcome)))
	return append(b, r.Doc...)
}

func decodeRun(ref storage.JobRef, id string, value any) (storage.RunRecord, error) {
	d := newDecoder(value)
	r := storage.RunRecord{JobRef: ref, ID: id}
	r.Revision = d.int()
	r.CreatedAt = d.time()
	r.Number = d.int()
	r.ReadyAt = d.time()
	r.DeadlineAt = d.time()
	r.OwedAt = d.time()
	outcome, _, err := cutName(d.name())
	if d.err == nil {
		d.err = err
	}
	r.Outcome = storage.Outcome(outcome)
	r.Doc = document(d.rest)
	return r, d.err
}

// encodeTombstone writes a change's tombstone: revision, wake time, document.
func encodeTombstone(c *storage.Change) []byte {
	r := c.Tombstone
	b := make([]byte, 0, 16+len(r.Doc))
	b = append(b, intBytes(c.Stored(r.Revision))...)
	b = append(b, timeBytes(r.WakeAt)...)
	return append(b, r.Doc...)
}

func decodeTombstone(ref storage.JobRef, value any) (storage.TombstoneRecord, error) {
	d := newDecoder(value)
	r := storage.TombstoneRecord{JobRef: ref, Revision: d.int(), WakeAt: d.time()}
	r.Doc = document(d.rest)
	return r, d.err
}

// encodeEvent writes an event: time, job, document. Its Seq is in the name of
// its field.
func encodeEvent(at time.Time, jobID string, doc []byte) []byte {
	b := make([]byte, 0, 16+len(jobID)+len(doc))
	b = append(b, timeBytes(at)...)
	b = append(b, nameBytes(jobID)...)
	return append(b, doc...)
}

func decodeEvent(organization string, seq int64, value any) (storage.EventRecord, error) {
	d := newDecoder(value)
	r := storage.EventRecord{Seq: seq, At: d.time()}
	if d.err != nil {
		return r, d.err
	}
	job, doc, err := cutName(d.rest)
	r.JobRef = storage.JobRef{OrganizationID: organization, JobID: job}
	r.Doc = document(doc)
	return r, err
}
