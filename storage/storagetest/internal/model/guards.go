package model

import (
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// stale says which guard of a change does not hold; it is empty when all do.
func (s *State) stale(c *storage.Change) string {
	switch {
	case !s.jobHolds(c):
		return "the job's revision, or its tombstone"
	case !s.keyHolds(c):
		return "the job's key"
	case !s.versionsHold(c):
		return "a version's number"
	case !s.runsHold(c):
		return "a run's revision, ID or number"
	case !s.organizationHolds(c):
		return "the organization's revision or graph counter"
	case !s.othersHold(c):
		return "a required key or a forbidden scope"
	}
	return ""
}

func (s *State) jobHolds(c *storage.Change) bool {
	j := s.jobs[c.JobID]
	removed := j != nil && j.tombstone != nil
	if c.Tombstone != nil && !c.Removes() && !(removed && j.tombstone.Revision == c.Tombstone.Revision) {
		return false
	}
	if c.Job == nil {
		return !c.Copied || c.JobID == "" || s.live(c.JobID) != nil
	}
	if c.Creates(c.Job.Revision) && !c.Removes() {
		return j == nil
	}
	return !removed && j != nil && j.record.Revision == c.Job.Revision
}

func (s *State) keyHolds(c *storage.Change) bool {
	if c.Job == nil || c.Removes() {
		return true
	}
	holder := s.holder(c.Job.Key)
	return holder == nil || holder.record.JobID == c.JobID
}

// holder returns the job that has a key, or nil.
func (s *State) holder(key string) *job {
	for _, j := range s.jobs {
		if j.tombstone == nil && j.record.Key == key {
			return j
		}
	}
	return nil
}

func (s *State) versionsHold(c *storage.Change) bool {
	stored := s.parts(c.JobID).versions
	for _, put := range c.PutVersionStates {
		if !slices.ContainsFunc(stored, func(v storage.VersionRecord) bool { return v.Number == put.Number }) {
			return false
		}
	}
	for _, v := range stored {
		if slices.ContainsFunc(c.AddVersions, func(added storage.VersionRecord) bool { return added.Number == v.Number }) {
			return false
		}
	}
	return true
}

func (s *State) runsHold(c *storage.Change) bool {
	stored := s.parts(c.JobID).runs
	if c.Tombstone != nil && s.jobs[c.JobID] != nil {
		stored = slices.DeleteFunc(slices.Clone(s.jobs[c.JobID].runs), func(r storage.RunRecord) bool { return !left(r) })
	}
	numbers, revisions := map[int64]bool{}, map[string]int64{}
	for _, r := range stored {
		numbers[r.Number] = true
		revisions[r.ID] = r.Revision
	}
	for _, r := range c.PutRuns {
		expected := r.Revision
		if c.Creates(expected) {
			expected = 0
		}
		if revisions[r.ID] != expected || expected == 0 && numbers[r.Number] {
			return false
		}
		numbers[r.Number] = true
	}
	for _, guard := range c.RemoveRuns {
		if guard.Revision == 0 || revisions[guard.ID] != guard.Revision {
			return false
		}
	}
	return true
}

func (s *State) organizationHolds(c *storage.Change) bool {
	revision := s.organization.Revision
	if newest := int64(len(s.events)); c.Copied && len(c.Events) > 0 && newest > 0 && c.Events[0].Seq != newest+1 {
		return false
	}
	return (c.Organization == nil || c.Copied || c.Organization.Revision == revision) &&
		(c.RequireOrganization == nil || *c.RequireOrganization == revision) &&
		(c.Graph == nil || c.Graph.Expect == s.organization.Graph)
}

// othersHold checks the guards on other jobs.
func (s *State) othersHold(c *storage.Change) bool {
	for _, guard := range c.RequireKeys {
		if j := s.live(guard.JobID); j == nil || j.record.Key != guard.Key {
			return false
		}
	}
	for id, j := range s.jobs {
		if j.tombstone == nil && id != c.JobID && c.ForbidScope != "" && slices.Contains(j.record.Scopes, c.ForbidScope) {
			return false
		}
	}
	return true
}
