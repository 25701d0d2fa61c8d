package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Commit implements [storage.Store]. It returns after a sync to disk, which it
// shares with the commits that wait at the same time.
func (s *Store) Commit(ctx context.Context, change storage.Change) error {
	if err := change.Validate(); err != nil {
		return describe(ctx, err, "commit to job %s", change.JobID)
	}
	// The writer may still read the change when this caller has left.
	c := copyChange(&change)
	err := s.queue.submit(ctx, c.At, func(session *session) error { return session.apply(c) })
	return describe(ctx, err, "commit to job %s", change.JobID)
}

// subject is what a change is about, as it was stored before the change.
type subject struct {
	organization organization
	// job is the job's row; its id is 0 when there is none.
	job storedJob
}

type organization struct {
	id, revision, graph int64
}

// storedJob is what a write must know of the record that it replaces.
type storedJob struct {
	id, revision      int64
	jobID, key        string
	createdAt         time.Time
	grants            int64
	teamIDs           string
	scopes, keyScopes stringSet
	wakeAt            time.Time
	long              bool
}

// apply makes a change. It first checks the guards that fail most often, then
// writes the job, then what belongs to it, and last what depends on all that. A
// change that was made before fails a guard, or is recognized by its operation
// ID at the end.
func (s *session) apply(c *storage.Change) error {
	var at subject
	if err := s.find(c, &at); err != nil {
		return err
	}
	for _, step := range []func(*storage.Change, *subject) error{
		s.checkGuards, s.writeJob, s.writeVersions, s.writeRuns, s.writeTicks, s.writeTombstone, s.writeOrganization, s.wake,
		s.writeEvents, s.recordOperation,
	} {
		if err := step(c, &at); err != nil {
			return s.unlessRepeated(c, &at, err)
		}
	}
	if c.At.After(s.latest) {
		s.latest = c.At
	}
	return nil
}

// find reads the change's subject. It makes the organization's row if this is
// its first change.
func (s *session) find(c *storage.Change, at *subject) error {
	const query = `
		SELECT o.id, o.revision, o.graph,
			s.id, s.revision, j.key, j.created_at, j.grants, g.team_ids, s.scopes, j.key_scopes, s.wake_at, j.doc IS NULL
		FROM organizations o
		LEFT JOIN job_states s ON s.organization = o.id AND s.job_id = ?2
		LEFT JOIN jobs j ON j.id = s.id
		LEFT JOIN grants g ON g.id = j.grants
		WHERE o.organization_id = ?1`
	const insert = `INSERT INTO organizations (organization_id, revision, graph) VALUES (?1, 0, 0)`
	o, j := &at.organization, &at.job
	j.jobID = c.JobID
	found, err := s.row(query, []any{c.OrganizationID, c.JobID}, &o.id, &o.revision, &o.graph,
		(*number)(&j.id), (*number)(&j.revision), (*text)(&j.key), (*instant)(&j.createdAt), (*number)(&j.grants),
		(*text)(&j.teamIDs), &j.scopes, &j.keyScopes, (*instant)(&j.wakeAt), &j.long)
	if err != nil || found {
		return err
	}
	result, err := s.run(insert, c.OrganizationID)
	if err != nil {
		return err
	}
	o.id, err = result.LastInsertId()
	return err
}

// insert runs a statement that writes nothing when a guard does not hold. The
// change is then stale.
func (s *session) insert(query string, args ...any) (sql.Result, error) {
	result, err := s.run(query, args...)
	if err != nil {
		return nil, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return nil, staleUnless(err)
	}
	return result, nil
}

func staleUnless(err error) error {
	if err != nil {
		return err
	}
	return storage.ErrStale
}

// changed is the error for a record that changes what must never change.
func changed(what string) error {
	return fmt.Errorf("%w: %s never changes", storage.ErrInvalid, what)
}

// copyChange copies everything that the caller may overwrite after Commit has
// returned.
func copyChange(change *storage.Change) *storage.Change {
	c := *change
	if c.Job != nil {
		job := *c.Job
		job.TeamIDs, job.Scopes, job.KeyScopes = slices.Clone(job.TeamIDs), slices.Clone(job.Scopes), slices.Clone(job.KeyScopes)
		job.Doc, job.State, job.LatestRun = slices.Clone(job.Doc), slices.Clone(job.State), nil
		c.Job = &job
	}
	c.Tombstone, c.PutDraft, c.Organization = copied(c.Tombstone), copied(c.PutDraft), copied(c.Organization)
	if c.Tombstone != nil {
		c.Tombstone.Doc = slices.Clone(c.Tombstone.Doc)
	}
	if c.PutDraft != nil {
		c.PutDraft.Doc = slices.Clone(c.PutDraft.Doc)
	}
	if c.Organization != nil {
		c.Organization.Doc = slices.Clone(c.Organization.Doc)
	}
	c.Graph, c.Wake, c.RequireOrganization = copied(c.Graph), copied(c.Wake), copied(c.RequireOrganization)
	for _, versions := range []*[]storage.VersionRecord{&c.AddVersions, &c.PutVersionStates} {
		*versions = copiedAll(*versions, func(v *storage.VersionRecord) *[]byte { return &v.Doc })
		*versions = copiedAll(*versions, func(v *storage.VersionRecord) *[]byte { return &v.State })
	}
	c.PutRuns = copiedAll(c.PutRuns, func(r *storage.RunRecord) *[]byte { return &r.Doc })
	c.PutTicks = copiedAll(c.PutTicks, func(t *storage.TickRecord) *[]byte { return &t.Doc })
	c.Events = copiedAll(c.Events, func(e *storage.EventRecord) *[]byte { return &e.Doc })
	c.RemoveRuns, c.RequireKeys = slices.Clone(c.RemoveRuns), slices.Clone(c.RequireKeys)
	return &c
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

func copiedAll[T any](records []T, doc func(*T) *[]byte) []T {
	records = slices.Clone(records)
	for i := range records {
		d := doc(&records[i])
		*d = slices.Clone(*d)
	}
	return records
}
