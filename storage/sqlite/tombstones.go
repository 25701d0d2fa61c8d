package sqlite

import (
	"context"

	"github.com/jobledger/jobledger/jobs"
)

// writeTombstone removes the job and leaves its tombstone, or replaces the one
// that is there.
func (s *session) writeTombstone(c *jobs.Change) error {
	const insert = `
		INSERT INTO tombstones (organization_id, job_id, revision, owed, wake_at, leftover, doc)
		VALUES (?1, ?2, 1, ?3, ?4, 1, ?5)`
	const update = `
		UPDATE tombstones SET revision = revision + 1, owed = ?3, wake_at = ?4, doc = ?5
		WHERE organization_id = ?1 AND job_id = ?2 AND revision = ?6`
	t := c.Tombstone
	switch {
	case t == nil:
		return nil
	case t.Revision == 0:
		if err := s.removeJob(c.JobRef); err != nil {
			return err
		}
		_, err := s.exec(insert, c.OrganizationID, c.JobID, t.Owed, instant(t.WakeAt), t.Doc)
		return err
	}
	written, err := s.exec(update, c.OrganizationID, c.JobID, t.Owed, instant(t.WakeAt), t.Doc, t.Revision)
	if err == nil && written == 0 {
		return jobs.ErrStale
	}
	return err
}

// Tombstone implements [jobs.Store].
func (s *Store) Tombstone(ctx context.Context, ref jobs.JobRef) (jobs.TombstoneRecord, error) {
	const query = `
		SELECT revision, owed, wake_at, doc FROM tombstones
		WHERE organization_id = ?1 AND job_id = ?2`
	t := jobs.TombstoneRecord{JobRef: ref}
	found, err := s.readers.read().one(ctx, query, []any{ref.OrganizationID, ref.JobID}, func(row scanner) error {
		return row.Scan(&t.Revision, &t.Owed, (*instant)(&t.WakeAt), &t.Doc)
	})
	if err := missing(found, err); err != nil {
		return jobs.TombstoneRecord{}, describe(ctx, err, "tombstone of job %s", ref.JobID)
	}
	return t, nil
}
