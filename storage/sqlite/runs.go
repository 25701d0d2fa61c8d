package sqlite

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/jobs"
)

// writeRuns inserts, replaces and removes the change's runs.
func (s *session) writeRuns(c *jobs.Change) error {
	const remove = `
		DELETE FROM runs
		WHERE organization_id = ?1 AND job_id = ?2 AND run_id = ?3 AND revision = ?4
			AND EXISTS (SELECT 1 FROM jobs WHERE organization_id = ?1 AND job_id = ?2)`
	for _, run := range c.PutRuns {
		written, err := s.putRun(&run)
		if err != nil {
			return err
		}
		if written == 0 {
			return jobs.ErrStale
		}
	}
	for _, guard := range c.RemoveRuns {
		removed, err := s.exec(remove, c.OrganizationID, c.JobID, guard.ID, guard.Revision)
		if err != nil {
			return err
		}
		if removed == 0 {
			return jobs.ErrStale
		}
	}
	return nil
}

// putRun writes one run, and returns 0 when its guard does not hold. The runs
// of a removed job are there until they are swept, but not for a change.
func (s *session) putRun(run *jobs.RunRecord) (written int64, err error) {
	const insert = `
		INSERT INTO runs (organization_id, job_id, run_id, number, revision, created_at, outcome, wake_at, doc)
		VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8)
		ON CONFLICT DO NOTHING`
	const update = `
		UPDATE runs SET revision = revision + 1, outcome = ?5, wake_at = ?6, doc = ?7
		WHERE organization_id = ?1 AND job_id = ?2 AND run_id = ?3 AND revision = ?4
			AND EXISTS (SELECT 1 FROM jobs WHERE organization_id = ?1 AND job_id = ?2)`
	if run.Revision == 0 {
		return s.exec(insert, run.OrganizationID, run.JobID, run.ID, run.Number,
			micros(run.CreatedAt), string(run.Outcome), instant(run.WakeAt), run.Doc)
	}
	return s.exec(update, run.OrganizationID, run.JobID, run.ID, run.Revision,
		string(run.Outcome), instant(run.WakeAt), run.Doc)
}

// runColumns are what scanRun reads, of the runs r.
const runColumns = `r.job_id, r.run_id, r.number, r.revision, r.created_at, r.outcome, r.wake_at, r.doc`

func scanRun(row scanner, organizationID string) (jobs.RunRecord, error) {
	run := jobs.RunRecord{JobRef: jobs.JobRef{OrganizationID: organizationID}}
	err := row.Scan(&run.JobID, &run.ID, &run.Number, &run.Revision, (*instant)(&run.CreatedAt),
		(*string)(&run.Outcome), (*instant)(&run.WakeAt), &run.Doc)
	return run, err
}

// Run implements [jobs.Store].
func (s *Store) Run(ctx context.Context, ref jobs.JobRef, runID string) (run jobs.RunRecord, err error) {
	const query = `
		SELECT ` + runColumns + ` FROM runs r JOIN jobs j USING (organization_id, job_id)
		WHERE r.organization_id = ?1 AND r.job_id = ?2 AND r.run_id = ?3`
	args := []any{ref.OrganizationID, ref.JobID, runID}
	found, err := s.readers.read().one(ctx, query, args, func(row scanner) (err error) {
		run, err = scanRun(row, ref.OrganizationID)
		return err
	})
	if err := missing(found, err); err != nil {
		return jobs.RunRecord{}, describe(ctx, err, "run %s of job %s", runID, ref.JobID)
	}
	return run, nil
}

// ListRuns implements [jobs.Store].
func (s *Store) ListRuns(ctx context.Context, query jobs.RunQuery) ([]jobs.RunRecord, error) {
	list, args := organizationRuns(query)
	if query.JobID != "" {
		list, args = jobRuns(query)
	}
	var runs []jobs.RunRecord
	err := s.readers.read().query(ctx, list, args, func(row scanner) error {
		run, err := scanRun(row, query.OrganizationID)
		runs = append(runs, run)
		return err
	})
	if err != nil {
		return nil, describe(ctx, err, "runs of organization %s", query.OrganizationID)
	}
	return runs, nil
}

// direction returns how a query compares with its position, and its order.
func direction(ascending bool) (behind, order string) {
	if ascending {
		return ">", "ASC"
	}
	return "<", "DESC"
}

func organizationRuns(query jobs.RunQuery) (list string, args []any) {
	behind, order := direction(query.Ascending)
	list = `
		SELECT ` + runColumns + ` FROM runs r
		WHERE r.organization_id = ?1 AND (r.created_at, r.job_id, r.number) ` + behind + ` (?2, ?3, ?4)
			AND EXISTS (SELECT 1 FROM jobs j WHERE j.organization_id = ?1 AND j.job_id = r.job_id)
		ORDER BY r.created_at ` + order + `, r.job_id ` + order + `, r.number ` + order + ` LIMIT ?5`
	start := beforeAll
	if !query.Ascending {
		start = afterAll
	}
	after := query.After
	return list, []any{query.OrganizationID, microsOr(after.CreatedAt, start), after.JobID, after.Number, query.Limit}
}

// jobRuns merges one ordered range for each outcome: what is left out is not
// walked through.
func jobRuns(query jobs.RunQuery) (list string, args []any) {
	behind, order := direction(query.Ascending)
	start := query.After.Number
	if start == 0 && !query.Ascending {
		start = afterAll
	}
	args = []any{query.OrganizationID, query.JobID, start, query.Limit}
	const from = `
		SELECT r.rowid AS id, r.number FROM runs r
		WHERE r.organization_id = ?1 AND r.job_id = ?2 AND r.number `
	arms := []string{from + behind + ` ?3`}
	if len(query.Outcomes) > 0 {
		outcomes := slices.Clone(query.Outcomes)
		slices.Sort(outcomes)
		arms = arms[:0]
		for _, outcome := range slices.Compact(outcomes) {
			args = append(args, string(outcome))
			arms = append(arms, from+behind+` ?3 AND r.outcome = ?`+strconv.Itoa(len(args)))
		}
	}
	list = `
		SELECT ` + runColumns + ` FROM (` + strings.Join(arms, ` UNION ALL `) + `
			ORDER BY 2 ` + order + ` LIMIT ?4) page
		CROSS JOIN jobs j ON j.organization_id = ?1 AND j.job_id = ?2
		CROSS JOIN runs r ON r.rowid = page.id
		ORDER BY r.number ` + order
	return list, args
}
