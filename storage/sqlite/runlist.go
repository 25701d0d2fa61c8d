package sqlite

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

// passMost is the most rows of removed jobs that one call passes over.
const passMost = 1000

// ListRuns implements [storage.Store].
func (s *Store) ListRuns(ctx context.Context, query storage.RunQuery) (page storage.RunPage, err error) {
	if err := query.Validate(); err != nil {
		return page, describe(ctx, err, "runs of organization %s", query.OrganizationID)
	}
	limit := min(query.Limit, storage.MaxLimit)
	list, args := organizationRuns(query)
	most := limit + passMost
	if query.JobID != "" {
		list, args = jobRuns(query)
		most = limit
	}
	args[0] = most + 1
	var bytes budget
	looked := 0
	err = s.readers.read().query(ctx, list, args, func(row scanner) error {
		page.More = len(page.Runs) == limit || looked == most || bytes.spent()
		if page.More {
			return errEnough
		}
		looked++
		var hidden bool
		run, err := scanRun(row, query.OrganizationID, &hidden)
		if err != nil {
			return err
		}
		page.Next = storage.RunPosition{CreatedAt: run.CreatedAt, JobID: run.JobID, Number: run.Number}
		if !hidden {
			page.Runs = append(page.Runs, run)
			bytes.add(run.Doc)
		}
		return nil
	})
	if err != nil {
		return storage.RunPage{}, describe(ctx, err, "runs of organization %s", query.OrganizationID)
	}
	if !page.More {
		page.Next = storage.RunPosition{}
	}
	return page, nil
}

// direction returns the operator that compares with the query's position, and
// the order.
func direction(ascending bool) (behind, order string) {
	if ascending {
		return ">", "ASC"
	}
	return "<", "DESC"
}

// ranges are one range of rows for each outcome that a query selects, or one
// for all. SQLite merges them while it reads, so other outcomes are not read.
func ranges(from string, query storage.RunQuery, args []any) (string, []any) {
	if len(query.Outcomes) == 0 {
		return from, args
	}
	outcomes := slices.Clone(query.Outcomes)
	slices.Sort(outcomes)
	var all []string
	for _, outcome := range slices.Compact(outcomes) {
		args = append(args, string(outcome))
		one := from + ` AND outcome = ?` + strconv.Itoa(len(args))
		switch {
		case query.JobID == "":
		case outcome == storage.Open: // open runs and ended runs have two indexes
			one += ` AND outcome = ''`
		default:
			one += ` AND outcome <> ''`
		}
		all = append(all, one)
	}
	return strings.Join(all, ` UNION ALL `), args
}

// organizationRuns also finds the runs of removed jobs, and marks them.
func organizationRuns(query storage.RunQuery) (list string, args []any) {
	behind, order := direction(query.Ascending)
	start, after := beforeAll, query.After
	if !query.Ascending && after == (storage.RunPosition{}) {
		start = afterAll
	}
	args = []any{nil, query.OrganizationID, microsOr(after.CreatedAt, start), after.JobID, after.Number}
	from := `
		SELECT id, job, created_at, job_id, number FROM runs
		WHERE organization_id = ?2 AND (created_at, job_id, number) ` + behind + ` (?3, ?4, ?5)`
	all, args := ranges(from, query, args)
	list = `
		SELECT ` + runColumns + `, j.id IS NULL
		FROM (` + all + `
			ORDER BY created_at ` + order + `, job_id ` + order + `, number ` + order + ` LIMIT ?1) page
		CROSS JOIN runs r ON r.id = page.id
		LEFT JOIN jobs j ON j.id = page.job`
	return list, args
}

// jobRuns finds the runs of a job, or those that a removed job left.
func jobRuns(query storage.RunQuery) (list string, args []any) {
	behind, order := direction(query.Ascending)
	start := query.After.Number
	if start == 0 && !query.Ascending {
		start = afterAll
	}
	args = []any{nil, query.OrganizationID, query.JobID, start}
	job := `(SELECT s.id FROM organizations o JOIN job_states s ON s.organization = o.id AND s.job_id = ?3 AND o.organization_id = ?2)`
	left := ``
	if query.Removed {
		job = `(SELECT id FROM tombstones WHERE organization_id = ?2 AND job_id = ?3)`
		left = ` AND (outcome = '' OR owed_at IS NOT NULL)`
	}
	from := `SELECT id, number FROM runs WHERE job = ` + job + left + ` AND number ` + behind + ` ?4`
	all, args := ranges(from, query, args)
	list = `
		SELECT ` + runColumns + `, FALSE
		FROM (` + all + ` ORDER BY number ` + order + ` LIMIT ?1) page
		CROSS JOIN runs r ON r.id = page.id`
	return list, args
}
