package sqlite

import (
	"context"

	"github.com/jobledger/jobledger/storage"
)

// writeVersions publishes the change's versions, and writes the states of
// versions and the draft.
func (s *session) writeVersions(c *storage.Change, at *subject) error {
	const (
		publish     = `INSERT INTO versions (job, number, doc, state) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING`
		putState    = `UPDATE versions SET state = ?3 WHERE job = ?1 AND number = ?2`
		removeDraft = `DELETE FROM drafts WHERE job = ?1`
		counted     = `UPDATE job_states SET versions = versions + ?3 WHERE organization = ?1 AND job_id = ?2`
		putDraft    = `INSERT OR REPLACE INTO drafts (job, number, doc) VALUES (?1, ?2, ?3)`
	)
	for _, v := range c.PutVersionStates {
		if _, err := s.insert(putState, at.job.id, v.Number, nullIfEmpty(v.State)); err != nil {
			return err
		}
	}
	for _, v := range c.AddVersions {
		if _, err := s.insert(publish, at.job.id, v.Number, v.Doc, nullIfEmpty(v.State)); err != nil {
			return err
		}
	}
	var err error
	if c.Job == nil && len(c.AddVersions) > 0 {
		if _, err := s.exec(counted, at.organization.id, c.JobID, len(c.AddVersions)); err != nil {
			return err
		}
	}
	switch {
	case c.RemoveDraft:
		_, err = s.exec(removeDraft, at.job.id)
	case c.PutDraft != nil:
		_, err = s.exec(putDraft, at.job.id, c.PutDraft.Number, c.PutDraft.Doc)
	}
	return err
}

// ofJob joins the state of the job that a read asks for.
const ofJob = `
	organizations o JOIN job_states s ON s.organization = o.id AND s.job_id = ?2 AND o.organization_id = ?1 `

// Draft implements [storage.Store].
func (s *Store) Draft(ctx context.Context, ref storage.JobRef) (storage.VersionRecord, error) {
	const query = `SELECT d.number, d.doc FROM ` + ofJob + `JOIN drafts d ON d.job = s.id`
	draft := storage.VersionRecord{JobRef: ref}
	found, err := s.readers.read().one(ctx, query, []any{ref.OrganizationID, ref.JobID}, func(row scanner) error {
		return row.Scan(&draft.Number, &draft.Doc)
	})
	if err := missing(found, err); err != nil {
		return storage.VersionRecord{}, describe(ctx, err, "draft of job %s", ref.JobID)
	}
	return draft, nil
}

// Version implements [storage.Store].
func (s *Store) Version(ctx context.Context, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	const query = `SELECT v.doc, v.state FROM ` + ofJob + `JOIN versions v ON v.job = s.id AND v.number = ?3`
	version := storage.VersionRecord{JobRef: ref, Number: number}
	args := []any{ref.OrganizationID, ref.JobID, number}
	found, err := s.readers.read().one(ctx, query, args, func(row scanner) error { return row.Scan(&version.Doc, &version.State) })
	if err := missing(found, err); err != nil {
		return storage.VersionRecord{}, describe(ctx, err, "version %d of job %s", number, ref.JobID)
	}
	return version, nil
}

// ListVersions implements [storage.Store]. The total is stored with the job.
func (s *Store) ListVersions(ctx context.Context, query storage.VersionQuery) (page storage.VersionPage, err error) {
	const list = `
		SELECT s.versions, v.number, v.doc, v.state FROM ` + ofJob + `
		LEFT JOIN versions v ON v.id IN (
			SELECT id FROM versions WHERE job = s.id ORDER BY number LIMIT ?3 OFFSET ?4)
		ORDER BY v.number`
	if err := query.Validate(); err != nil {
		return page, describe(ctx, err, "versions of job %s", query.JobID)
	}
	limit := min(query.Limit, storage.MaxLimit)
	args := []any{query.OrganizationID, query.JobID, limit, query.Offset}
	var bytes budget
	err = s.readers.read().query(ctx, list, args, func(row scanner) error {
		if bytes.spent() {
			return errEnough
		}
		v := storage.VersionRecord{JobRef: query.JobRef}
		var n number
		if err := row.Scan(&page.Total, &n, (*document)(&v.Doc), (*document)(&v.State)); err != nil || n == 0 {
			return err
		}
		v.Number = int(n)
		page.Versions = append(page.Versions, v)
		bytes.add(v.Doc, v.State)
		return nil
	})
	if err != nil {
		return storage.VersionPage{}, describe(ctx, err, "versions of job %s", query.JobID)
	}
	page.More = query.Offset+len(page.Versions) < page.Total
	return page, nil
}

// missing returns [storage.ErrNotFound] when no row was found.
func missing(found bool, err error) error {
	if err == nil && !found {
		return storage.ErrNotFound
	}
	return err
}
