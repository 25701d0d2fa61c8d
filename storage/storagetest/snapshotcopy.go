package storagetest

import (
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// copySnapshot returns a snapshot that shares nothing with the one given, nor
// with the store that it was read from.
func copySnapshot(s snapshot) snapshot {
	c := snapshot{
		Organizations: map[string]organizationState{},
		Jobs:          map[jobs.JobRef]jobState{},
		Due:           slices.Clone(s.Due),
	}
	for id, o := range s.Organizations {
		o.ByCreation = copyAll(o.ByCreation, copyJob)
		o.ByKey = copyAll(o.ByKey, copyJob)
		o.Runs = copyAll(o.Runs, copyRun)
		c.Organizations[id] = o
	}
	for ref, j := range s.Jobs {
		j.Job = copyOptional(j.Job, copyJob)
		j.Found = copyAll(j.Found, copyJob)
		j.Draft = copyOptional(j.Draft, copyVersion)
		j.Listed = copyAll(j.Listed, copyVersion)
		j.Versions = copyAll(j.Versions, copyVersion)
		j.Runs = copyAll(j.Runs, copyRun)
		j.ByID = copyAll(j.ByID, copyRun)
		j.Ticks = copyAll(j.Ticks, copyTick)
		j.Tombstone = copyOptional(j.Tombstone, copyTombstone)
		c.Jobs[ref] = j
	}
	return c
}
