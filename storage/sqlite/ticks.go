package sqlite

import (
	"context"

	"github.com/jobledger/jobledger/jobs"
)

// writeTicks records the change's ticks and forgets the old ones.
func (s *session) writeTicks(c *jobs.Change) error {
	const (
		record = `
			INSERT INTO ticks (organization_id, job_id, nominal_at, doc)
			VALUES (?1, ?2, ?3, ?4)
			ON CONFLICT DO UPDATE SET doc = excluded.doc`
		forget = `
			DELETE FROM ticks
			WHERE organization_id = ?1 AND job_id = ?2 AND nominal_at <= (
				SELECT nominal_at FROM ticks WHERE organization_id = ?1 AND job_id = ?2
				ORDER BY nominal_at DESC LIMIT 1 OFFSET ?3)`
	)
	for _, tick := range c.PutTicks {
		if _, err := s.exec(record, c.OrganizationID, c.JobID, micros(tick.NominalAt), tick.Doc); err != nil {
			return err
		}
	}
	if c.KeepTicks == 0 {
		return nil
	}
	_, err := s.exec(forget, c.OrganizationID, c.JobID, c.KeepTicks)
	return err
}

// ListTicks implements [jobs.Store].
func (s *Store) ListTicks(ctx context.Context, query jobs.TickQuery) ([]jobs.TickRecord, error) {
	const list = `
		SELECT t.nominal_at, t.doc FROM jobs j JOIN ticks t USING (organization_id, job_id)
		WHERE j.organization_id = ?1 AND j.job_id = ?2 AND t.nominal_at < ?3
		ORDER BY t.nominal_at DESC LIMIT ?4`
	var ticks []jobs.TickRecord
	args := []any{query.OrganizationID, query.JobID, microsOr(query.Before, afterAll), query.Limit}
	err := s.readers.read().query(ctx, list, args, func(row scanner) error {
		tick := jobs.TickRecord{JobRef: query.JobRef}
		err := row.Scan((*instant)(&tick.NominalAt), &tick.Doc)
		ticks = append(ticks, tick)
		return err
	})
	if err != nil {
		return nil, describe(ctx, err, "ticks of job %s", query.JobID)
	}
	return ticks, nil
}
