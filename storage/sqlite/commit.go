package sqlite

import (
	"context"
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// Commit implements [jobs.Store]. It waits for the sync to disk that it shares
// with the other commits of its moment.
func (s *Store) Commit(ctx context.Context, change jobs.Change) error {
	if err := change.Validate(); err != nil {
		return err
	}
	// The writer may still read the change when this caller has left.
	c := copyChange(&change)
	err := s.queue.submit(ctx, c.At, func(session *session) error { return session.apply(c) })
	return describe(ctx, err, "commit to job %s", change.JobID)
}

// apply writes a change, in the order that its guards need: first what is
// required of the state as it was, then the job, what belongs to it, and last
// what is read after all that.
func (s *session) apply(c *jobs.Change) error {
	repeated, err := s.recordOperation(c)
	if err != nil || repeated {
		return err
	}
	if err := s.checkGuards(c); err != nil {
		return err
	}
	woken, err := s.writeJob(c)
	if err != nil {
		return err
	}
	if err := s.writeVersions(c); err != nil {
		return err
	}
	if err := s.writeRuns(c); err != nil {
		return err
	}
	if err := s.writeTicks(c); err != nil {
		return err
	}
	if err := s.writeTombstone(c); err != nil {
		return err
	}
	return s.wake(c, woken)
}

// copyChange copies all that the caller may write to after it has left.
func copyChange(change *jobs.Change) *jobs.Change {
	c := *change
	if c.Job != nil {
		job := *c.Job
		job.TeamIDs, job.DependsOn = slices.Clone(job.TeamIDs), slices.Clone(job.DependsOn)
		job.Doc, job.LatestRun = slices.Clone(job.Doc), nil
		c.Job = &job
	}
	if c.Tombstone != nil {
		tombstone := *c.Tombstone
		tombstone.Doc = slices.Clone(tombstone.Doc)
		c.Tombstone = &tombstone
	}
	if c.PutDraft != nil {
		draft := *c.PutDraft
		draft.Doc = slices.Clone(draft.Doc)
		c.PutDraft = &draft
	}
	if c.Graph != nil {
		graph := *c.Graph
		c.Graph = &graph
	}
	if c.Wake != nil {
		wake := *c.Wake
		c.Wake = &wake
	}
	copyLists(&c)
	return &c
}

func copyLists(c *jobs.Change) {
	c.AddVersions = slices.Clone(c.AddVersions)
	for i := range c.AddVersions {
		c.AddVersions[i].Doc = slices.Clone(c.AddVersions[i].Doc)
	}
	c.PutRuns = slices.Clone(c.PutRuns)
	for i := range c.PutRuns {
		c.PutRuns[i].Doc = slices.Clone(c.PutRuns[i].Doc)
	}
	c.PutTicks = slices.Clone(c.PutTicks)
	for i := range c.PutTicks {
		c.PutTicks[i].Doc = slices.Clone(c.PutTicks[i].Doc)
	}
	c.RemoveRuns = slices.Clone(c.RemoveRuns)
	c.RequireKeys = slices.Clone(c.RequireKeys)
}
