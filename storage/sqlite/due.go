package sqlite

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// dueSources says for each kind which table has what is due, the column of its
// time, and for runs the column of the ID and whether a removed job left the
// run.
var dueSources = map[storage.DueKind]struct{ table, at, run, hidden string }{
	storage.DueJobs:       {"job_states", "wake_at", "''", "FALSE"},
	storage.DueReady:      {"runs", "ready_at", "run_id", leftBehind},
	storage.DueDeadlines:  {"runs", "deadline_at", "run_id", leftBehind},
	storage.DueDebts:      {"runs", "owed_at", "run_id", leftBehind},
	storage.DueTombstones: {"tombstones", "wake_at", "''", "FALSE"},
}

const leftBehind = "NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = runs.job)"

// Due implements [storage.Store]. The store's own time is the latest At of a
// committed change.
func (s *Store) Due(ctx context.Context, query storage.DueQuery) (page storage.DuePage, err error) {
	if err := query.Validate(); err != nil {
		return page, describe(ctx, err, "due")
	}
	limit := min(query.Limit, storage.MaxLimit)
	from := dueSources[query.Kind]
	until, after := micros(query.Until), query.After
	behind := `(` + from.at + `, organization_id, job_id) > (?2, ?3, ?4)`
	args := []any{until, microsOr(after.At, beforeAll), after.OrganizationID, after.JobID, limit + passMost + 1}
	if from.table == "runs" {
		behind = `(` + from.at + `, organization_id, job_id, run_id) > (?2, ?3, ?4, ?6)`
		args = append(args, after.RunID)
	}
	list := `
		SELECT ` + from.at + `, organization_id, job_id, ` + from.run + `, ` + from.hidden + ` FROM ` + from.table + `
		WHERE ` + from.at + ` <= ?1 AND ` + behind + `
		ORDER BY ` + from.at + `, organization_id, job_id, 4 LIMIT ?5`
	clock := `
		SELECT (SELECT min(` + from.at + `) FROM ` + from.table + ` WHERE ` + from.at + ` > ?1),
			(SELECT nullif(at, -9223372036854775808) FROM operations WHERE ` + clockRow + `)` // that is no time yet
	looked := 0
	err = s.readers.snapshot(ctx, func(r reader) error {
		err := r.query(ctx, list, args, func(row scanner) error {
			page.More = len(page.Items) == limit || looked == limit+passMost
			if page.More {
				return errEnough
			}
			looked++
			var item storage.DueItem
			var hidden bool
			err := row.Scan((*instant)(&item.At), &item.OrganizationID, &item.JobID, &item.RunID, &hidden)
			page.After = item
			if !hidden {
				page.Items = append(page.Items, item)
			}
			return err
		})
		if err != nil {
			return err
		}
		_, err = r.one(ctx, clock, []any{until}, func(row scanner) error {
			return row.Scan((*instant)(&page.Next), (*instant)(&page.Time))
		})
		return err
	})
	if err != nil {
		return storage.DuePage{}, describe(ctx, err, "due by %s", query.Until.UTC().Format(time.RFC3339))
	}
	if !page.More {
		page.After = storage.DueItem{}
	}
	return page, nil
}
