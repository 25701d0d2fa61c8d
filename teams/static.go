package teams

import (
	"context"
	"fmt"
)

// Static is a [Directory] in memory: for tests, examples, and embedders whose
// organizations are in a file. It also knows the members and their roles.
// [NewStatic] makes one. It never changes, and is safe for concurrent use.
type Static struct {
	organizations map[string]staticOrganization
}

type staticOrganization struct {
	teams    map[string]Team
	clusters map[string]Cluster
	members  map[string]Member
}

// Organization describes one organization for [NewStatic].
type Organization struct {
	ID       string
	Teams    []Team
	Clusters []Cluster
	Members  []Member
}

// Member is a person or a program of an organization, with its roles.
type Member struct {
	ID string
	// AllTeams is the member's role in every team.
	AllTeams Role
	// Teams are the member's roles by team ID.
	Teams map[string]Role
}

var _ Directory = (*Static)(nil)

// NewStatic makes a directory. It sets each team's OrganizationID and
// MemberCount; a member with a role in every team counts in each. It returns an
// error when an ID is missing or given twice, or when a member has a role in a
// team that the organization does not have.
func NewStatic(organizations ...Organization) (*Static, error) {
	s := &Static{organizations: make(map[string]staticOrganization, len(organizations))}
	for _, o := range organizations {
		if _, ok := s.organizations[o.ID]; ok || o.ID == "" {
			return nil, fmt.Errorf("teams: organization %q: the ID is empty or given twice", o.ID)
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
			return built, fmt.Errorf("team %q: the ID is empty or given twice", t.ID)
		}
		t.OrganizationID = o.ID
		t.MemberCount = 0
		built.teams[t.ID] = t
	}
	for _, c := range o.Clusters {
		if _, ok := built.clusters[c.ID]; ok || c.ID == "" {
			return built, fmt.Errorf("cluster %q: the ID is empty or given twice", c.ID)
		}
		built.clusters[c.ID] = c
	}
	for _, m := range o.Members {
		if _, ok := built.members[m.ID]; ok || m.ID == "" {
			return built, fmt.Errorf("member %q: the ID is empty or given twice", m.ID)
		}
		for id := range m.Teams {
			if _, ok := built.teams[id]; !ok {
				return built, fmt.Errorf("member %s: there is no team %q", m.ID, id)
			}
		}
		built.members[m.ID] = m
		built.count(m)
	}
	return built, nil
}

// count counts a member in each team in which it has a role.
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

// Actor returns the actor for a member of an organization, and whether this
// member exists.
func (s *Static) Actor(organizationID, memberID string) (Actor, bool) {
	m, ok := s.organizations[organizationID].members[memberID]
	if !ok {
		return Actor{}, false
	}
	a := Actor{OrganizationID: organizationID, MemberID: m.ID, AllTeams: m.AllTeams, Teams: m.Teams}
	return a.Clone(), true
}

// open is a directory in which every team and cluster exists.
type open struct{}

// Open returns a [Directory] in which every team and every cluster exists. A
// team's name is its ID, and every cluster is active. A jobs service without a
// directory uses it, so that a unit test needs none.
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
