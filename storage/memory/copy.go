package memory

import (
	"bytes"
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// incoming is a change whose records are the store's own copies, one revision
// higher, as they are to be kept. The guards are read during the commit only
// and stay the caller's.
type incoming struct {
	jobs.Change

	job       *jobs.JobRecord
	tombstone *jobs.TombstoneRecord
	versions  []*jobs.VersionRecord
	draft     *jobs.VersionRecord
	runs      []*jobs.RunRecord
	ticks     []*jobs.TickRecord
}

// copyIn copies a change. Every record is allocated by itself, so that one
// that stays does not keep its neighbours in memory.
func copyIn(c jobs.Change) *incoming {
	in := &incoming{Change: c}
	in.At = microseconds(c.At)
	if c.Job != nil {
		in.job = keptJob(*c.Job)
	}
	if c.Tombstone != nil {
		in.tombstone = keptTombstone(*c.Tombstone)
	}
	if c.PutDraft != nil {
		in.draft = new(copyVersion(c.PutDraft))
	}
	for i := range c.AddVersions {
		in.versions = append(in.versions, new(copyVersion(&c.AddVersions[i])))
	}
	for i := range c.PutRuns {
		in.runs = append(in.runs, keptRun(c.PutRuns[i]))
	}
	for i := range c.PutTicks {
		in.ticks = append(in.ticks, keptTick(c.PutTicks[i]))
	}
	return in
}

// removes says whether the change removes its job.
func (in *incoming) removes() bool {
	return in.Tombstone != nil && in.Tombstone.Revision == 0
}

func keptJob(r jobs.JobRecord) *jobs.JobRecord {
	r.Revision++
	r.CreatedAt = microseconds(r.CreatedAt)
	r.WakeAt = microseconds(r.WakeAt)
	r.LatestRun = nil
	r = copyJob(&r, nil)
	return &r
}

func keptTombstone(r jobs.TombstoneRecord) *jobs.TombstoneRecord {
	r.Revision++
	r.WakeAt = microseconds(r.WakeAt)
	r.Doc = bytes.Clone(r.Doc)
	return &r
}

func keptRun(r jobs.RunRecord) *jobs.RunRecord {
	r.Revision++
	r.CreatedAt = microseconds(r.CreatedAt)
	r.WakeAt = microseconds(r.WakeAt)
	r.Doc = bytes.Clone(r.Doc)
	return &r
}

func keptTick(r jobs.TickRecord) *jobs.TickRecord {
	r.NominalAt = microseconds(r.NominalAt)
	r.Doc = bytes.Clone(r.Doc)
	return &r
}

// copyJob copies a job, with a copy of its latest run if there is one.
func copyJob(r *jobs.JobRecord, latest *jobs.RunRecord) jobs.JobRecord {
	out := *r
	out.TeamIDs = slices.Clone(r.TeamIDs)
	out.DependsOn = slices.Clone(r.DependsOn)
	out.Doc = bytes.Clone(r.Doc)
	if latest != nil {
		out.LatestRun = new(copyRun(latest))
	}
	return out
}

func copyVersion(r *jobs.VersionRecord) jobs.VersionRecord {
	out := *r
	out.Doc = bytes.Clone(r.Doc)
	return out
}

func copyRun(r *jobs.RunRecord) jobs.RunRecord {
	out := *r
	out.Doc = bytes.Clone(r.Doc)
	return out
}

func copyTick(r *jobs.TickRecord) jobs.TickRecord {
	out := *r
	out.Doc = bytes.Clone(r.Doc)
	return out
}

func copyTombstone(r *jobs.TombstoneRecord) jobs.TombstoneRecord {
	out := *r
	out.Doc = bytes.Clone(r.Doc)
	return out
}

// microseconds gives a time the precision and the zone that stores promise.
func microseconds(t time.Time) time.Time {
	return t.UTC().Truncate(time.Microsecond)
}
