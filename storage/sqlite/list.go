package sqlite

import (
	"context"
	"strconv"

	"github.com/jobledger/jobledger/storage"
)

// ListJobs implements [storage.Store].
//
// A query that does not see all of a list has two ways: it reads along the list
// and leaves out what it does not see, or it collects everything that it sees
// and sorts that. The counts of the list, from which the total is computed,
// tell which is cheaper.
func (s *Store) ListJobs(ctx context.Context, query storage.JobQuery) (page storage.JobPage, err error) {
	if err := query.Validate(); err != nil {
		return page, describe(ctx, err, "list jobs")
	}
	if !query.AllTeams && len(query.TeamIDs) == 0 {
		return storage.JobPage{}, describe(ctx, ctx.Err(), "list jobs")
	}
	query.Limit = min(query.Limit, storage.MaxLimit)
	err = s.readers.snapshot(ctx, func(r reader) (err error) {
		page, err = s.listJobs(ctx, r, query)
		return err
	})
	if err != nil {
		return storage.JobPage{}, describe(ctx, err, "list jobs of organization %s", query.OrganizationID)
	}
	return page, nil
}

func (s *Store) listJobs(ctx context.Context, r reader, query storage.JobQuery) (page storage.JobPage, err error) {
	const find = `SELECT id FROM organizations WHERE organization_id = ?1`
	const sum = `SELECT coalesce(sum(iif(?3, keyed, jobs)), 0) FROM counts WHERE organization = ?1 AND scope = ?2`
	var organization int64
	found, err := r.one(ctx, find, []any{query.OrganizationID}, func(row scanner) error { return row.Scan(&organization) })
	if err != nil || !found {
		return page, err
	}
	var sees *selection
	switch {
	case !query.AllTeams:
		var some selection
		if some, err = s.selectGrants(ctx, r, organization, query); err != nil {
			return page, err
		}
		if page.Total = some.jobs; some.jobs < some.all {
			sees = &some
		}
	case query.After == nil:
		args := []any{organization, query.Scope, query.Order == storage.ByKey}
		if _, err := r.one(ctx, sum, args, func(row scanner) error { return row.Scan(&page.Total) }); err != nil {
			return page, err
		}
	}
	if query.After == nil && (query.Limit == 0 || query.Offset >= page.Total) {
		page.More = query.Offset < page.Total
		return page, nil
	}
	if query.After != nil {
		page.Total, query.Offset = 0, 0
		if query.Limit == 0 || sees != nil && sees.jobs == 0 {
			return page, nil
		}
	}
	if sees != nil {
		if err := r.weigh(ctx, organization, query, sees); err != nil {
			return page, err
		}
	}
	err = r.readPage(ctx, organization, query, sees, &page)
	return page, err
}

// readPage reads the page's jobs in their order. It asks for one job more than
// the page takes, to know whether there are more.
func (r reader) readPage(ctx context.Context, organization int64, query storage.JobQuery, sees *selection, page *storage.JobPage) error {
	ids, args := pageRows(organization, query, sees)
	list := `
		SELECT ` + jobColumns(query.Brief) + ` FROM (` + ids + `) page
		CROSS JOIN jobs j ON j.id = page.job ` + stateOf + jobJoins(query.Brief)
	into := newJobRow(query.OrganizationID, query.Brief)
	page.Jobs = make([]storage.JobRecord, 0, min(query.Limit, 256))
	var bytes budget
	return r.query(ctx, list, args, func(row scanner) error {
		page.More = len(page.Jobs) == query.Limit || bytes.spent()
		if page.More {
			return errEnough
		}
		job, err := into.read(row)
		page.Jobs = append(page.Jobs, job)
		bytes.add(job.Doc, job.State)
		if job.LatestRun != nil {
			bytes.add(job.LatestRun.Doc)
		}
		return err
	})
}

// gatherCost is how many rows can be read along a list for the cost of
// collecting one job: it is looked up by its set of teams, in its job's row,
// and in its list.
const gatherCost = 4

// weigh decides whether to collect what a query sees. Then all jobs that it
// sees in the organization are collected, also those outside the scope.
func (r reader) weigh(ctx context.Context, organization int64, query storage.JobQuery, sees *selection) error {
	const sum = `
		SELECT coalesce(sum(jobs), 0) FROM counts
		WHERE organization = ?1 AND scope = '' AND grants IN (SELECT value FROM json_each(?2))`
	walked := min(sees.all, (query.Offset+query.Limit)*sees.all/max(1, sees.jobs))
	if sees.jobs*gatherCost >= walked {
		return nil
	}
	gathered := sees.jobs
	if query.Scope != "" {
		args := []any{organization, listed(sees.grants)}
		if _, err := r.one(ctx, sum, args, func(row scanner) error { return row.Scan(&gathered) }); err != nil {
			return err
		}
	}
	sees.gather = gathered*gatherCost < walked
	return nil
}

// pageRows returns the query for the rows of a page's jobs, in their order.
func pageRows(organization int64, query storage.JobQuery, sees *selection) (list string, args []any) {
	behind, order := direction(!query.Descending)
	kind, place := "c", `e.at = g.created_at AND e.name = g.job_id`
	if query.Order == storage.ByKey {
		kind, place = "k", `e.at = 0 AND e.name = g.key`
	}
	args = []any{organization, kind + query.Scope, query.Limit + 1, query.Offset}
	parameter := func(value any) string {
		args = append(args, value)
		return `?` + strconv.Itoa(len(args))
	}
	from, which := `entries e`, ``
	if sees != nil {
		sets := ` IN (SELECT value FROM json_each(` + parameter(listed(sees.grants)) + `))`
		which = ` AND e.grants` + sets
		if sees.gather {
			from = `jobs g CROSS JOIN entries e ON ` + place
			which = ` AND g.grants` + sets
		}
	}
	if after := query.After; after != nil && kind == "c" {
		which += ` AND (e.at, e.name) ` + behind + ` (` + parameter(micros(after.CreatedAt)) + `, ` + parameter(after.JobID) + `)`
	} else if after != nil { // keys are unique, but a job with this position need not exist
		key := parameter(after.Key)
		which += ` AND e.at = 0 AND e.name ` + behind + `= ` + key + `
			AND (e.name <> ` + key + ` OR (SELECT job_id FROM jobs WHERE id = e.job) ` + behind + ` ` + parameter(after.JobID) + `)`
	}
	return `
		SELECT e.job FROM ` + from + `
		WHERE e.organization = ?1 AND e.list = ?2` + which + `
		ORDER BY e.at ` + order + `, e.name ` + order + ` LIMIT ?3 OFFSET ?4`, args
}
