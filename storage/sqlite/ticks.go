package sqlite

import (
	"context"

	"github.com/jobledger/jobledger/storage"
)

// writeTicks records the change's ticks, and trims old ones.
func (s *session) writeTicks(c *storage.Change, at *subject) error {
	const (
		record = `INSERT OR REPLACE INTO ticks (job, nominal_at, doc) VALUES (?1, ?2, ?3)`
		trim   = `
			DELETE FROM ticks WHERE job = ?1 AND nominal_at IN (
				SELECT nominal_at FROM ticks WHERE job = ?1 AND nominal_at < ?2 ORDER BY nominal_at LIMIT ?3)`
	)
	for _, tick := range c.PutTicks {
		if _, err := s.exec(record, at.job.id, micros(tick.NominalAt), tick.Doc); err != nil {
			return err
		}
	}
	if c.TrimTicks.IsZero() {
		return nil
	}
	_, err := s.exec(trim, at.job.id, micros(c.TrimTicks), storage.TrimAtOnce)
	return err
}

// ListTicks implements [storage.Store].
func (s *Store) ListTicks(ctx context.Context, query storage.TickQuery) (page storage.TickPage, err error) {
	const list = `
		SELECT t.nominal_at, t.doc FROM ` + ofJob + `
		JOIN ticks t ON t.job = s.id AND t.nominal_at < ?3
		ORDER BY t.nominal_at DESC LIMIT ?4`
	if err := query.Validate(); err != nil {
		return page, describe(ctx, err, "ticks of job %s", query.JobID)
	}
	limit := min(query.Limit, storage.MaxLimit)
	args := []any{query.OrganizationID, query.JobID, microsOr(query.Before, afterAll), limit + 1}
	var bytes budget
	err = s.readers.read().query(ctx, list, args, func(row scanner) error {
		page.More = len(page.Ticks) == limit || bytes.spent()
		if page.More {
			return errEnough
		}
		tick := storage.TickRecord{JobRef: query.JobRef}
		err := row.Scan((*instant)(&tick.NominalAt), (*document)(&tick.Doc))
		page.Ticks = append(page.Ticks, tick)
		bytes.add(tick.Doc)
		return err
	})
	if err != nil {
		return storage.TickPage{}, describe(ctx, err, "ticks of job %s", query.JobID)
	}
	return page, nil
}
