package teams

import (
	"errors"
	"maps"
	"slices"
)

// ErrUnauthenticated means that it is not known who acts. An embedder's
// authentication returns it for a missing or unknown token. The jobs service
// returns it for an [Actor] without an organization or a member.
var ErrUnauthenticated = errors.New("teams: unauthenticated")

// Actor says who makes a request: one member of one organization, with its role
// in each team. The embedder makes a new Actor for each request, so that a
// changed role has effect from the next request on.
type Actor struct {
	OrganizationID string
	// MemberID is recorded as the maker of what the actor creates and changes.
	MemberID string
	// AllTeams is the member's role in every team of the organization. With a
	// role here, an actor sees all jobs of the organization.
	AllTeams Role
	// Teams are the member's roles by team ID.
	Teams map[string]Role
}

// SystemMemberID is the member ID of a [System] actor.
const SystemMemberID = "system"

// System returns an actor that may do everything in one organization. It is for
// programs that do not act for a member, such as one that follows the journal.
func System(organizationID string) Actor {
	return Actor{OrganizationID: organizationID, MemberID: SystemMemberID, AllTeams: Admin}
}

// RoleIn returns the actor's role in one team; [None] when it has none.
func (a Actor) RoleIn(teamID string) Role { return max(a.AllTeams, a.Teams[teamID]) }

// RoleOn returns the highest role that the actor has in any of the teams.
func (a Actor) RoleOn(teamIDs []string) Role {
	role := a.AllTeams
	for _, id := range teamIDs {
		role = max(role, a.Teams[id])
	}
	return role
}

// VisibleTeams returns the teams in which the actor may see jobs, sorted. When
// these are all teams, it returns no IDs and true.
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

// Clone returns a copy that shares no memory with a.
func (a Actor) Clone() Actor {
	a.Teams = maps.Clone(a.Teams)
	return a
}
