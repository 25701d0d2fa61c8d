package sqlite

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// jobColumns are what jobRow reads, of the jobs j and their latest runs r.
const jobColumns = `
	j.job_id, j.revision, j.key, j.created_at, j.team_ids, j.cluster_id, j.depends_on, j.wake_at,
	j.latest_run_id, j.doc,
	r.number, r.revision, r.created_at, r.outcome, r.wake_at, r.doc`

// latestRun joins the latest run. Most jobs have none: the column is NULL, and
// nothing is looked for.
const latestRun = `
	LEFT JOIN runs r ON r.organization_id = j.organization_id AND r.job_id = j.job_id
		AND r.run_id = j.latest_run_id`

// jobRow reads the rows of one query, each into the same variables.
type jobRow struct {
	organizationID string
	dest           []any

	jobID, key, clusterID, latestRunID text
	revision                           number
	createdAt, wakeAt                  instant
	teamIDs, dependsOn                 stringSet
	doc                                document

	outcome                 text
	runNumber, runRevision  number
	runCreatedAt, runWakeAt instant
	runDoc                  document
}

// newJobRow reads jobs of an organization, after what leads each row.
func newJobRow(organizationID string, leading ...any) *jobRow {
	r := &jobRow{organizationID: organizationID}
	r.dest = append(leading, &r.jobID, &r.revision, &r.key, &r.createdAt, &r.teamIDs,
		&r.clusterID, &r.dependsOn, &r.wakeAt, &r.latestRunID, &r.doc,
		&r.runNumber, &r.runRevision, &r.runCreatedAt, &r.outcome, &r.runWakeAt, &r.runDoc)
	return r
}

// read returns the row's job; found is false when there is none in the row,
// for an outer join may leave its columns NULL.
func (r *jobRow) read(row scanner) (job jobs.JobRecord, found bool, err error) {
	if err := row.Scan(r.dest...); err != nil || r.jobID == "" {
		return jobs.JobRecord{}, false, err
	}
	job = jobs.JobRecord{
		JobRef:      jobs.JobRef{OrganizationID: r.organizationID, JobID: string(r.jobID)},
		Revision:    int64(r.revision),
		Key:         string(r.key),
		CreatedAt:   time.Time(r.createdAt),
		TeamIDs:     r.teamIDs,
		ClusterID:   string(r.clusterID),
		DependsOn:   r.dependsOn,
		WakeAt:      time.Time(r.wakeAt),
		LatestRunID: string(r.latestRunID),
		Doc:         r.doc,
	}
	if r.runNumber != 0 { // runs count from 1: there is one
		job.LatestRun = &jobs.RunRecord{
			JobRef:    job.JobRef,
			ID:        job.LatestRunID,
			Number:    int64(r.runNumber),
			Revision:  int64(r.runRevision),
			CreatedAt: time.Time(r.runCreatedAt),
			Outcome:   jobs.Outcome(r.outcome),
			WakeAt:    time.Time(r.runWakeAt),
			Doc:       r.runDoc,
		}
	}
	return job, true, nil
}

// jobs reads all that a query finds, which is about size jobs, after what leads
// each row.
func (r reader) jobs(ctx context.Context, organizationID string, size int, query string, args []any, leading ...any) (found []jobs.JobRecord, err error) {
	into := newJobRow(organizationID, leading...)
	found = make([]jobs.JobRecord, 0, size)
	err = r.query(ctx, query, args, func(row scanner) error {
		job, is, err := into.read(row)
		if is {
			found = append(found, job)
		}
		return err
	})
	return found, err
}

// Job implements [jobs.Store].
func (s *Store) Job(ctx context.Context, ref jobs.JobRef) (jobs.JobRecord, error) {
	const query = `SELECT ` + jobColumns + ` FROM jobs j ` + latestRun + `
		WHERE j.organization_id = ?1 AND j.job_id = ?2`
	found, err := s.readers.read().jobs(ctx, ref.OrganizationID, 1, query, []any{ref.OrganizationID, ref.JobID})
	if err := missing(len(found) == 1, err); err != nil {
		return jobs.JobRecord{}, describe(ctx, err, "job %s", ref.JobID)
	}
	return found[0], nil
}

// findMost bounds the IDs and keys that one query looks for.
const findMost = 1024

// FindJobs implements [jobs.Store].
func (s *Store) FindJobs(ctx context.Context, lookup jobs.JobLookup) (found jobs.FoundJobs, err error) {
	if len(lookup.IDs) <= findMost && len(lookup.Keys) <= findMost {
		err = s.readers.read().findJobs(ctx, lookup, &found)
	} else {
		err = s.readers.snapshot(ctx, func(r reader) error { return r.findMany(ctx, lookup, &found) })
	}
	if err != nil {
		return jobs.FoundJobs{}, describe(ctx, err, "find %d jobs", len(lookup.IDs)+len(lookup.Keys))
	}
	return found, nil
}

// findJobs asks for jobs and the graph's counter in one statement, so that
// they are of one state. Its first row is there whatever is found.
func (r reader) findJobs(ctx context.Context, lookup jobs.JobLookup, found *jobs.FoundJobs) error {
	query := `
		SELECT coalesce((SELECT graph FROM graphs WHERE organization_id = ?1), 0), ` + jobColumns + `
		FROM (SELECT 1) LEFT JOIN jobs j ON j.organization_id = ?1
			AND (j.job_id IN (` + placeholders(len(lookup.IDs)) + `) OR j.key IN (` + placeholders(len(lookup.Keys)) + `))
		` + latestRun
	args := padded(padded([]any{lookup.OrganizationID}, lookup.IDs), lookup.Keys)
	some, err := r.jobs(ctx, lookup.OrganizationID, len(lookup.IDs)+len(lookup.Keys), query, args, &found.Graph)
	found.Jobs = some
	return err
}

// findMany is findJobs for more of them than one statement takes, part by part.
func (r reader) findMany(ctx context.Context, lookup jobs.JobLookup, found *jobs.FoundJobs) error {
	seen := make(map[string]bool)
	ids, keys := lookup.IDs, lookup.Keys
	for len(ids) > 0 || len(keys) > 0 {
		part := jobs.JobLookup{OrganizationID: lookup.OrganizationID}
		part.IDs, ids = ids[:min(findMost, len(ids))], ids[min(findMost, len(ids)):]
		part.Keys, keys = keys[:min(findMost, len(keys))], keys[min(findMost, len(keys)):]
		var some jobs.FoundJobs
		if err := r.findJobs(ctx, part, &some); err != nil {
			return err
		}
		found.Graph = some.Graph
		for _, job := range some.Jobs {
			if !seen[job.JobID] {
				found.Jobs = append(found.Jobs, job)
			}
			seen[job.JobID] = true
		}
	}
	return nil
}
