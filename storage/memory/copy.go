package memory

import (
	"bytes"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// copyOf copies a record as a store returns it: it shares no memory, and its
// times are UTC in whole microseconds.
func copyOf[R any](record *R) R {
	out := *record
	switch r := any(&out).(type) {
	case *storage.JobRecord:
		r.TeamIDs, r.Scopes, r.KeyScopes = slices.Clone(r.TeamIDs), slices.Clone(r.Scopes), slices.Clone(r.KeyScopes)
		r.Doc, r.State, r.LatestRun = bytes.Clone(r.Doc), bytes.Clone(r.State), nil
		inMicroseconds(&r.CreatedAt, &r.WakeAt)
	case *storage.RunRecord:
		r.Doc = bytes.Clone(r.Doc)
		inMicroseconds(&r.CreatedAt, &r.ReadyAt, &r.DeadlineAt, &r.OwedAt)
	case *storage.TickRecord:
		r.Doc = bytes.Clone(r.Doc)
		inMicroseconds(&r.NominalAt)
	case *storage.TombstoneRecord:
		r.Doc = bytes.Clone(r.Doc)
		inMicroseconds(&r.WakeAt)
	case *storage.VersionRecord:
		r.Doc, r.State = bytes.Clone(r.Doc), bytes.Clone(r.State)
	case *storage.EventRecord:
		r.Doc = bytes.Clone(r.Doc)
	case *storage.OrganizationRecord:
		r.Doc = bytes.Clone(r.Doc)
	case *storage.Wake:
		inMicroseconds(&r.At)
	}
	return out
}

func inMicroseconds(times ...*time.Time) {
	for _, t := range times {
		*t = t.UTC().Truncate(time.Microsecond)
	}
}

// copies copies stored records.
func copies[R any](records []*R) []R {
	out := make([]R, len(records))
	for i, r := range records {
		out[i] = copyOf(r)
	}
	return out
}

// copyChange copies what a store keeps of a change. It does not copy the
// guards, which are used only during the commit.
func copyChange(c storage.Change) storage.Change {
	inMicroseconds(&c.At, &c.TrimTicks)
	one(&c.Job)
	one(&c.Tombstone)
	one(&c.PutDraft)
	one(&c.Organization)
	one(&c.Wake)
	all(&c.AddVersions)
	all(&c.PutVersionStates)
	all(&c.PutRuns)
	all(&c.PutTicks)
	all(&c.Events)
	return c
}

// one replaces a record by a copy, if there is one.
func one[R any](record **R) {
	if *record != nil {
		*record = new(copyOf(*record))
	}
}

// all replaces records by copies.
func all[R any](records *[]R) {
	*records = slices.Clone(*records)
	for i := range *records {
		(*records)[i] = copyOf(&(*records)[i])
	}
}
