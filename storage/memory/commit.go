package memory

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// Commit implements [jobs.Store]. It is never in doubt about the outcome.
func (s *Store) Commit(ctx context.Context, change jobs.Change) error {
	if err := s.commit(ctx, change); err != nil {
		return fmt.Errorf("memory: commit job %s: %w", change.JobID, err)
	}
	return nil
}

// commit checks everything before it writes anything: a write cannot fail.
func (s *Store) commit(ctx context.Context, change jobs.Change) error {
	if err := change.Validate(); err != nil {
		return err
	}
	in := copyIn(change)
	op := operation{change.OrganizationID, change.OperationID}

	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.operations.done(op) {
		return nil
	}
	if err := s.organization(in.OrganizationID).check(in); err != nil {
		return err
	}
	s.apply(s.writable(in.OrganizationID), in)
	s.operations.remember(op, in.At)
	if in.At.After(s.latest) {
		s.latest = in.At
	}
	return nil
}

// apply writes a change whose guards hold.
func (s *Store) apply(o *organization, in *incoming) {
	switch {
	case in.removes():
		// What the change would add to the job is gone with it.
		s.remove(o, in.tombstone)
	case in.tombstone != nil:
		s.replaceTombstone(o, in.tombstone)
	default:
		s.write(o, in)
	}
	if in.Graph != nil && in.Graph.Raise {
		o.graph++
	}
	if in.Wake != nil {
		s.wake(o, in)
	}
}

// write writes what a change says of a job that stays, or begins.
func (s *Store) write(o *organization, in *incoming) {
	j := o.jobs[in.JobID]
	if in.job != nil {
		if j == nil {
			j = &job{}
			o.jobs[in.JobID] = j
		}
		s.setRecord(o, j, in.job)
	}
	if j == nil {
		return
	}
	for _, v := range in.versions {
		j.versions.Set(v.Number, v)
	}
	switch {
	case in.RemoveDraft:
		j.draft = nil
	case in.draft != nil:
		j.draft = in.draft
	}
	for _, guard := range in.RemoveRuns {
		s.removeRun(o, j, guard.ID)
	}
	for _, r := range in.runs {
		s.putRun(o, j, r)
	}
	j.putTicks(in.ticks, in.KeepTicks)
}

// setRecord puts a record in place of a job's, in every index; nil takes the
// job out of them.
func (s *Store) setRecord(o *organization, j *job, record *jobs.JobRecord) {
	o.reindex(j, j.record, record)
	s.moveDue(dueJob(j.record), dueJob(record))
	j.record = record
}

// wake wakes what the change says, each job once. A job that the change
// removed has no key that one could depend on, and cannot be woken.
func (s *Store) wake(o *organization, in *incoming) {
	self := o.jobs[in.JobID]
	if self == nil {
		return
	}
	at := microseconds(in.Wake.At)
	if in.Wake.Self {
		s.wakeJob(o, self, at)
	}
	if !in.Wake.Dependents {
		return
	}
	for j := range o.dependents(self.record.Key) {
		if j != self || !in.Wake.Self {
			s.wakeJob(o, j, at)
		}
	}
}

// wakeJob raises a job's revision even when its wake time is early enough:
// whoever decided before this change must decide anew.
func (s *Store) wakeJob(o *organization, j *job, at time.Time) {
	woken := *j.record
	woken.Revision++
	if woken.WakeAt.IsZero() || at.Before(woken.WakeAt) && !at.IsZero() {
		woken.WakeAt = at
	}
	s.setRecord(o, j, &woken)
}
