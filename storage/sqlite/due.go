package sqlite

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// dueItems merges the due indexes. A run of a removed job is not there for a
// read, although its row may be until it is swept.
const dueItems = `
	SELECT wake_at, organization_id, job_id, '' AS run_id, 0 AS kind FROM jobs
	WHERE wake_at <= ?1 AND (wake_at, organization_id, job_id) > (?2, ?3, ?4)
	UNION ALL
	SELECT wake_at, organization_id, job_id, run_id, 1 FROM runs r
	WHERE wake_at <= ?1 AND (wake_at, organization_id, job_id, run_id) > (?2, ?3, ?4, ?5)
		AND EXISTS (SELECT 1 FROM jobs j WHERE j.organization_id = r.organization_id AND j.job_id = r.job_id)
	UNION ALL
	SELECT wake_at, organization_id, job_id, '', 2 FROM tombstones
	WHERE wake_at <= ?1 AND (wake_at, organization_id, job_id) > (?2, ?3, ?4)
	ORDER BY 1, 2, 3, 4 LIMIT ?6`

// dueClock reads the next wake time after a time, and the store's own time.
const dueClock = `
	SELECT
		(SELECT min(wake_at) FROM (
			SELECT min(wake_at) AS wake_at FROM jobs WHERE wake_at > ?1
			UNION ALL
			SELECT min(wake_at) FROM tombstones WHERE wake_at > ?1
			UNION ALL
			SELECT * FROM (
				SELECT wake_at FROM runs r WHERE wake_at > ?1
					AND EXISTS (SELECT 1 FROM jobs j WHERE j.organization_id = r.organization_id AND j.job_id = r.job_id)
				ORDER BY wake_at LIMIT 1))),
		(SELECT max(at) FROM operations)`

// dueKinds are the kinds, as dueItems numbers them.
var dueKinds = [...]jobs.DueKind{jobs.DueJob, jobs.DueRun, jobs.DueTombstone}

// Due implements [jobs.Store]. The store's time is the latest time of a change
// that was committed.
func (s *Store) Due(ctx context.Context, query jobs.DueQuery) (page jobs.DuePage, err error) {
	until, after := micros(query.Until), query.After
	args := []any{until, microsOr(after.WakeAt, beforeAll), after.OrganizationID, after.JobID, after.RunID, query.Limit}
	err = s.readers.snapshot(ctx, func(r reader) error {
		err := r.query(ctx, dueItems, args, func(row scanner) error {
			var item jobs.DueItem
			var kind int
			err := row.Scan((*instant)(&item.WakeAt), &item.OrganizationID, &item.JobID, &item.RunID, &kind)
			item.Kind = dueKinds[kind]
			page.Items = append(page.Items, item)
			return err
		})
		if err != nil {
			return err
		}
		_, err = r.one(ctx, dueClock, []any{until}, func(row scanner) error {
			return row.Scan((*instant)(&page.Next), (*instant)(&page.Time))
		})
		return err
	})
	if err != nil {
		return jobs.DuePage{}, describe(ctx, err, "due by %s", query.Until.UTC().Format(time.RFC3339))
	}
	return page, nil
}
