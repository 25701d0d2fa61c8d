package model

import (
	"cmp"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
)

// Commit returns the state after a valid change, and whether the change is
// acknowledged: because it takes effect now, or because it did before. A change
// without an operation ID is not remembered.
func (s *State) Commit(change storage.Change) (*State, bool) {
	if s.applied[change.OperationID] {
		return s, true
	}
	if s.stale(&change) != "" {
		return s, false
	}
	c := deep.Stored(change)
	next := s.clone()
	if c.OperationID != "" {
		next.applied[c.OperationID] = true
	}
	next.writeOrganization(&c)
	if c.JobID != "" {
		next.writeJob(&c)
	}
	if c.Wake != nil && !c.Removes() {
		next.wake(&c)
	}
	return next, true
}

func (s *State) writeOrganization(c *storage.Change) {
	if c.Organization != nil {
		s.organization.Doc = c.Organization.Doc
		s.organization.Revision = c.Stored(c.Organization.Revision)
	}
	if c.Organization != nil && c.Copied {
		s.organization.Graph = c.Organization.Graph
	}
	if c.Graph != nil && c.Graph.Raise {
		s.organization.Graph++
	}
	if c.Copied {
		s.copyEvents(c.Events)
		return
	}
	for _, e := range c.Events {
		s.events = append(s.events, storage.EventRecord{
			JobRef: c.JobRef, Seq: int64(len(s.events)) + 1, At: c.At, Doc: e.Doc,
		})
	}
}

// copyEvents appends events as they are. Those before the first of a journal
// count as erased.
func (s *State) copyEvents(events []storage.EventRecord) {
	if len(s.events) == 0 && len(events) > 0 {
		s.events = make([]storage.EventRecord, events[0].Seq-1)
		s.oldest = events[0].Seq
	}
	s.events = append(s.events, events...)
}

// writeJob writes the change's own job.
func (s *State) writeJob(c *storage.Change) {
	if s.jobs[c.JobID] == nil && c.Job == nil {
		return // there is no job, and the change makes none
	}
	j := s.jobs[c.JobID].clone()
	s.jobs[c.JobID] = j
	if c.Tombstone != nil {
		tombstone := *c.Tombstone
		tombstone.Revision = c.Stored(tombstone.Revision)
		j.tombstone = &tombstone
		j.writeRuns(c)
		return
	}
	if c.Job != nil {
		record := *c.Job
		if len(record.Doc) == 0 {
			record.Doc = j.record.Doc
		}
		if len(record.State) == 0 {
			record.State = j.record.State
		}
		record.Revision = c.Stored(record.Revision)
		record.LatestRun = nil
		j.record = record
	}
	for i, v := range j.versions {
		for _, put := range c.PutVersionStates {
			if put.Number == v.Number {
				j.versions[i].State = put.State
			}
		}
	}
	j.versions = append(j.versions, c.AddVersions...)
	slices.SortFunc(j.versions, func(a, b storage.VersionRecord) int { return cmp.Compare(a.Number, b.Number) })
	switch {
	case c.RemoveDraft:
		j.draft = nil
	case c.PutDraft != nil:
		j.draft = c.PutDraft
	}
	j.writeRuns(c)
	j.writeTicks(c)
}

func (j *job) writeRuns(c *storage.Change) {
	gone := map[string]bool{}
	for _, r := range c.PutRuns {
		gone[r.ID] = true
	}
	for _, guard := range c.RemoveRuns {
		gone[guard.ID] = true
	}
	j.runs = slices.DeleteFunc(j.runs, func(r storage.RunRecord) bool { return gone[r.ID] })
	for _, r := range c.PutRuns {
		r.Revision = c.Stored(r.Revision)
		j.runs = append(j.runs, r)
	}
	slices.SortFunc(j.runs, func(a, b storage.RunRecord) int { return cmp.Compare(a.Number, b.Number) })
}

// writeTicks keeps the ticks oldest first.
func (j *job) writeTicks(c *storage.Change) {
	for _, t := range c.PutTicks {
		j.ticks = slices.DeleteFunc(j.ticks, func(old storage.TickRecord) bool { return old.NominalAt.Equal(t.NominalAt) })
		j.ticks = append(j.ticks, t)
	}
	slices.SortFunc(j.ticks, func(a, b storage.TickRecord) int { return a.NominalAt.Compare(b.NominalAt) })
	trim := 0
	for trim < len(j.ticks) && trim < storage.TrimAtOnce && j.ticks[trim].NominalAt.Before(c.TrimTicks) {
		trim++
	}
	j.ticks = j.ticks[trim:]
}

// wake wakes the jobs that stand in the change's scope after the change.
func (s *State) wake(c *storage.Change) {
	for id, j := range s.jobs {
		if j.tombstone != nil || !slices.Contains(j.record.Scopes, c.Wake.Scope) {
			continue
		}
		j = j.clone()
		j.record.Revision++
		if j.record.WakeAt.IsZero() || c.Wake.At.Before(j.record.WakeAt) {
			j.record.WakeAt = c.Wake.At
		}
		s.jobs[id] = j
	}
}

// Sweep returns the state after at most limit records were erased, and how many
// were erased.
func (s *State) Sweep(limit int, eventsBefore time.Time) (*State, int) {
	next, erased := s.clone(), 0
	last := int64(len(s.events))
	for next.oldest < last && erased < limit && s.events[next.oldest-1].At.Before(eventsBefore) {
		next.oldest++
		erased++
	}
	for id, j := range s.jobs {
		if j.tombstone == nil {
			continue
		}
		j = j.clone()
		next.jobs[id] = j
		for erased < limit && len(j.versions) > 0 {
			j.versions = j.versions[1:]
			erased++
		}
		for erased < limit && len(j.ticks) > 0 {
			j.ticks = j.ticks[1:]
			erased++
		}
		j.runs = slices.DeleteFunc(j.runs, func(r storage.RunRecord) bool {
			erase := erased < limit && !left(r)
			if erase {
				erased++
			}
			return erase
		})
		if erased < limit && len(j.versions)+len(j.ticks)+len(j.runs) == 0 {
			delete(next.jobs, id)
			erased++
		}
	}
	return next, erased
}
