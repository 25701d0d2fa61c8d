package sqlite

import (
	"database/sql"
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// inlineMost is the most bytes of a document in its job's row, so that the row
// fits in one page. A longer document has a row of its own.
const inlineMost = 3 << 10

// writeJob writes the job's record, if the change has one. For a job that is
// removed it only checks the guard; the row is removed later.
func (s *session) writeJob(c *storage.Change, at *subject) error {
	switch {
	case c.Job == nil && c.Copied && c.JobID != "" && at.job.id == 0:
		return storage.ErrStale
	case c.Job == nil:
		return nil
	case c.Removes() && c.Job.Revision == at.job.revision:
		return nil
	case !c.Removes() && c.Creates(c.Job.Revision) && at.job.id == 0:
		return s.insertJob(c, at)
	case c.Removes() || c.Copied || c.Job.Revision != at.job.revision:
		return storage.ErrStale
	}
	return s.updateJob(c, at)
}

// insertJob writes a new job.
func (s *session) insertJob(c *storage.Change, at *subject) error {
	// The next id is above those of jobs and of tombstones. With FAIL, SQLite keeps no
	// copy of the pages from before the statement.
	const insert = `
		INSERT OR FAIL INTO jobs (id, organization, job_id, key, created_at, grants, key_scopes, doc)
		SELECT 1 + max(coalesce((SELECT max(id) FROM jobs), 0), coalesce((SELECT max(id) FROM tombstones), 0)),
			?1, ?2, ?3, ?4, ?5, ?6, ?7
		WHERE NOT EXISTS (SELECT 1 FROM tombstones WHERE organization_id = ?8 AND job_id = ?2)`
	const insertState = `
		INSERT OR FAIL INTO job_states (organization, job_id, id, revision, wake_at, latest_run_id, versions, scopes, organization_id, state)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`
	job := c.Job
	list := listingOf(job)
	grants, err := s.grantsOf(at.organization.id, list.teamIDs)
	if err != nil {
		return err
	}
	inline := job.Doc
	if len(inline) > inlineMost {
		inline = nil
	}
	result, err := s.insert(insert, at.organization.id, c.JobID, job.Key, micros(job.CreatedAt), grants,
		list.keyScopes.encode(), nullIfEmpty(inline), c.OrganizationID)
	if err != nil {
		return err
	}
	if at.job.id, err = result.LastInsertId(); err != nil {
		return err
	}
	_, err = s.exec(insertState, at.organization.id, c.JobID, at.job.id, c.Stored(job.Revision), instant(job.WakeAt),
		text(job.LatestRunID), len(c.AddVersions), list.scopes.encode(), c.OrganizationID, nullIfEmpty(job.State))
	if err != nil {
		return err
	}
	list.organization, list.job, list.grants = at.organization.id, at.job.id, grants
	if err := s.writeLongDoc(at.job, job.Doc); err != nil {
		return err
	}
	if err := s.addEntries(list, list.entries()); err != nil {
		return err
	}
	return s.join(list, list.counted())
}

// updateJob writes a record. It does not touch the row with the document when
// only the state, the times or the scopes change.
func (s *session) updateJob(c *storage.Change, at *subject) error {
	job, stored := c.Job, at.job
	if micros(job.CreatedAt) != micros(stored.createdAt) {
		return changed("the creation time of a job")
	}
	before, after := stored.listing(at.organization.id), listingOf(job)
	moves := !before.same(after)
	after.organization, after.job, after.grants = before.organization, before.job, before.grants
	if after.teamIDs != before.teamIDs {
		var err error
		if after.grants, err = s.grantsOf(at.organization.id, after.teamIDs); err != nil {
			return err
		}
	}
	state := assignments{
		{`revision = revision + 1, versions = versions + ?`, len(c.AddVersions), true},
		{`latest_run_id = ?`, text(job.LatestRunID), true},
		{`wake_at = ?`, instant(job.WakeAt), !sameInstant(job.WakeAt, stored.wakeAt)},
		{`scopes = ?`, after.scopes.encode(), !slices.Equal(before.scopes, after.scopes)},
		{`state = ?`, job.State, len(job.State) > 0},
	}
	if err := s.update(`job_states`, state, `organization = ? AND job_id = ?`, at.organization.id, c.JobID); err != nil {
		return err
	}
	row := assignments{
		{`key = ?`, after.key, after.key != before.key},
		{`grants = ?`, after.grants, after.grants != before.grants},
		{`key_scopes = ?`, after.keyScopes.encode(), !slices.Equal(before.keyScopes, after.keyScopes)},
		{`doc = ?`, job.Doc, len(job.Doc) > 0 && len(job.Doc) <= inlineMost},
		{`doc = ?`, nil, len(job.Doc) > inlineMost && !stored.long},
	}
	if err := s.update(`jobs`, row, `id = ?`, stored.id); err != nil {
		return err
	}
	if err := s.writeLongDoc(stored, job.Doc); err != nil || !moves {
		return err
	}
	return s.move(before, after)
}

// writeLongDoc writes a long document. It removes the long document that a
// short one replaces.
func (s *session) writeLongDoc(stored storedJob, doc []byte) error {
	var err error
	switch {
	case len(doc) > inlineMost:
		_, err = s.exec(`INSERT OR REPLACE INTO long_docs (job, doc) VALUES (?1, ?2)`, stored.id, doc)
	case len(doc) > 0 && stored.long:
		_, err = s.exec(removeLongDoc, stored.id)
	}
	return err
}

const removeLongDoc = `DELETE FROM long_docs WHERE job = ?1`

// removeJob removes both rows of a job, its draft, and its listing. Everything
// else of the job is hidden without them.
func (s *session) removeJob(at *subject) error {
	for _, remove := range []string{
		`DELETE FROM jobs WHERE id = ?1`, `DELETE FROM drafts WHERE job = ?1`, removeLongDoc,
	} {
		if _, err := s.exec(remove, at.job.id); err != nil {
			return err
		}
	}
	const removeState = `DELETE FROM job_states WHERE organization = ?1 AND job_id = ?2`
	if _, err := s.exec(removeState, at.organization.id, at.job.jobID); err != nil {
		return err
	}
	list := at.job.listing(at.organization.id)
	if err := s.removeEntries(list, list.entries()); err != nil {
		return err
	}
	return s.leave(list, list.counted())
}

// grantsOf returns the id of a set of teams. It adds the set if it is new.
func (s *session) grantsOf(organization int64, teamIDs string) (id int64, err error) {
	const (
		find   = `SELECT id FROM grants WHERE organization = ?1 AND team_ids = ?2`
		insert = `INSERT INTO grants (organization, team_ids) VALUES (?1, ?2)`
	)
	found, err := s.row(find, []any{organization, teamIDs}, &id)
	if err != nil || found {
		return id, err
	}
	var result sql.Result
	if result, err = s.run(insert, organization, teamIDs); err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// listing is everything by which lists find a job.
type listing struct {
	organization, job, grants int64

	key       string
	createdAt int64
	jobID     string
	teamIDs   string
	scopes    stringSet
	keyScopes stringSet
}

func listingOf(job *storage.JobRecord) listing {
	return listing{
		key: job.Key, createdAt: micros(job.CreatedAt), jobID: job.JobID,
		teamIDs: stringSet(job.TeamIDs).encode(), scopes: job.Scopes, keyScopes: job.KeyScopes,
	}
}

func (j *storedJob) listing(organization int64) listing {
	return listing{
		organization: organization, job: j.id, grants: j.grants,
		key: j.key, createdAt: micros(j.createdAt), jobID: j.jobID,
		teamIDs: j.teamIDs, scopes: j.scopes, keyScopes: j.keyScopes,
	}
}

// same reports whether all lists find the job in the same way with both
// listings.
func (l *listing) same(other listing) bool {
	return l.key == other.key && l.teamIDs == other.teamIDs &&
		slices.Equal(l.scopes, other.scopes) && slices.Equal(l.keyScopes, other.keyScopes)
}
