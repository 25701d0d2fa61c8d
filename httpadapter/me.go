package httpadapter

import (
	"maps"
	"slices"

	"github.com/jobledger/jobledger/teams"
)

// meRoutes are the routes about the caller.
var meRoutes = []route{
	{method: "GET", pattern: "/me", name: "describeMe", needs: teams.View, serve: describeMe, origin: ours,
		summary: "Describe who asks", status: 200, answer: "Me",
		about: "Returns the member that the bearer token stands for, its organization, and its role in each team."},
}

// describeMe serves GET /me.
func describeMe(x *exchange) error {
	x.out.body = meMembers.append(x.out.body, &x.actor, &x.opts)
	return nil
}

// meMembers describe the caller.
var meMembers = show(
	shownText("memberId", ours, embedderID(), func(a *teams.Actor) string { return a.MemberID }),
	shownText("organizationId", ours, embedderID(), func(a *teams.Actor) string { return a.OrganizationID }),
	shownOptional("allTeams", ours, about("The role that the caller has in every team; null when there is none.", role()), func(a *teams.Actor) string { return roleName(a.AllTeams) }),
	shown[teams.Actor]{name: "teams", origin: ours, schema: array(schemaOf(ours, teamRoleMembers, &Options{})), write: appendTeamRoles},
)

// teamRole is a role in one team.
type teamRole struct {
	teamID string
	role   teams.Role
}

var teamRoleMembers = show(
	shownText("id", ours, embedderID(), func(t *teamRole) string { return t.teamID }),
	shownText("role", ours, role(), func(t *teamRole) string { return roleName(t.role) }),
)

// appendTeamRoles writes the teams in which an actor has a role, ordered by ID.
func appendTeamRoles(b []byte, name string, a *teams.Actor) []byte {
	var roles []teamRole
	for _, id := range slices.Sorted(maps.Keys(a.Teams)) {
		if a.Teams[id] > teams.None {
			roles = append(roles, teamRole{id, a.Teams[id]})
		}
	}
	return appendAll(b, name, roles, teamRoleMembers)
}

// roleName returns "" for no role.
func roleName(r teams.Role) string {
	if r == teams.None {
		return ""
	}
	return r.String()
}

func role() member {
	return named("Role", enum(teams.Viewer.String(), teams.Contributor.String(), teams.Admin.String()))
}
