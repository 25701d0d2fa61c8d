package sqlite

import (
	"context"

	"github.com/jobledger/jobledger/storage"
)

// writeRuns inserts, replaces and removes the change's runs. Beside a
// tombstone, writeTombstone removes them.
func (s *session) writeRuns(c *storage.Change, at *subject) error {
	for i := range c.PutRuns {
		if err := s.putRun(c, &c.PutRuns[i], at.job.id); err != nil {
			return err
		}
	}
	if c.Tombstone != nil || len(c.RemoveRuns) == 0 {
		return nil
	}
	return s.removeRuns(c.RemoveRuns, at.job.id, false)
}

// removeRuns removes runs of a job. With left, the job was removed, and only
// its runs that are open or owed can be removed.
func (s *session) removeRuns(guards []storage.RunGuard, job int64, left bool) error {
	const remove = `
		DELETE FROM runs WHERE job = ?1 AND run_id = ?2 AND revision = ?3
			AND (NOT ?4 OR outcome = '' OR owed_at IS NOT NULL)`
	for _, guard := range guards {
		if _, err := s.insert(remove, job, guard.ID, guard.Revision, left); err != nil {
			return err
		}
	}
	return nil
}

// putRun writes one run.
func (s *session) putRun(c *storage.Change, run *storage.RunRecord, job int64) error {
	const insert = `
		INSERT INTO runs (job, run_id, number, revision, outcome, created_at, ready_at, deadline_at, owed_at,
			organization_id, job_id, doc)
		VALUES (?1, ?2, ?3, ?12, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
		ON CONFLICT DO NOTHING`
	if c.Creates(run.Revision) {
		_, err := s.insert(insert, job, run.ID, run.Number, string(run.Outcome), micros(run.CreatedAt),
			instant(run.ReadyAt), instant(run.DeadlineAt), instant(run.OwedAt), run.OrganizationID, run.JobID, run.Doc,
			c.Stored(run.Revision))
		return err
	}
	const find = `
		SELECT id, number, outcome, created_at, ready_at, deadline_at, owed_at
		FROM runs WHERE job = ?1 AND run_id = ?2 AND revision = ?3`
	var id int64
	var stored storage.RunRecord
	found, err := s.row(find, []any{job, run.ID, run.Revision}, &id, &stored.Number, (*string)(&stored.Outcome), (*instant)(&stored.CreatedAt),
		(*instant)(&stored.ReadyAt), (*instant)(&stored.DeadlineAt), (*instant)(&stored.OwedAt))
	switch {
	case err != nil || !found:
		return staleUnless(err)
	case stored.Number != run.Number || micros(stored.CreatedAt) != micros(run.CreatedAt):
		return changed("the number or creation time of a run")
	}
	return s.update(`runs`, assignments{
		{`revision = revision + 1, doc = ?`, run.Doc, true},
		{`outcome = ?`, string(run.Outcome), run.Outcome != stored.Outcome},
		{`ready_at = ?`, instant(run.ReadyAt), !sameInstant(run.ReadyAt, stored.ReadyAt)},
		{`deadline_at = ?`, instant(run.DeadlineAt), !sameInstant(run.DeadlineAt, stored.DeadlineAt)},
		{`owed_at = ?`, instant(run.OwedAt), !sameInstant(run.OwedAt, stored.OwedAt)},
	}, `id = ?`, id)
}

// runColumns are the columns that a runRow reads, from runs r.
const runColumns = `
	r.job_id, r.run_id, r.number, r.revision, r.created_at, r.outcome, r.ready_at, r.deadline_at, r.owed_at, r.doc`

// runRow reads a run. Each column may be NULL, since an outer join may find no
// run.
type runRow struct {
	jobID, id, outcome                   text
	number, revision                     number
	createdAt, readyAt, deadlineAt, owed instant
	doc                                  document
}

func (r *runRow) dest() []any {
	return []any{
		&r.jobID, &r.id, &r.number, &r.revision, &r.createdAt, &r.outcome, &r.readyAt, &r.deadlineAt, &r.owed, &r.doc,
	}
}

// record returns the run. There was none when its number is 0.
func (r *runRow) record(organizationID string) storage.RunRecord {
	return storage.RunRecord{
		JobRef:     storage.JobRef{OrganizationID: organizationID, JobID: string(r.jobID)},
		ID:         string(r.id),
		Number:     int64(r.number),
		Revision:   int64(r.revision),
		CreatedAt:  r.createdAt.time(),
		Outcome:    storage.Outcome(r.outcome),
		ReadyAt:    r.readyAt.time(),
		DeadlineAt: r.deadlineAt.time(),
		OwedAt:     r.owed.time(),
		Doc:        r.doc,
	}
}

func scanRun(row scanner, organizationID string, more ...any) (storage.RunRecord, error) {
	var r runRow
	err := row.Scan(append(r.dest(), more...)...)
	return r.record(organizationID), err
}

// Run implements [storage.Store].
func (s *Store) Run(ctx context.Context, ref storage.JobRef, runID string) (run storage.RunRecord, err error) {
	const query = `SELECT ` + runColumns + ` FROM ` + ofJob + `JOIN runs r ON r.job = s.id AND r.run_id = ?3`
	args := []any{ref.OrganizationID, ref.JobID, runID}
	found, err := s.readers.read().one(ctx, query, args, func(row scanner) (err error) {
		run, err = scanRun(row, ref.OrganizationID)
		return err
	})
	if err := missing(found, err); err != nil {
		return storage.RunRecord{}, describe(ctx, err, "run %s of job %s", runID, ref.JobID)
	}
	return run, nil
}
