package sqlite

import (
	"context"
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// teamsMost bounds the teams that one statement asks for.
const teamsMost = 1024

// selectGroups finds the groups whose jobs a query selects, and how many jobs
// those have in all. A query with a dependency selects among that key's groups.
func (r reader) selectGroups(ctx context.Context, query jobs.JobQuery) (groups []int64, total int, err error) {
	seen := make(map[int64]bool)
	add := func(row scanner) error {
		var id int64
		var size int
		var teams stringSet
		if err := row.Scan(&id, &size, &teams); err != nil {
			return err
		}
		if !seen[id] && visible(query, teams) {
			seen[id] = true
			groups = append(groups, id)
			total += size
		}
		return nil
	}
	teams := query.TeamIDs
	switch {
	case query.GrantedTo != "":
		teams = []string{query.GrantedTo}
	case query.AllTeams:
		err = r.organizationGroups(ctx, query, add)
		return groups, total, err
	}
	for len(teams) > 0 && err == nil {
		n := min(teamsMost, len(teams))
		err = r.teamGroups(ctx, query, teams[:n], add)
		teams = teams[n:]
	}
	return groups, total, err
}

// visible reports whether a query's actor sees what is granted to teams.
func visible(query jobs.JobQuery, teams []string) bool {
	return query.AllTeams || slices.ContainsFunc(teams, func(team string) bool {
		return slices.Contains(query.TeamIDs, team)
	})
}

// organizationGroups finds groups whatever their teams.
func (r reader) organizationGroups(ctx context.Context, query jobs.JobQuery, add func(scanner) error) error {
	const find = `
		SELECT id, jobs, team_ids FROM job_groups
		WHERE organization_id = ?1 AND depends_on = ?2`
	args := []any{query.OrganizationID, query.DependsOn}
	if query.ClusterID == "" {
		return r.query(ctx, find, args, add)
	}
	return r.query(ctx, find+` AND cluster_id = ?3`, append(args, query.ClusterID), add)
}

// teamGroups finds the groups granted to one of the teams.
func (r reader) teamGroups(ctx context.Context, query jobs.JobQuery, teams []string, add func(scanner) error) error {
	find := `
		SELECT g.id, g.jobs, g.team_ids FROM group_teams t JOIN job_groups g ON g.id = t.group_id
		WHERE t.organization_id = ?1 AND t.depends_on = ?2 AND (?3 = '' OR g.cluster_id = ?3)
			AND t.team_id IN (` + placeholders(len(teams)) + `)`
	args := []any{query.OrganizationID, query.DependsOn, query.ClusterID}
	return r.query(ctx, find, padded(args, teams), add)
}
