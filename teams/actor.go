package teams

import (
	"errors"
	"maps"
	"slices"
)

// ErrUnauthenticated says that it is not known who acts. An embedder's
// authentication returns it for a missing or unknown token; the lifecycle
// returns it for an [Actor] without an organization or a member.
var ErrUnauthenticated = errors.New("teams: unauthenticated")

// Actor is who asks: one member of one organization, with its role in each
// team. The embedder makes it, afresh for each request, so that a role that is
// taken away is gone with the next one.
type Actor struct {
	OrganizationID string
	// MemberID is recorded as who made and changed things.
	MemberID string
	// AllTeams is the member's role in every team of the organization; an
	// actor that has one sees all of its jobs.
	AllTeams Role
	// Teams holds the member's roles by team ID.
	Teams map[string]Role
}

// SystemMemberID is the member that a [System] actor acts as.
const SystemMemberID = "system"

// System is an actor that may do everything in one organization: for unit
// tests and back-office code.
func System(organizationID string) Actor {
	return Actor{OrganizationID: organizationID, MemberID: SystemMemberID, AllTeams: Admin}
}

// RoleIn returns the actor's role in one team.
func (a Actor) RoleIn(teamID string) Role { return max(a.AllTeams, a.Teams[teamID]) }

// RoleOn returns the highest role that the actor has over teams.
func (a Actor) RoleOn(teamIDs []string) Role {
	role := a.AllTeams
	for _, id := range teamIDs {
		role = max(role, a.Teams[id])
	}
	return role
}

// VisibleTeams returns, sorted, the teams in which the actor may see jobs. All
// is true, and the list empty, when that is every team.
func (a Actor) VisibleTeams() (ids []string, all bool) {
	if a.AllTeams.Permits(View) {
		return nil, true
	}
	for id, role := range a.Teams {
		if role.Permits(View) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, false
}

// Clone returns a copy that shares nothing with a.
func (a Actor) Clone() Actor {
	a.Teams = maps.Clone(a.Teams)
	return a
}
