package memory

import (
	"bytes"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// copyChange copies what a store keeps of a change, with times as they are
// kept. The guards are read during the commit only, and stay the caller's.
func copyChange(c storage.Change) storage.Change {
	c.At = microseconds(c.At)
	c.TrimTicks = microseconds(c.TrimTicks)
	if c.Job != nil {
		r := copyJob(c.Job, nil)
		r.CreatedAt, r.WakeAt, r.LatestRun = microseconds(r.CreatedAt), microseconds(r.WakeAt), nil
		c.Job = &r
	}
	if c.Tombstone != nil {
		r := copyTombstone(c.Tombstone)
		r.WakeAt = microseconds(r.WakeAt)
		c.Tombstone = &r
	}
	if c.PutDraft != nil {
		c.PutDraft = new(copyVersion(c.PutDraft))
	}
	if c.Organization != nil {
		c.Organization = new(copyOrganization(c.Organization))
	}
	if c.Wake != nil {
		wake := *c.Wake
		wake.At = microseconds(wake.At)
		c.Wake = &wake
	}
	c.AddVersions = copies(pointers(c.AddVersions), copyVersion)
	c.PutRuns = copies(pointers(c.PutRuns), copyRun)
	for i := range c.PutRuns {
		r := &c.PutRuns[i]
		r.CreatedAt, r.ReadyAt = microseconds(r.CreatedAt), microseconds(r.ReadyAt)
		r.DeadlineAt, r.OwedAt = microseconds(r.DeadlineAt), microseconds(r.OwedAt)
	}
	c.PutTicks = copies(pointers(c.PutTicks), copyTick)
	for i := range c.PutTicks {
		c.PutTicks[i].NominalAt = microseconds(c.PutTicks[i].NominalAt)
	}
	c.Events = copies(pointers(c.Events), copyEvent)
	return c
}

func pointers[R any](records []R) []*R {
	out := make([]*R, len(records))
	for i := range records {
		out[i] = &records[i]
	}
	return out
}

// copies copies records that are kept, or to be kept.
func copies[R any](records []*R, copyOne func(*R) R) []R {
	out := make([]R, len(records))
	for i, r := range records {
		out[i] = copyOne(r)
	}
	return out
}

// copyJob copies a job, with a copy of its latest run if there is one.
func copyJob(r *storage.JobRecord, latest *storage.RunRecord) storage.JobRecord {
	out := *r
	out.TeamIDs = slices.Clone(r.TeamIDs)
	out.Scopes = slices.Clone(r.Scopes)
	out.KeyScopes = slices.Clone(r.KeyScopes)
	out.Doc = bytes.Clone(r.Doc)
	out.State = bytes.Clone(r.State)
	if latest != nil {
		out.LatestRun = new(copyRun(latest))
	}
	return out
}

func copyVersion(r *storage.VersionRecord) storage.VersionRecord {
	out := *r
	out.Doc = bytes.Clone(r.Doc)
	return out
}

func copyRun(r *storage.RunRecord) storage.RunRecord {
	out := *r
	out.Doc = bytes.Clone(r.Doc)
	return out
}

func copyTick(r *storage.TickRecord) storage.TickRecord {
	out := *r
	out.Doc = bytes.Clone(r.Doc)
	return out
}

func copyEvent(r *storage.EventRecord) storage.EventRecord {
	out := *r
	out.Doc = bytes.Clone(r.Doc)
	return out
}

func copyTombstone(r *storage.TombstoneRecord) storage.TombstoneRecord {
	out := *r
	out.Doc = bytes.Clone(r.Doc)
	return out
}

func copyOrganization(r *storage.OrganizationRecord) storage.OrganizationRecord {
	out := *r
	out.Doc = bytes.Clone(r.Doc)
	return out
}

// microseconds gives a time the precision and the zone that stores promise.
func microseconds(t time.Time) time.Time {
	return t.UTC().Truncate(time.Microsecond)
}
