package sqlite

import (
	"context"

	"github.com/jobledger/jobledger/jobs"
)

// writeVersions publishes the change's versions and writes its draft.
func (s *session) writeVersions(c *jobs.Change) error {
	const (
		publish = `
			INSERT INTO versions (organization_id, job_id, number, doc)
			VALUES (?1, ?2, ?3, ?4)
			ON CONFLICT DO NOTHING`
		removeDraft = `DELETE FROM drafts WHERE organization_id = ?1 AND job_id = ?2`
		putDraft    = `
			INSERT INTO drafts (organization_id, job_id, number, doc)
			VALUES (?1, ?2, ?3, ?4)
			ON CONFLICT DO UPDATE SET number = excluded.number, doc = excluded.doc`
	)
	for _, v := range c.AddVersions {
		written, err := s.exec(publish, c.OrganizationID, c.JobID, v.Number, v.Doc)
		if err != nil {
			return err
		}
		if written == 0 {
			return jobs.ErrStale
		}
	}
	if c.RemoveDraft {
		if _, err := s.exec(removeDraft, c.OrganizationID, c.JobID); err != nil {
			return err
		}
	}
	if c.PutDraft == nil {
		return nil
	}
	_, err := s.exec(putDraft, c.OrganizationID, c.JobID, c.PutDraft.Number, c.PutDraft.Doc)
	return err
}

// Draft implements [jobs.Store].
func (s *Store) Draft(ctx context.Context, ref jobs.JobRef) (jobs.VersionRecord, error) {
	const query = `SELECT number, doc FROM drafts WHERE organization_id = ?1 AND job_id = ?2`
	draft := jobs.VersionRecord{JobRef: ref}
	found, err := s.readers.read().one(ctx, query, []any{ref.OrganizationID, ref.JobID}, func(row scanner) error {
		return row.Scan(&draft.Number, &draft.Doc)
	})
	if err := missing(found, err); err != nil {
		return jobs.VersionRecord{}, describe(ctx, err, "draft of job %s", ref.JobID)
	}
	return draft, nil
}

// Version implements [jobs.Store].
func (s *Store) Version(ctx context.Context, ref jobs.JobRef, number int) (jobs.VersionRecord, error) {
	const query = `
		SELECT v.doc FROM versions v JOIN jobs j USING (organization_id, job_id)
		WHERE v.organization_id = ?1 AND v.job_id = ?2 AND v.number = ?3`
	version := jobs.VersionRecord{JobRef: ref, Number: number}
	args := []any{ref.OrganizationID, ref.JobID, number}
	found, err := s.readers.read().one(ctx, query, args, func(row scanner) error { return row.Scan(&version.Doc) })
	if err := missing(found, err); err != nil {
		return jobs.VersionRecord{}, describe(ctx, err, "version %d of job %s", number, ref.JobID)
	}
	return version, nil
}

// ListVersions implements [jobs.Store]. The total is kept with the job.
func (s *Store) ListVersions(ctx context.Context, query jobs.VersionQuery) (jobs.VersionPage, error) {
	const list = `
		SELECT j.versions, v.number, v.doc
		FROM jobs j LEFT JOIN versions v ON v.rowid IN (
			SELECT rowid FROM versions WHERE organization_id = ?1 AND job_id = ?2
			ORDER BY number LIMIT ?3 OFFSET ?4)
		WHERE j.organization_id = ?1 AND j.job_id = ?2
		ORDER BY v.number`
	var page jobs.VersionPage
	args := []any{query.OrganizationID, query.JobID, query.Limit, query.Offset}
	err := s.readers.read().query(ctx, list, args, func(row scanner) error {
		v := jobs.VersionRecord{JobRef: query.JobRef}
		var n number
		if err := row.Scan(&page.Total, &n, &v.Doc); err != nil || n == 0 {
			return err
		}
		v.Number = int(n)
		page.Versions = append(page.Versions, v)
		return nil
	})
	if err != nil {
		return jobs.VersionPage{}, describe(ctx, err, "versions of job %s", query.JobID)
	}
	return page, nil
}

// missing turns a row that is not there into [jobs.ErrNotFound].
func missing(found bool, err error) error {
	if err == nil && !found {
		return jobs.ErrNotFound
	}
	return err
}
