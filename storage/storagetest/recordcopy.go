package storagetest

import (
	"bytes"
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// The copies below share nothing with what they were made from.

func copyJob(j jobs.JobRecord) jobs.JobRecord {
	j.TeamIDs = slices.Clone(j.TeamIDs)
	j.DependsOn = slices.Clone(j.DependsOn)
	j.Doc = bytes.Clone(j.Doc)
	if j.LatestRun != nil {
		run := copyRun(*j.LatestRun)
		j.LatestRun = &run
	}
	j.CreatedAt, j.WakeAt = stored(j.CreatedAt), stored(j.WakeAt)
	return j
}

func copyRun(r jobs.RunRecord) jobs.RunRecord {
	r.Doc = bytes.Clone(r.Doc)
	r.CreatedAt, r.WakeAt = stored(r.CreatedAt), stored(r.WakeAt)
	return r
}

func copyVersion(v jobs.VersionRecord) jobs.VersionRecord {
	v.Doc = bytes.Clone(v.Doc)
	return v
}

func copyTick(t jobs.TickRecord) jobs.TickRecord {
	t.Doc = bytes.Clone(t.Doc)
	t.NominalAt = stored(t.NominalAt)
	return t
}

func copyTombstone(t jobs.TombstoneRecord) jobs.TombstoneRecord {
	t.Doc = bytes.Clone(t.Doc)
	t.WakeAt = stored(t.WakeAt)
	return t
}

func copyAll[R any](records []R, one func(R) R) []R {
	var all []R
	for _, r := range records {
		all = append(all, one(r))
	}
	return all
}

func copyOptional[R any](record *R, one func(R) R) *R {
	if record == nil {
		return nil
	}
	r := one(*record)
	return &r
}

func copyChange(c jobs.Change) jobs.Change {
	c.Job = copyOptional(c.Job, copyJob)
	c.Tombstone = copyOptional(c.Tombstone, copyTombstone)
	c.PutDraft = copyOptional(c.PutDraft, copyVersion)
	c.AddVersions = copyAll(c.AddVersions, copyVersion)
	c.PutRuns = copyAll(c.PutRuns, copyRun)
	c.PutTicks = copyAll(c.PutTicks, copyTick)
	c.RemoveRuns = slices.Clone(c.RemoveRuns)
	c.RequireKeys = slices.Clone(c.RequireKeys)
	c.Graph = copyOptional(c.Graph, func(g jobs.GraphGuard) jobs.GraphGuard { return g })
	c.Wake = copyOptional(c.Wake, func(w jobs.Wake) jobs.Wake { return w })
	return c
}
