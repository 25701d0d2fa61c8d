package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// checker reads the entries of a config file, and collects all faults with
// their places, so that all can be corrected at once.
type checker struct {
	faults []error
	// ids and tokens hold the place where each was first given. IDs are unique
	// within their kind and organization, tokens within the file.
	ids    map[string]string
	tokens map[string]string
}

func (c *checker) fault(place, format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("%s: %s", place, fmt.Sprintf(format, args...)))
}

// id checks one ID. It must be unique within scope.
func (c *checker) id(place, scope, id string) {
	place += ".id"
	if !versions.ValidID(id) {
		c.fault(place, "%q %s", id, versions.IDRule)
		return
	}
	if first, ok := c.ids[scope+"/"+id]; ok {
		c.fault(place, "%q is the ID of %s already", id, first)
		return
	}
	c.ids[scope+"/"+id] = place
}

func (c *checker) organization(place string, entry organizationEntry) teams.Organization {
	c.id(place, "organization", entry.ID)
	o := teams.Organization{ID: entry.ID}
	known := make(map[string]bool, len(entry.Teams))
	for i, t := range entry.Teams {
		c.id(fmt.Sprintf("%s.teams[%d]", place, i), place+"/team", t.ID)
		known[t.ID] = true
		o.Teams = append(o.Teams, teams.Team{ID: t.ID, Name: t.Name})
	}
	for i, cluster := range entry.Clusters {
		o.Clusters = append(o.Clusters, c.cluster(place, i, cluster))
	}
	for i, m := range entry.Members {
		at := fmt.Sprintf("%s.members[%d]", place, i)
		c.id(at, place+"/member", m.ID)
		o.Members = append(o.Members, c.member(at, m, known))
	}
	return o
}

func (c *checker) cluster(place string, i int, entry clusterEntry) teams.Cluster {
	at := fmt.Sprintf("%s.clusters[%d]", place, i)
	c.id(at, place+"/cluster", entry.ID)
	if entry.Status != "active" && entry.Status != "inactive" {
		c.fault(at+".status", "%q must be active or inactive", entry.Status)
	}
	return teams.Cluster{ID: entry.ID, Active: entry.Status == "active"}
}

func (c *checker) member(place string, entry memberEntry, known map[string]bool) teams.Member {
	c.token(place+".token", entry.Token)
	m := teams.Member{
		ID:       entry.ID,
		AllTeams: c.allTeams(place+".allTeams", entry.AllTeams),
		Teams:    make(map[string]teams.Role, len(entry.Teams)),
	}
	for _, id := range slices.Sorted(maps.Keys(entry.Teams)) {
		at := place + ".teams." + id
		if !known[id] {
			c.fault(at, "the organization has no team %q", id)
		}
		m.Teams[id] = c.role(at, entry.Teams[id])
	}
	return m
}

func (c *checker) role(place, name string) teams.Role {
	role, err := teams.ParseRole(name)
	if err != nil {
		c.fault(place, "role %q must be one of viewer, contributor, admin", name)
	}
	return role
}

// allTeams reads true (which means admin), a role's name, or one of the values
// that mean none.
func (c *checker) allTeams(place string, value json.RawMessage) teams.Role {
	switch string(value) {
	case "", "null", "false":
		return teams.None
	case "true":
		return teams.Admin
	}
	var name string
	if err := json.Unmarshal(value, &name); err != nil {
		c.fault(place, "must be true, false or a role's name")
		return teams.None
	}
	return c.role(place, name)
}

// sendable matches what a Bearer token may contain (RFC 6750, section 2.1).
var sendable = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)

// token checks a token. No message shows it, since tokens are secrets.
func (c *checker) token(place, token string) {
	if !sendable.MatchString(token) {
		c.fault(place, "must be letters, digits and - . _ ~ + /, with = only at the end")
		return
	}
	if first, ok := c.tokens[token]; ok {
		c.fault(place, "is the token of %s already", first)
		return
	}
	c.tokens[token] = place
}
