package redis

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/jobledger/jobledger/jobs"
)

// recordFormat is the first byte of every record: how the rest is written.
// Scripts know it as FORMAT.
const recordFormat = 1

// errFormat is a record that cannot be read.
var errFormat = errors.New("a stored record has a format that this release does not know; " +
	"a newer release has written to the same server")

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

// signature names a set of teams in 16 bytes. The lengths in front of the
// names keep two sets from being written alike.
func signature(teams []string) []byte {
	sum := sha256.Sum256(appendNames(nil, teams))
	return sum[:16]
}

// header writes all of a job but its document; jobs.lua says how.
func header(r *jobs.JobRecord, revision int64) []byte {
	b := make([]byte, 0, 128)
	b = append(b, recordFormat)
	b = append(b, intBytes(revision)...)
	b = append(b, timeBytes(floor(r.WakeAt))...)
	b = appendName(b, r.LatestRunID)
	b = append(b, timeBytes(floor(r.CreatedAt))...)
	b = appendName(b, r.Key)
	b = appendName(b, r.ClusterID)
	b = append(b, signature(r.TeamIDs)...)
	b = appendNames(b, r.TeamIDs)
	return appendNames(b, r.DependsOn)
}

// decodeJob reads a job that a script returned in four values.
func decodeJob(organization string, id, header, doc, run any) (jobs.JobRecord, error) {
	d, err := newDecoder(header)
	if err != nil {
		return jobs.JobRecord{}, err
	}
	r := jobs.JobRecord{JobRef: jobs.JobRef{OrganizationID: organization, JobID: text(id)}}
	r.Revision = d.int()
	r.WakeAt = d.time()
	r.LatestRunID = d.name()
	r.CreatedAt = d.time()
	r.Key = d.name()
	r.ClusterID = d.name()
	d.bytes(16)
	r.TeamIDs = d.names()
	r.DependsOn = d.names()
	r.Doc = document(text(doc))
	if d.err != nil {
		return jobs.JobRecord{}, d.err
	}
	if run != nil {
		latest, err := decodeRun(r.JobRef, r.LatestRunID, run)
		if err != nil {
			return jobs.JobRecord{}, err
		}
		r.LatestRun = &latest
	}
	return r, nil
}

// encodeRun writes a run; guards.lua says how.
func encodeRun(r *jobs.RunRecord) []byte {
	b := make([]byte, 0, 48+len(r.Doc))
	b = append(b, recordFormat)
	b = append(b, intBytes(r.Revision+1)...)
	b = append(b, timeBytes(floor(r.WakeAt))...)
	b = append(b, timeBytes(floor(r.CreatedAt))...)
	b = append(b, intBytes(r.Number)...)
	b = appendName(b, string(r.Outcome))
	return append(b, r.Doc...)
}

func decodeRun(ref jobs.JobRef, id string, value any) (jobs.RunRecord, error) {
	d, err := newDecoder(value)
	if err != nil {
		return jobs.RunRecord{}, err
	}
	r := jobs.RunRecord{JobRef: ref, ID: id}
	r.Revision = d.int()
	r.WakeAt = d.time()
	r.CreatedAt = d.time()
	r.Number = d.int()
	r.Outcome = jobs.Outcome(d.name())
	r.Doc = document(d.rest)
	return r, d.err
}

// encodeTombstone writes a tombstone; sweep.lua and effects.lua read it.
func encodeTombstone(r *jobs.TombstoneRecord) []byte {
	b := make([]byte, 0, 32+len(r.Doc))
	b = append(b, recordFormat)
	b = append(b, intBytes(r.Revision+1)...)
	b = append(b, timeBytes(floor(r.WakeAt))...)
	owed := byte('0')
	if r.Owed {
		owed = '1'
	}
	b = append(b, owed)
	return append(b, r.Doc...)
}

func decodeTombstone(ref jobs.JobRef, value any) (jobs.TombstoneRecord, error) {
	d, err := newDecoder(value)
	if err != nil {
		return jobs.TombstoneRecord{}, err
	}
	r := jobs.TombstoneRecord{JobRef: ref}
	r.Revision = d.int()
	r.WakeAt = d.time()
	r.Owed = d.bytes(1) == "1"
	r.Doc = document(d.rest)
	return r, d.err
}

// encodeVersion writes a version, or a draft.
func encodeVersion(r *jobs.VersionRecord) []byte {
	b := make([]byte, 0, 16+len(r.Doc))
	b = append(b, recordFormat)
	b = append(b, intBytes(int64(r.Number))...)
	return append(b, r.Doc...)
}

func decodeVersion(ref jobs.JobRef, value any) (jobs.VersionRecord, error) {
	d, err := newDecoder(value)
	if err != nil {
		return jobs.VersionRecord{}, err
	}
	number := d.int()
	if number < math.MinInt || number > math.MaxInt {
		return jobs.VersionRecord{}, fmt.Errorf("version number %d is too large for this machine", number)
	}
	return jobs.VersionRecord{JobRef: ref, Number: int(number), Doc: document(d.rest)}, d.err
}

// encodeTick writes a tick, but for its time, which is its field.
func encodeTick(r *jobs.TickRecord) []byte {
	b := make([]byte, 0, 1+len(r.Doc))
	return append(append(b, recordFormat), r.Doc...)
}

func decodeTick(ref jobs.JobRef, at string, value any) (jobs.TickRecord, error) {
	d, err := newDecoder(value)
	if err != nil {
		return jobs.TickRecord{}, err
	}
	return jobs.TickRecord{JobRef: ref, NominalAt: timeOf(at), Doc: document(d.rest)}, nil
}
