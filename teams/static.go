package teams

import (
	"context"
	"fmt"
)

// Static is a [Directory] held in memory: for tests, examples and embedders
// whose organizations are in a file. It also knows the members and their
// roles. It is built once and not changed while in use.
type Static struct {
	organizations map[string]staticOrganization
}

type staticOrganization struct {
	teams    map[string]Team
	clusters map[string]Cluster
	members  map[string]Member
}

// Organization is what [NewStatic] is told about one organization.
type Organization struct {
	ID       string
	Teams    []Team
	Clusters []Cluster
	Members  []Member
}

// Member is a person or program of an organization, and its roles.
type Member struct {
	ID string
	// AllTeams is the role that the member has in every team.
	AllTeams Role
	// Teams holds roles by team ID.
	Teams map[string]Role
}

var _ Directory = (*Static)(nil)

// NewStatic builds a directory. It refuses an organization, team, cluster or
// member that is named twice or has no ID, and a role in a team that the
// organization does not have. A team's OrganizationID and MemberCount are
// filled in; a member with a role in every team counts in each.
func NewStatic(organizations ...Organization) (*Static, error) {
	s := &Static{organizations: make(map[string]staticOrganization, len(organizations))}
	for _, o := range organizations {
		if _, ok := s.organizations[o.ID]; ok || o.ID == "" {
			return nil, fmt.Errorf("teams: organization %q: an ID must be given, and only once", o.ID)
		}
		built, err := newStaticOrganization(o)
		if err != nil {
			return nil, fmt.Errorf("teams: organization %s: %w", o.ID, err)
		}
		s.organizations[o.ID] = built
	}
	return s, nil
}

func newStaticOrganization(o Organization) (staticOrganization, error) {
	built := staticOrganization{
		teams:    make(map[string]Team, len(o.Teams)),
		clusters: make(map[string]Cluster, len(o.Clusters)),
		members:  make(map[string]Member, len(o.Members)),
	}
	for _, t := range o.Teams {
		if _, ok := built.teams[t.ID]; ok || t.ID == "" {
			return built, fmt.Errorf("team %q: an ID must be given, and only once", t.ID)
		}
		t.OrganizationID = o.ID
		t.MemberCount = 0
		built.teams[t.ID] = t
	}
	for _, c := range o.Clusters {
		if _, ok := built.clusters[c.ID]; ok || c.ID == "" {
			return built, fmt.Errorf("cluster %q: an ID must be given, and only once", c.ID)
		}
		built.clusters[c.ID] = c
	}
	for _, m := range o.Members {
		if _, ok := built.members[m.ID]; ok || m.ID == "" {
			return built, fmt.Errorf("member %q: an ID must be given, and only once", m.ID)
		}
		for id := range m.Teams {
			if _, ok := built.teams[id]; !ok {
				return built, fmt.Errorf("member %s: no team %q", m.ID, id)
			}
		}
		built.members[m.ID] = m
		built.count(m)
	}
	return built, nil
}

// count adds a member to the member count of its teams.
func (o staticOrganization) count(m Member) {
	for id, t := range o.teams {
		if m.AllTeams > None || m.Teams[id] > None {
			t.MemberCount++
			o.teams[id] = t
		}
	}
}

// Teams implements [Directory].
func (s *Static) Teams(_ context.Context, organizationID string, ids []string) (map[string]Team, error) {
	found := make(map[string]Team, len(ids))
	for _, id := range ids {
		if t, ok := s.organizations[organizationID].teams[id]; ok {
			found[id] = t
		}
	}
	return found, nil
}

// Cluster implements [Directory].
func (s *Static) Cluster(_ context.Context, organizationID, id string) (Cluster, bool, error) {
	c, ok := s.organizations[organizationID].clusters[id]
	return c, ok, nil
}

// Actor returns a member of an organization as an actor, and whether there is
// such a member.
func (s *Static) Actor(organizationID, memberID string) (Actor, bool) {
	m, ok := s.organizations[organizationID].members[memberID]
	if !ok {
		return Actor{}, false
	}
	a := Actor{OrganizationID: organizationID, MemberID: m.ID, AllTeams: m.AllTeams, Teams: m.Teams}
	return a.Clone(), true
}

// open is the directory in which everything exists.
type open struct{}

// Open returns the [Directory] in which every team and cluster exists, under a
// name that is its ID, and every cluster is active. It is what the lifecycle
// uses when it is given none: a unit test needs nothing.
func Open() Directory { return open{} }

func (open) Teams(_ context.Context, organizationID string, ids []string) (map[string]Team, error) {
	found := make(map[string]Team, len(ids))
	for _, id := range ids {
		found[id] = Team{ID: id, OrganizationID: organizationID, Name: id}
	}
	return found, nil
}

func (open) Cluster(_ context.Context, _, id string) (Cluster, bool, error) {
	return Cluster{ID: id, Active: true}, true, nil
}
