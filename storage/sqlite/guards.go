package sqlite

import "github.com/jobledger/jobledger/jobs"

// checkGuards checks what a change requires of other jobs and of the graph,
// and raises the graph's counter.
func (s *session) checkGuards(c *jobs.Change) error {
	for _, guard := range c.RequireKeys {
		const query = `SELECT 1 FROM jobs WHERE organization_id = ?1 AND key = ?2 AND job_id = ?3`
		var one int
		found, err := s.row(query, []any{c.OrganizationID, guard.Key, guard.JobID}, &one)
		if err != nil {
			return err
		}
		if !found {
			return jobs.ErrStale
		}
	}
	if err := s.checkDependents(c); err != nil {
		return err
	}
	return s.checkGraph(c)
}

func (s *session) checkDependents(c *jobs.Change) error {
	// At most one row of the key's is the change's own job.
	const query = `
		SELECT 1 FROM job_groups g JOIN dependents d ON d.group_id = g.id
		WHERE g.organization_id = ?1 AND g.depends_on = ?2 AND d.job_id <> ?3
		LIMIT 1`
	if c.ForbidDependents == "" {
		return nil
	}
	var one int
	found, err := s.row(query, []any{c.OrganizationID, c.ForbidDependents, c.JobID}, &one)
	if err == nil && found {
		return jobs.ErrStale
	}
	return err
}

func (s *session) checkGraph(c *jobs.Change) error {
	if c.Graph == nil {
		return nil
	}
	var graph int64
	const query = `SELECT graph FROM graphs WHERE organization_id = ?1`
	if _, err := s.row(query, []any{c.OrganizationID}, &graph); err != nil {
		return err
	}
	if graph != c.Graph.Expect {
		return jobs.ErrStale
	}
	if !c.Graph.Raise {
		return nil
	}
	const raise = `
		INSERT INTO graphs (organization_id, graph) VALUES (?1, 1)
		ON CONFLICT DO UPDATE SET graph = graph + 1`
	_, err := s.exec(raise, c.OrganizationID)
	return err
}

// wake puts the job, and those that depend on its key, into the due index.
func (s *session) wake(c *jobs.Change, key string) error {
	const (
		move = `
			UPDATE jobs SET revision = revision + 1,
				wake_at = CASE WHEN wake_at <= ?1 THEN wake_at ELSE ?1 END`
		self       = move + ` WHERE organization_id = ?2 AND job_id = ?3`
		dependents = move + ` WHERE id IN (
			SELECT d.id FROM job_groups g JOIN dependents d ON d.group_id = g.id
			WHERE g.organization_id = ?2 AND g.depends_on = ?4
				AND NOT (?5 AND d.job_id = ?3))`
	)
	if c.Wake == nil {
		return nil
	}
	at := instant(c.Wake.At)
	if c.Wake.Self {
		if _, err := s.exec(self, at, c.OrganizationID, c.JobID); err != nil {
			return err
		}
	}
	if !c.Wake.Dependents || key == "" {
		return nil
	}
	_, err := s.exec(dependents, at, c.OrganizationID, c.JobID, key, c.Wake.Self)
	return err
}
