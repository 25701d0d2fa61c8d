package memory

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/jobs"
)

// tombstone is what is kept for a removed job.
type tombstone struct {
	record *jobs.TombstoneRecord
	// job holds the versions, runs and ticks that are not yet erased. Nothing
	// forces memory to keep them: it does so that a sweeper that is tested on
	// this store meets the chunks that it will meet on others.
	job *job
	// queued says that the tombstone is among the store's remains.
	queued bool
}

// Tombstone implements [jobs.Store].
func (s *Store) Tombstone(ctx context.Context, ref jobs.JobRef) (jobs.TombstoneRecord, error) {
	found, err := s.findTombstone(ctx, ref)
	if err != nil {
		return jobs.TombstoneRecord{}, fmt.Errorf("memory: tombstone of job %s: %w", ref.JobID, err)
	}
	return copyTombstone(found), nil
}

func (s *Store) findTombstone(ctx context.Context, ref jobs.JobRef) (*jobs.TombstoneRecord, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t := s.organization(ref.OrganizationID).tombstones[ref.JobID]
	if t == nil {
		return nil, jobs.ErrNotFound
	}
	return t.record, nil
}

// remove puts a tombstone in place of a job. The runs leave the indexes across
// jobs at once, which costs their number: no read has to step over them later.
func (s *Store) remove(o *organization, record *jobs.TombstoneRecord) {
	j := o.jobs[record.JobID]
	if j == nil {
		// The change expected none, and there is none.
		j = &job{}
	}
	for _, one := range j.runs.byID {
		s.hideRun(o, one)
	}
	s.setRecord(o, j, nil)
	delete(o.jobs, record.JobID)
	j.draft = nil

	t := &tombstone{record: record, job: j}
	o.tombstones[record.JobID] = t
	s.moveDue(jobs.DueItem{}, dueTombstone(record))
	s.enqueue(t)
}

// replaceTombstone puts a tombstone's record in place of the earlier one.
func (s *Store) replaceTombstone(o *organization, record *jobs.TombstoneRecord) {
	t := o.tombstones[record.JobID]
	s.moveDue(dueTombstone(t.record), dueTombstone(record))
	t.record = record
	s.enqueue(t)
}

// enqueue adds a tombstone to the remains, unless there is nothing to erase.
func (s *Store) enqueue(t *tombstone) {
	if !t.queued && (t.job.remaining() > 0 || !t.record.Owed) {
		t.queued = true
		s.remains = append(s.remains, t)
	}
}

// Sweep implements [jobs.Store].
func (s *Store) Sweep(ctx context.Context, limit int) (erased int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return 0, fmt.Errorf("memory: sweep: %w", err)
	}
	for erased < limit && len(s.remains) > 0 {
		t := s.remains[0]
		if t.job.eraseOne() {
			erased++
			continue
		}
		if !t.record.Owed {
			s.forget(t)
			erased++
		}
		t.queued = false
		s.remains[0] = nil
		s.remains = s.remains[1:]
	}
	return erased, nil
}

// forget erases a tombstone; its job's ID is free again.
func (s *Store) forget(t *tombstone) {
	s.moveDue(dueTombstone(t.record), jobs.DueItem{})
	delete(s.organizations[t.record.OrganizationID].tombstones, t.record.JobID)
}

// remaining counts the records of a removed job that are still kept.
func (j *job) remaining() int {
	return j.versions.Len() + len(j.runs.byID) + j.ticks.Len()
}

// eraseOne erases one record of a removed job, if one is left.
func (j *job) eraseOne() bool {
	if _, _, ok := j.versions.PopMin(); ok {
		return true
	}
	if _, _, ok := j.ticks.PopMin(); ok {
		return true
	}
	for _, one := range j.runs.byID {
		j.runs.unindex(one)
		return true
	}
	return false
}
