package sqlite

import "time"

// grouping is what the jobs of one group have in common.
type grouping struct {
	organizationID string
	// dependsOn is the key that they depend on; empty for the groups that each
	// job is in one of.
	dependsOn string
	clusterID string
	teamIDs   []string
}

// on is the group of the same jobs among the dependents of a key.
func (g grouping) on(key string) grouping {
	g.dependsOn = key
	return g
}

// join counts one more job in a group, and makes the group if it is the first.
func (s *session) join(g grouping) (id int64, err error) {
	const count = `
		INSERT INTO job_groups (organization_id, depends_on, cluster_id, team_ids, id, jobs)
		VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(id), 0) + 1 FROM job_groups), 1)
		ON CONFLICT (organization_id, depends_on, cluster_id, team_ids) DO UPDATE SET jobs = jobs + 1
		RETURNING id, jobs`
	const see = `
		INSERT INTO group_teams (organization_id, depends_on, team_id, group_id)
		VALUES (?1, ?2, ?3, ?4)`
	var size int64
	args := []any{g.organizationID, g.dependsOn, g.clusterID, stringSet(g.teamIDs)}
	if _, err := s.row(count, args, &id, &size); err != nil {
		return 0, err
	}
	if size > 1 {
		return id, nil
	}
	for _, team := range g.teamIDs {
		if _, err := s.exec(see, g.organizationID, g.dependsOn, team, id); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// leave counts one job less, and removes the group with its last.
func (s *session) leave(g grouping) error {
	const (
		which  = ` WHERE organization_id = ?1 AND depends_on = ?2 AND cluster_id = ?3 AND team_ids = ?4`
		count  = `UPDATE job_groups SET jobs = jobs - 1` + which + ` RETURNING id, jobs`
		forget = `DELETE FROM group_teams WHERE organization_id = ?1 AND depends_on = ?2 AND team_id = ?3 AND group_id = ?4`
		remove = `DELETE FROM job_groups` + which
	)
	var id, size int64
	args := []any{g.organizationID, g.dependsOn, g.clusterID, stringSet(g.teamIDs)}
	if _, err := s.row(count, args, &id, &size); err != nil || size > 0 {
		return err
	}
	for _, team := range g.teamIDs {
		if _, err := s.exec(forget, g.organizationID, g.dependsOn, team, id); err != nil {
			return err
		}
	}
	_, err := s.exec(remove, args...)
	return err
}

// dependent is a job among the dependents of a key.
type dependent struct {
	id        int64
	jobID     string
	key       string
	createdAt time.Time
}

// addDependencies lists a job among the dependents of each key.
func (s *session) addDependencies(g grouping, keys []string, d dependent) error {
	const insert = `
		INSERT INTO dependents (group_id, created_at, job_id, key, id)
		VALUES (?1, ?2, ?3, ?4, ?5)`
	for _, key := range keys {
		group, err := s.join(g.on(key))
		if err != nil {
			return err
		}
		if _, err := s.exec(insert, group, micros(d.createdAt), d.jobID, d.key, d.id); err != nil {
			return err
		}
	}
	return nil
}

// removeDependencies takes a job from the dependents of each key.
func (s *session) removeDependencies(g grouping, keys []string, createdAt time.Time, jobID string) error {
	const (
		find = `
			SELECT id FROM job_groups
			WHERE organization_id = ?1 AND depends_on = ?2 AND cluster_id = ?3 AND team_ids = ?4`
		remove = `DELETE FROM dependents WHERE group_id = ?1 AND created_at = ?2 AND job_id = ?3`
	)
	for _, key := range keys {
		var group int64
		if _, err := s.row(find, []any{g.organizationID, key, g.clusterID, stringSet(g.teamIDs)}, &group); err != nil {
			return err
		}
		if _, err := s.exec(remove, group, micros(createdAt), jobID); err != nil {
			return err
		}
		if err := s.leave(g.on(key)); err != nil {
			return err
		}
	}
	return nil
}
