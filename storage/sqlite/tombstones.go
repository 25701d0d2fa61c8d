package sqlite

import (
	"context"

	"github.com/jobledger/jobledger/storage"
)

// writeTombstone removes the job and writes its tombstone, or replaces the
// tombstone. When the last run that the job left is removed, the tombstone is
// swept once more.
func (s *session) writeTombstone(c *storage.Change, at *subject) error {
	const (
		insert = `
			INSERT INTO tombstones (id, organization_id, job_id, revision, wake_at, sweep, swept, doc)
			VALUES (?1, ?2, ?3, ?6, ?4, 1, 0, ?5)`
		find   = `SELECT id FROM tombstones WHERE organization_id = ?1 AND job_id = ?2 AND revision = ?3`
		update = `
			UPDATE tombstones SET revision = revision + 1, wake_at = ?2, doc = ?3,
				sweep = sweep OR NOT EXISTS (SELECT 1 FROM runs WHERE job = ?1 AND (outcome = '' OR owed_at IS NOT NULL))
			WHERE id = ?1`
	)
	t := c.Tombstone
	switch {
	case t == nil:
		return nil
	case c.Removes():
		if err := s.removeJob(at); err != nil {
			return err
		}
		_, err := s.exec(insert, at.job.id, c.OrganizationID, c.JobID, instant(t.WakeAt), t.Doc, c.Stored(t.Revision))
		return err
	}
	var id int64
	if found, err := s.row(find, []any{c.OrganizationID, c.JobID, t.Revision}, &id); err != nil || !found {
		return staleUnless(err)
	}
	if err := s.removeRuns(c.RemoveRuns, id, true); err != nil {
		return err
	}
	_, err := s.exec(update, id, instant(t.WakeAt), t.Doc)
	return err
}

// Tombstone implements [storage.Store].
func (s *Store) Tombstone(ctx context.Context, ref storage.JobRef) (storage.TombstoneRecord, error) {
	const query = `
		SELECT revision, wake_at, doc FROM tombstones
		WHERE organization_id = ?1 AND job_id = ?2`
	t := storage.TombstoneRecord{JobRef: ref}
	found, err := s.readers.read().one(ctx, query, []any{ref.OrganizationID, ref.JobID}, func(row scanner) error {
		return row.Scan(&t.Revision, (*instant)(&t.WakeAt), &t.Doc)
	})
	if err := missing(found, err); err != nil {
		return storage.TombstoneRecord{}, describe(ctx, err, "tombstone of job %s", ref.JobID)
	}
	return t, nil
}
