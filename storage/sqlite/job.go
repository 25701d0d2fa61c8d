package sqlite

import (
	"cmp"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// storedJob is what a write must know of the record that it replaces.
type storedJob struct {
	id        int64
	revision  int64
	key       string
	createdAt time.Time
	teamIDs   stringSet
	clusterID string
	dependsOn stringSet
}

// storedJob reads the change's job; found is false when there is none.
func (s *session) storedJob(ref jobs.JobRef) (j storedJob, found bool, err error) {
	const query = `
		SELECT id, revision, key, created_at, team_ids, cluster_id, depends_on
		FROM jobs WHERE organization_id = ?1 AND job_id = ?2`
	found, err = s.row(query, []any{ref.OrganizationID, ref.JobID},
		&j.id, &j.revision, &j.key, (*instant)(&j.createdAt), &j.teamIDs, &j.clusterID, &j.dependsOn)
	return j, found, err
}

// writeJob writes the job's record, if the change has one, and returns the key
// that the job has afterwards, where the change asks for its dependents. For a
// job that is removed only the guard is checked: its row goes last.
func (s *session) writeJob(c *jobs.Change) (key string, err error) {
	switch {
	case c.Job == nil || c.Tombstone != nil:
		return s.checkJob(c)
	case c.Job.Revision == 0:
		return c.Job.Key, s.insertJob(c)
	}
	same, err := s.updateJob(c)
	if err != nil || same {
		return c.Job.Key, err
	}
	return c.Job.Key, s.moveJob(c)
}

// checkJob checks the guard of a job that is removed, and reads the key of one
// that the change does not write.
func (s *session) checkJob(c *jobs.Change) (key string, err error) {
	if c.Job == nil && (c.Wake == nil || !c.Wake.Dependents) {
		return "", nil
	}
	stored, found, err := s.storedJob(c.JobRef)
	if err == nil && c.Job != nil && (!found || stored.revision != c.Job.Revision) {
		err = jobs.ErrStale
	}
	return stored.key, err
}

// insertJob writes a new job.
func (s *session) insertJob(c *jobs.Change) error {
	const insert = `
		INSERT INTO jobs (organization_id, job_id, revision, key, created_at, team_ids,
			cluster_id, depends_on, wake_at, latest_run_id, versions, group_id, doc)
		SELECT ?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12
		WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE organization_id = ?1 AND job_id = ?2)
		ON CONFLICT DO NOTHING`
	job := c.Job
	set := grouping{c.OrganizationID, "", job.ClusterID, job.TeamIDs}
	groupID, err := s.join(set)
	if err != nil {
		return err
	}
	result, err := s.run(insert, c.OrganizationID, c.JobID, job.Key, micros(job.CreatedAt),
		stringSet(job.TeamIDs), job.ClusterID, stringSet(job.DependsOn), instant(job.WakeAt),
		text(job.LatestRunID), len(c.AddVersions), groupID, job.Doc)
	if err != nil {
		return err
	}
	if inserted, err := result.RowsAffected(); err != nil || inserted == 0 {
		return cmp.Or(err, jobs.ErrStale)
	}
	id, err := result.LastInsertId()
	if err != nil {
		return err
	}
	return s.addDependencies(set, job.DependsOn, dependent{id, c.JobID, job.Key, job.CreatedAt})
}

// updateJob writes a record whose key, grants, cluster and dependencies are
// what they were, as those of most changes are, and touches no index but the
// due one. It reports whether that was so, and the revision the expected one.
func (s *session) updateJob(c *jobs.Change) (same bool, err error) {
	const update = `
		UPDATE jobs SET revision = revision + 1, wake_at = ?4, latest_run_id = ?5,
			versions = versions + ?6, doc = ?7
		WHERE organization_id = ?1 AND job_id = ?2 AND revision = ?3
			AND key = ?8 AND team_ids = ?9 AND cluster_id = ?10 AND depends_on = ?11`
	job := c.Job
	written, err := s.exec(update, c.OrganizationID, c.JobID, job.Revision,
		instant(job.WakeAt), text(job.LatestRunID), len(c.AddVersions), job.Doc,
		job.Key, stringSet(job.TeamIDs), job.ClusterID, stringSet(job.DependsOn))
	return written > 0, err
}

// moveJob writes a record that moves in an index: to another key, other
// grants, another cluster, or other dependencies.
func (s *session) moveJob(c *jobs.Change) error {
	const update = `
		UPDATE OR IGNORE jobs SET revision = revision + 1, key = ?2, team_ids = ?3, cluster_id = ?4,
			depends_on = ?5, wake_at = ?6, latest_run_id = ?7, versions = versions + ?8,
			group_id = ?9, doc = ?10
		WHERE id = ?1`
	job := c.Job
	stored, found, err := s.storedJob(c.JobRef)
	if err != nil {
		return err
	}
	if !found || stored.revision != job.Revision {
		return jobs.ErrStale
	}
	before := grouping{c.OrganizationID, "", stored.clusterID, stored.teamIDs}
	after := grouping{c.OrganizationID, "", job.ClusterID, job.TeamIDs}
	groupID, err := s.join(after)
	if err != nil {
		return err
	}
	written, err := s.exec(update, stored.id, job.Key, stringSet(job.TeamIDs), job.ClusterID,
		stringSet(job.DependsOn), instant(job.WakeAt), text(job.LatestRunID), len(c.AddVersions), groupID, job.Doc)
	if err != nil {
		return err
	}
	if written == 0 { // another job has the key
		return jobs.ErrStale
	}
	if err := s.removeDependencies(before, stored.dependsOn, stored.createdAt, c.JobID); err != nil {
		return err
	}
	if err := s.leave(before); err != nil {
		return err
	}
	return s.addDependencies(after, job.DependsOn, dependent{stored.id, c.JobID, job.Key, stored.createdAt})
}

// removeJob removes the row, with its draft and all that lists find it by.
func (s *session) removeJob(ref jobs.JobRef) error {
	const remove = `DELETE FROM jobs WHERE id = ?1`
	stored, found, err := s.storedJob(ref)
	if err != nil {
		return err
	}
	if !found {
		return jobs.ErrStale
	}
	if _, err := s.exec(remove, stored.id); err != nil {
		return err
	}
	set := grouping{ref.OrganizationID, "", stored.clusterID, stored.teamIDs}
	if err := s.removeDependencies(set, stored.dependsOn, stored.createdAt, ref.JobID); err != nil {
		return err
	}
	return s.leave(set)
}
