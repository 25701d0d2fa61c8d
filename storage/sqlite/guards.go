package sqlite

import "github.com/jobledger/jobledger/storage"

// checkGuards checks what a change requires of other jobs and of the
// organization.
func (s *session) checkGuards(c *storage.Change, at *subject) error {
	o := at.organization
	if c.RequireOrganization != nil && *c.RequireOrganization != o.revision ||
		c.Organization != nil && !c.Copied && c.Organization.Revision != o.revision ||
		c.Graph != nil && c.Graph.Expect != o.graph {
		return storage.ErrStale
	}
	for _, guard := range c.RequireKeys {
		const query = `
			SELECT 1 FROM entries e JOIN jobs j ON j.id = e.job
			WHERE e.organization = ?1 AND e.list = 'k' AND e.at = 0 AND e.name = ?2 AND j.job_id = ?3`
		var one int
		if found, err := s.row(query, []any{o.id, guard.Key, guard.JobID}, &one); err != nil || !found {
			return staleUnless(err)
		}
	}
	if c.ForbidScope != "" {
		const query = `SELECT 1 FROM entries WHERE organization = ?1 AND list = 'c' || ?2 AND job <> ?3 LIMIT 1`
		var one int
		if found, err := s.row(query, []any{o.id, c.ForbidScope, at.job.id}, &one); err != nil || found {
			return staleUnless(err)
		}
	}
	return nil
}

func (s *session) writeOrganization(c *storage.Change, at *subject) error {
	const (
		update = `UPDATE organizations SET revision = ?2, doc = ?3 WHERE id = ?1`
		count  = `UPDATE organizations SET graph = ?2 WHERE id = ?1`
		raise  = `UPDATE organizations SET graph = graph + 1 WHERE id = ?1`
	)
	if o := c.Organization; o != nil {
		if _, err := s.exec(update, at.organization.id, c.Stored(o.Revision), o.Doc); err != nil {
			return err
		}
		if c.Copied {
			_, err := s.exec(count, at.organization.id, o.Graph)
			return err
		}
	}
	if c.Graph == nil || !c.Graph.Raise {
		return nil
	}
	_, err := s.exec(raise, at.organization.id)
	return err
}

// wake wakes the jobs that stand in the change's scope.
func (s *session) wake(c *storage.Change, at *subject) error {
	const wake = `
		UPDATE job_states SET revision = revision + 1,
			wake_at = CASE WHEN wake_at <= ?1 THEN wake_at ELSE ?1 END
		WHERE organization = ?2 AND job_id IN (SELECT name FROM entries WHERE organization = ?2 AND list = 'c' || ?3)`
	if c.Wake == nil || c.Removes() {
		return nil
	}
	_, err := s.exec(wake, instant(c.Wake.At), at.organization.id, c.Wake.Scope)
	return err
}
