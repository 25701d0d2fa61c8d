package memory

import (
	"fmt"
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// check returns an error for the first guard that does not hold.
func (o *organization) check(c *storage.Change) error {
	for _, guard := range []func(*storage.Change) error{
		o.checkRecord,
		o.checkTombstone,
		o.checkVersions,
		o.checkPutRuns,
		o.checkRemoveRuns,
		o.checkOrganization,
		o.checkCopied,
		o.checkKeysAndScope,
	} {
		if err := guard(c); err != nil {
			return err
		}
	}
	return nil
}

// stale says which guard failed.
func stale(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, storage.ErrStale)...)
}

func (o *organization) checkRecord(c *storage.Change) error {
	if c.Job == nil {
		return nil
	}
	j := o.jobs[c.JobID]
	var revision int64
	if j != nil {
		revision = j.record.Revision
	}
	expected := c.Job.Revision
	if !c.Removes() && c.Copied {
		expected = 0
	}
	switch {
	case revision != expected:
		return stale("the job is at revision %d, not %d", revision, expected)
	case o.tombstones[c.JobID] != nil:
		return stale("the job was removed")
	case c.Removes():
		return nil
	case j != nil && !j.record.CreatedAt.Equal(c.Job.CreatedAt):
		return fmt.Errorf("the creation time changes from %s to %s: %w", j.record.CreatedAt, c.Job.CreatedAt, storage.ErrInvalid)
	}
	if holder := o.byKey[c.Job.Key]; holder != nil && holder != j {
		return stale("key %q belongs to job %s", c.Job.Key, holder.record.JobID)
	}
	return nil
}

func (o *organization) checkTombstone(c *storage.Change) error {
	if c.Tombstone == nil || c.Removes() {
		return nil
	}
	var revision int64
	if t := o.tombstones[c.JobID]; t != nil {
		revision = t.record.Revision
	}
	if revision != c.Tombstone.Revision {
		return stale("the tombstone is at revision %d, not %d", revision, c.Tombstone.Revision)
	}
	return nil
}

func (o *organization) checkVersions(c *storage.Change) error {
	j := o.jobs[c.JobID]
	if j == nil {
		j = &job{}
	}
	for _, v := range c.AddVersions {
		if j.versions.get(int64(v.Number)) != nil {
			return stale("version %d exists", v.Number)
		}
	}
	for _, v := range c.PutVersionStates {
		if j.versions.get(int64(v.Number)) == nil {
			return stale("version %d does not exist", v.Number)
		}
	}
	return nil
}

func (o *organization) checkPutRuns(c *storage.Change) error {
	j := o.jobs[c.JobID]
	if j == nil {
		j = &job{}
	}
	var inserted []int64
	for _, r := range c.PutRuns {
		current := j.runs[r.ID]
		switch {
		case !c.Creates(r.Revision):
			if err := checkRevision(current, r.ID, r.Revision); err != nil {
				return err
			}
			if current.record.Number != r.Number || !current.record.CreatedAt.Equal(r.CreatedAt) {
				return fmt.Errorf("the number or the creation time of run %s changes: %w", r.ID, storage.ErrInvalid)
			}
		case current != nil:
			return stale("run %s exists", r.ID)
		case slices.Contains(inserted, r.Number) || j.byNumber.has(r.Number):
			return stale("run number %d exists", r.Number)
		default:
			inserted = append(inserted, r.Number)
		}
	}
	return nil
}

func checkRevision(current *run, id string, expected int64) error {
	if current == nil {
		return stale("there is no run %s", id)
	}
	if current.record.Revision != expected {
		return stale("run %s is at revision %d, not %d", id, current.record.Revision, expected)
	}
	return nil
}

func (o *organization) checkRemoveRuns(c *storage.Change) error {
	j := o.jobs[c.JobID]
	if t := o.tombstones[c.JobID]; c.Tombstone != nil && t != nil {
		j = t.job
	}
	if j == nil {
		j = &job{}
	}
	for _, guard := range c.RemoveRuns {
		current := j.runs[guard.ID]
		if j.removed && current != nil && !classOf(current.record).kept() {
			current = nil
		}
		if err := checkRevision(current, guard.ID, guard.Revision); err != nil {
			return err
		}
	}
	return nil
}

func (o *organization) checkOrganization(c *storage.Change) error {
	if c.Organization != nil && !c.Copied && c.Organization.Revision != o.revision {
		return stale("the organization is at revision %d, not %d", o.revision, c.Organization.Revision)
	}
	if c.RequireOrganization != nil && *c.RequireOrganization != o.revision {
		return stale("the organization is at revision %d, not %d", o.revision, *c.RequireOrganization)
	}
	if c.Graph != nil && c.Graph.Expect != o.graph {
		return stale("the dependency graph is at %d, not %d", o.graph, c.Graph.Expect)
	}
	return nil
}

// checkCopied checks the guards of a copied change.
func (o *organization) checkCopied(c *storage.Change) error {
	switch {
	case !c.Copied:
		return nil
	case c.JobID != "" && c.Job == nil && o.jobs[c.JobID] == nil:
		return stale("there is no job")
	case len(c.Events) > 0 && o.journal.newest != 0 && c.Events[0].Seq != o.journal.newest+1:
		return stale("the newest event is %d, and %d does not follow it", o.journal.newest, c.Events[0].Seq)
	}
	return nil
}

func (o *organization) checkKeysAndScope(c *storage.Change) error {
	for _, guard := range c.RequireKeys {
		if j := o.byKey[guard.Key]; j == nil || j.record.JobID != guard.JobID {
			return stale("key %q does not belong to job %s", guard.Key, guard.JobID)
		}
	}
	if c.ForbidScope == "" {
		return nil
	}
	for j := range o.standIn(c.ForbidScope) {
		if j.record.JobID != c.JobID {
			return stale("job %s stands in scope %q", j.record.JobID, c.ForbidScope)
		}
	}
	return nil
}
