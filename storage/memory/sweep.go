package memory

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// erasedAtOnce is the most records that are erased while the store is locked.
const erasedAtOnce = 100

// tombstone is what is kept for a removed job.
type tombstone struct {
	record *storage.TombstoneRecord
	// job is what is not yet erased.
	job *job
	// queued is true while the tombstone is among the store's remains.
	queued bool
}

// Tombstone implements [storage.Store].
func (s *Store) Tombstone(ctx context.Context, ref storage.JobRef) (storage.TombstoneRecord, error) {
	var found *storage.TombstoneRecord
	err := s.read(ctx, func() error {
		t := s.organization(ref.OrganizationID).tombstones[ref.JobID]
		if t == nil {
			return storage.ErrNotFound
		}
		found = t.record
		return nil
	})
	if err != nil {
		return storage.TombstoneRecord{}, fmt.Errorf("memory: tombstone of job %s: %w", ref.JobID, err)
	}
	return copyOf(found), nil
}

// remove replaces a job by a tombstone. The runs stay in the indexes of several
// jobs, where reads pass over them until they are erased.
func (s *Store) remove(o *organization, c *storage.Change) {
	j := o.jobs[c.JobID]
	s.setRecord(o, j, nil)
	delete(o.jobs, c.JobID)
	j.draft = nil
	j.removed = true

	t := &tombstone{job: j}
	o.tombstones[c.JobID] = t
	s.setTombstone(t, c)
}

// replaceTombstone replaces a tombstone, and removes runs that the job left.
func (s *Store) replaceTombstone(o *organization, c *storage.Change) {
	t := o.tombstones[c.JobID]
	for _, guard := range c.RemoveRuns {
		s.removeRun(o, t.job.runs[guard.ID])
	}
	s.setTombstone(t, c)
}

// setTombstone replaces the record of a tombstone. It adds the tombstone to the
// remains when there is something to erase.
func (s *Store) setTombstone(t *tombstone, c *storage.Change) {
	record := *c.Tombstone
	record.Revision = c.Stored(record.Revision)
	s.moveDue(storage.DueTombstones, t.due(t.record), t.due(&record))
	t.record = &record
	if !t.queued && (t.job.erasable() || len(t.job.runs) == 0) {
		t.queued = true
		s.remains = append(s.remains, t)
	}
}

// due is the entry of a record of the tombstone, which may be nil.
func (t *tombstone) due(r *storage.TombstoneRecord) dueEntry {
	if r == nil {
		return dueEntry{}
	}
	return dueAt(r.WakeAt, r.JobRef, "", t.job)
}

// Sweep implements [storage.Store].
func (s *Store) Sweep(ctx context.Context, options storage.SweepOptions) (erased int, err error) {
	err = options.Validate()
	for more := true; err == nil && more && erased < options.Limit; {
		var chunk int
		limit := min(erasedAtOnce, options.Limit-erased)
		chunk, err = s.sweep(ctx, limit, options.EventsBefore)
		erased += chunk
		more = chunk == limit
	}
	if err != nil {
		return erased, fmt.Errorf("memory: sweep: %w", err)
	}
	return erased, nil
}

func (s *Store) sweep(ctx context.Context, limit int, eventsBefore time.Time) (erased int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	for erased < limit && (s.eraseRemains() || s.eraseEvent(eventsBefore)) {
		erased++
	}
	return erased, nil
}

// eraseRemains erases one record that a removed job left, and reports whether
// there was one.
func (s *Store) eraseRemains() bool {
	for len(s.remains) > 0 {
		t := s.remains[0]
		o := s.organizations[t.record.OrganizationID]
		if s.eraseOne(o, t.job) {
			return true
		}
		t.queued = false
		s.remains[0] = nil
		s.remains = s.remains[1:]
		if len(t.job.runs) == 0 {
			s.moveDue(storage.DueTombstones, t.due(t.record), dueEntry{})
			delete(o.tombstones, t.record.JobID)
			return true
		}
	}
	return false
}

// eraseOne erases one record of a removed job, and reports whether there was
// one to erase. It erases runs in the order of their numbers, which is mostly
// the order of the indexes.
func (s *Store) eraseOne(o *organization, j *job) bool {
	if j.versions.pop() || j.ticks.pop() {
		return true
	}
	for c, tree := range j.byNumber {
		if !c.kept() {
			oldest, _ := tree.Min()
			s.removeRun(o, oldest.run)
			return true
		}
	}
	return false
}

// erasable reports whether the removed job left something to erase.
func (j *job) erasable() bool {
	for c := range j.byNumber {
		if !c.kept() {
			return true
		}
	}
	return j.versions.first() != nil || j.ticks.first() != nil
}
