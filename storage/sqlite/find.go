package sqlite

import (
	"context"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

// jobRow reads the rows of a query, each into the same variables.
type jobRow struct {
	organizationID string
	dest           []any

	id                         int64
	jobID, key, latestRunID    text
	revision                   number
	createdAt, wakeAt          instant
	teamIDs, scopes, keyScopes stringSet
	doc, state                 document
	run                        runRow
}

// jobColumns are the columns that a jobRow reads, from jobs j and their states
// s. jobJoins joins what else they need. Most jobs have no latest run: its
// column is NULL, and no run is looked up.
func jobColumns(brief bool) string {
	const columns = `
		j.id, j.job_id, s.revision, j.key, j.created_at, g.team_ids, s.scopes, j.key_scopes, s.wake_at, s.latest_run_id`
	if brief {
		return columns
	}
	return columns + `, s.state, ` + docColumn + `, ` + runColumns
}

// docColumn is a job's document, in its own row or in the table of long
// documents.
const docColumn = `coalesce(j.doc, (SELECT doc FROM long_docs WHERE job = j.id))`

func jobJoins(brief bool) string {
	const grants = ` JOIN grants g ON g.id = j.grants `
	if brief {
		return grants
	}
	return grants + `LEFT JOIN runs r ON r.job = j.id AND r.run_id = s.latest_run_id `
}

// stateOf joins the states of the jobs j.
const stateOf = ` JOIN job_states s ON s.organization = j.organization AND s.job_id = j.job_id `

func newJobRow(organizationID string, brief bool) *jobRow {
	r := &jobRow{organizationID: organizationID}
	r.dest = []any{
		&r.id, &r.jobID, &r.revision, &r.key, &r.createdAt, &r.teamIDs, &r.scopes, &r.keyScopes, &r.wakeAt, &r.latestRunID,
	}
	if !brief {
		r.dest = append(append(r.dest, &r.state, &r.doc), r.run.dest()...)
	}
	return r
}

// read returns the row's job.
func (r *jobRow) read(row scanner) (job storage.JobRecord, err error) {
	if err := row.Scan(r.dest...); err != nil {
		return storage.JobRecord{}, err
	}
	job = storage.JobRecord{
		JobRef:      storage.JobRef{OrganizationID: r.organizationID, JobID: string(r.jobID)},
		Revision:    int64(r.revision),
		Key:         string(r.key),
		CreatedAt:   r.createdAt.time(),
		TeamIDs:     r.teamIDs,
		Scopes:      r.scopes,
		KeyScopes:   r.keyScopes,
		WakeAt:      r.wakeAt.time(),
		LatestRunID: string(r.latestRunID),
		Doc:         r.doc,
		State:       r.state,
	}
	if r.run.number != 0 { // runs are numbered from 1, so there is a run
		run := r.run.record(r.organizationID)
		job.LatestRun = &run
	}
	return job, nil
}

// Job implements [storage.Store].
func (s *Store) Job(ctx context.Context, ref storage.JobRef) (job storage.JobRecord, err error) {
	query := `SELECT ` + jobColumns(false) + ` FROM ` + ofJob + `JOIN jobs j ON j.id = s.id ` + jobJoins(false)
	into := newJobRow(ref.OrganizationID, false)
	args := []any{ref.OrganizationID, ref.JobID}
	found, err := s.readers.read().one(ctx, query, args, func(row scanner) (err error) {
		job, err = into.read(row)
		return err
	})
	if err := missing(found, err); err != nil {
		return storage.JobRecord{}, describe(ctx, err, "job %s", ref.JobID)
	}
	return job, nil
}

// FindJobs implements [storage.Store].
func (s *Store) FindJobs(ctx context.Context, query storage.FindQuery) (found storage.JobList, err error) {
	if err = query.Validate(); err == nil {
		err = s.readers.snapshot(ctx, func(r reader) error { return r.findJobs(ctx, query, &found) })
	}
	if err != nil {
		return storage.JobList{}, describe(ctx, err, "find %d jobs", len(query.IDs)+len(query.Keys))
	}
	return found, nil
}

func (r reader) findJobs(ctx context.Context, query storage.FindQuery, found *storage.JobList) error {
	const organization = `SELECT id, revision, graph, doc FROM organizations WHERE organization_id = ?1`
	var id int64
	o := &found.Organization
	o.OrganizationID = query.OrganizationID
	is, err := r.one(ctx, organization, []any{query.OrganizationID}, func(row scanner) error {
		return row.Scan(&id, &o.Revision, &o.Graph, (*document)(&o.Doc))
	})
	if err != nil || !is || len(query.IDs)+len(query.Keys) == 0 {
		return err
	}
	columns := jobColumns(query.Brief)
	if query.NoDoc {
		columns = strings.Replace(columns, docColumn, "NULL", 1)
	}
	args := padded(padded([]any{id}, query.IDs), query.Keys)
	find := `
		SELECT ` + columns + ` FROM jobs j ` + stateOf + jobJoins(query.Brief) + `
		WHERE j.id IN (
			SELECT id FROM job_states WHERE organization = ?1 AND job_id IN (` + placeholders(len(query.IDs)) + `)
			UNION
			SELECT job FROM entries WHERE organization = ?1 AND list = 'k' AND at = 0 AND name IN (` + placeholders(len(query.Keys)) + `))`
	into := newJobRow(query.OrganizationID, query.Brief)
	var rows []int64
	err = r.query(ctx, find, args, func(row scanner) error {
		job, err := into.read(row)
		rows = append(rows, into.id)
		found.Jobs = append(found.Jobs, storage.FoundJob{JobRecord: job})
		return err
	})
	if err != nil {
		return err
	}
	return r.findRuns(ctx, query, rows, found.Jobs)
}

// findRuns finds the runs that a query asks for. Rows are the rows of the found
// jobs.
func (r reader) findRuns(ctx context.Context, query storage.FindQuery, rows []int64, found []storage.FoundJob) error {
	for _, part := range []struct {
		limit       int
		where       string
		destination func(*storage.FoundJob) *[]storage.RunRecord
	}{
		{query.OpenRuns, `outcome = '' ORDER BY number`, func(j *storage.FoundJob) *[]storage.RunRecord { return &j.OpenRuns }},
		{query.RecentRuns, `TRUE ORDER BY number DESC`, func(j *storage.FoundJob) *[]storage.RunRecord { return &j.RecentRuns }},
	} {
		if part.limit == 0 {
			continue
		}
		list := `
			SELECT ` + runColumns + ` FROM (SELECT id FROM runs WHERE job = ?1 AND ` + part.where + ` LIMIT ?2) page
			CROSS JOIN runs r ON r.id = page.id`
		for i, id := range rows {
			into := part.destination(&found[i])
			err := r.query(ctx, list, []any{id, min(part.limit, storage.MaxLimit)}, func(row scanner) error {
				run, err := scanRun(row, query.OrganizationID)
				*into = append(*into, run)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// listed writes integers as an array for SQLite's json_each.
func listed(ids []int64) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(id, 10))
	}
	b.WriteByte(']')
	return b.String()
}
