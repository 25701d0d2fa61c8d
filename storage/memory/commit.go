package memory

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// Commit implements [storage.Store]. It never returns
// [storage.ErrOutcomeUnknown].
func (s *Store) Commit(ctx context.Context, change storage.Change) error {
	if err := s.commit(ctx, change); err != nil {
		return fmt.Errorf("memory: commit to organization %s, job %s: %w", change.OrganizationID, change.JobID, err)
	}
	return nil
}

// commit checks everything before it writes anything, and a write cannot fail.
func (s *Store) commit(ctx context.Context, change storage.Change) error {
	if err := change.Validate(); err != nil {
		return err
	}
	c := copyChange(change)
	op := operation{c.OrganizationID, c.OperationID}

	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.operations.done(op) {
		return nil
	}
	if err := s.organization(c.OrganizationID).check(&c); err != nil {
		return err
	}
	s.apply(s.writable(c.OrganizationID), &c)
	s.operations.remember(op, c.At)
	if c.At.After(s.latest) {
		s.latest = c.At
	}
	return nil
}

// apply writes a change whose guards hold.
func (s *Store) apply(o *organization, c *storage.Change) {
	switch {
	case c.Removes():
		s.remove(o, c)
	case c.Tombstone != nil:
		s.replaceTombstone(o, c)
	case c.JobID != "":
		s.write(o, c)
	}
	if c.Organization != nil {
		o.revision, o.doc = c.Stored(c.Organization.Revision), c.Organization.Doc
		if c.Copied {
			o.graph = c.Organization.Graph
		}
	}
	if c.Graph != nil && c.Graph.Raise {
		o.graph++
	}
	s.appendEvents(o, c)
	if c.Wake != nil && !c.Removes() {
		s.wake(o, c)
	}
}

// write writes what a change says of a job that exists or is new.
func (s *Store) write(o *organization, c *storage.Change) {
	j := o.jobs[c.JobID]
	if c.Job != nil {
		if j == nil {
			j = &job{}
			o.jobs[c.JobID] = j
		}
		s.setRecord(o, j, nextJob(j.record, c))
	}
	if j == nil {
		return
	}
	for _, v := range c.AddVersions {
		j.versions.set(int64(v.Number), &v)
	}
	for _, v := range c.PutVersionStates {
		v.Doc = j.versions.get(int64(v.Number)).Doc
		j.versions.set(int64(v.Number), &v)
	}
	switch {
	case c.RemoveDraft:
		j.draft = nil
	case c.PutDraft != nil:
		j.draft = c.PutDraft
	}
	for _, guard := range c.RemoveRuns {
		s.removeRun(o, j.runs[guard.ID])
	}
	for _, r := range c.PutRuns {
		r.Revision = c.Stored(r.Revision)
		s.putRun(o, j, &r)
	}
	j.putTicks(c.PutTicks, c.TrimTicks)
}

// nextJob is the record that replaces the current one, which is nil for a new
// job. A document that the change leaves out is kept.
func nextJob(current *storage.JobRecord, c *storage.Change) *storage.JobRecord {
	r := c.Job
	r.Revision = c.Stored(r.Revision)
	if current != nil && len(r.Doc) == 0 {
		r.Doc = current.Doc
	}
	if current != nil && len(r.State) == 0 {
		r.State = current.State
	}
	return r
}

// setRecord replaces the record of a job in every index. Nil removes the job
// from them.
func (s *Store) setRecord(o *organization, j *job, record *storage.JobRecord) {
	o.reindex(j, record)
	s.moveDue(storage.DueJobs, j.dueJob(j.record), j.dueJob(record))
	if record != nil {
		j.record = record
	}
}

// wake wakes the jobs that stand in the change's scope.
func (s *Store) wake(o *organization, c *storage.Change) {
	for j := range o.standIn(c.Wake.Scope) {
		woken := *j.record
		woken.Revision++
		if woken.WakeAt.IsZero() || c.Wake.At.Before(woken.WakeAt) {
			woken.WakeAt = c.Wake.At
		}
		s.setRecord(o, j, &woken)
	}
}
