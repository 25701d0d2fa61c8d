// Package model implements the contract of [storage.Store] in the simplest way: it
// has no index, and each read looks at everything. The random cases of the suite
// compare the reads of a backend with it. Package linearize looks for an order of
// calls in which the model gives the same answers.
package model

import (
	"cmp"
	"maps"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
)

// State is what a store keeps for one organization. A state never changes:
// [State.Commit] returns a new one.
type State struct {
	organization storage.OrganizationRecord
	// jobs are the jobs that exist, and removed jobs that left records.
	jobs map[string]*job
	// events are all that were written; Sweep raises oldest.
	events []storage.EventRecord
	oldest int64
	// applied are the operations that took effect.
	applied map[string]bool

	text string
}

// job is a job or, when it has a tombstone, what a removed job left.
type job struct {
	record    storage.JobRecord
	tombstone *storage.TombstoneRecord
	draft     *storage.VersionRecord
	versions  []storage.VersionRecord
	runs      []storage.RunRecord
	ticks     []storage.TickRecord

	text string
}

// NewState returns what a new store keeps for an organization.
func NewState(organization string) *State {
	return &State{
		organization: storage.OrganizationRecord{OrganizationID: organization},
		jobs:         map[string]*job{},
		oldest:       1,
		applied:      map[string]bool{},
	}
}

// clone returns a state of which all but the jobs can be written to.
func (s *State) clone() *State {
	c := *s
	c.jobs, c.applied, c.events = maps.Clone(s.jobs), maps.Clone(s.applied), slices.Clip(s.events)
	c.text = ""
	return &c
}

// clone returns a job that can be written to; nil is a new one.
func (j *job) clone() *job {
	if j == nil {
		return &job{}
	}
	c := *j
	c.versions, c.runs, c.ticks = slices.Clone(j.versions), slices.Clone(j.runs), slices.Clone(j.ticks)
	c.text = ""
	return &c
}

// live returns a job that exists, or nil.
func (s *State) live(id string) *job {
	if j := s.jobs[id]; j != nil && j.tombstone == nil {
		return j
	}
	return nil
}

// parts returns what belongs to a job that exists; otherwise nothing.
func (s *State) parts(id string) *job {
	if j := s.live(id); j != nil {
		return j
	}
	return &job{}
}

// all returns the jobs that exist, by ID.
func (s *State) all() []*job {
	var all []*job
	for _, j := range s.jobs {
		if j.tombstone == nil {
			all = append(all, j)
		}
	}
	slices.SortFunc(all, func(a, b *job) int { return cmp.Compare(a.record.JobID, b.record.JobID) })
	return all
}

// Job returns a job as it is stored, without its latest run, and whether it
// exists.
func (s *State) Job(id string) (storage.JobRecord, bool) {
	j := s.live(id)
	if j == nil {
		return storage.JobRecord{}, false
	}
	return deep.Copy(j.record), true
}

// Tombstone returns what stands for a removed job, and whether something does.
func (s *State) Tombstone(id string) (storage.TombstoneRecord, bool) {
	j := s.jobs[id]
	if j == nil || j.tombstone == nil {
		return storage.TombstoneRecord{}, false
	}
	return deep.Copy(*j.tombstone), true
}

// Runs returns the runs of a job, in the order in which they were written. Of a
// removed job, these are the runs that only a commit removes.
func (s *State) Runs(id string) []storage.RunRecord {
	j := s.jobs[id]
	switch {
	case j == nil:
		return nil
	case j.tombstone != nil:
		return slices.DeleteFunc(deep.Copy(j.runs), func(r storage.RunRecord) bool { return !left(r) })
	}
	return deep.Copy(j.runs)
}

// Organization returns the organization's record.
func (s *State) Organization() storage.OrganizationRecord { return deep.Copy(s.organization) }

// left reports whether a run of a removed job stays until a commit removes it.
func left(r storage.RunRecord) bool { return r.Outcome == storage.Open || !r.OwedAt.IsZero() }

// Text prints the whole state. Two states are the same when their texts are.
func (s *State) Text() string {
	if s.text == "" {
		text := deep.Text(s.organization) + deep.Text(s.events) + deep.Text(slices.Sorted(maps.Keys(s.applied)))
		for _, id := range slices.Sorted(maps.Keys(s.jobs)) {
			text += "\n" + s.jobs[id].print()
		}
		s.text = text
	}
	return s.text
}

func (j *job) print() string {
	if j.text == "" {
		j.text = deep.Text(struct {
			Job       storage.JobRecord
			Tombstone *storage.TombstoneRecord
			Draft     *storage.VersionRecord
			Versions  []storage.VersionRecord
			Runs      []storage.RunRecord
			Ticks     []storage.TickRecord
		}{j.record, j.tombstone, j.draft, j.versions, j.runs, j.ticks})
	}
	return j.text
}
