package redis

import (
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// move takes a job from its present entries in the index to the new ones. The
// keys that this needs must be declared, and a script cannot know them
// beforehand. So they are computed here, and the script checks that the stored
// header is still the assumed one.
type move struct {
	id       string // as nameBytes writes it
	from, to *placement
	digest   string // of from
	scopes   []string
}

// newMove returns the move of a change that makes a job, else nil.
func newMove(c *storage.Change) *move {
	if c.Job == nil || c.Removes() || !c.Creates(c.Job.Revision) {
		return nil
	}
	to := placementOf(c.Job)
	return moveBetween(c.JobID, nil, &to)
}

// moveFrom returns the move of a change to a job whose stored header is known.
func moveFrom(c *storage.Change, header string) (*move, error) {
	from, sum, err := placementIn(header)
	if err != nil {
		return nil, err
	}
	var m *move
	if c.Removes() {
		m = moveBetween(c.JobID, &from, nil)
	} else {
		to := placementOf(c.Job)
		if to.createdAt != from.createdAt {
			return nil, wrong("the creation time changes")
		}
		m = moveBetween(c.JobID, &from, &to)
	}
	m.digest = sum
	return m, nil
}

func moveBetween(id string, from, to *placement) *move {
	m := &move{id: nameBytes(id), from: from, to: to, scopes: []string{""}}
	for _, p := range []*placement{from, to} {
		if p != nil {
			m.scopes = append(m.scopes, p.scopes...)
		}
	}
	slices.Sort(m.scopes)
	m.scopes = slices.Compact(m.scopes)
	return m
}

// assumed is the digest that the stored header must have; "" when the header is
// not known.
func (m *move) assumed() string {
	if m == nil {
		return ""
	}
	return m.digest
}

// args are the arguments of lua/commit/index.lua.
func (m *move) args() []any {
	var args []any
	list := func(members []string) {
		args = append(args, len(members))
		for _, member := range members {
			args = append(args, member)
		}
	}
	oldKey, oldSet, oldTeams, _ := m.from.granted()
	newKey, newSet, newTeams, packed := m.to.granted()
	if oldKey == newKey {
		oldKey, newKey = "", ""
	}
	if oldSet == newSet {
		oldSet, newSet, oldTeams, newTeams, packed = "", "", nil, nil, nil
	}
	before, after := m.from.counted(), m.to.counted()
	args = append(args, oldKey, newKey)
	list(without(before, after))
	list(without(after, before))
	args = append(args, oldSet, newSet, packed)
	list(oldTeams)
	list(scored(newTeams))
	for _, scope := range m.scopes {
		before, after := m.from.entries(scope, m.id), m.to.entries(scope, m.id)
		list(without(before, after))
		list(scored(without(after, before)))
	}
	return args
}

// granted returns the key of a job, its grant set, the entries of the set's
// teams, and the teams as the hash of grants stores them.
func (p *placement) granted() (key, set string, teams []string, packed []byte) {
	if p == nil {
		return "", "", nil, nil
	}
	set = signature(p.teams)
	for _, team := range p.teams {
		teams = append(teams, nameBytes(team)+set)
	}
	return p.key, set, teams, appendNames(nil, p.teams)
}

// counted are the fields that count the job; see lua/commit/index.lua.
func (p *placement) counted() (fields []string) {
	if p == nil {
		return nil
	}
	set := signature(p.teams)
	for _, scope := range p.scopes {
		fields = append(fields, nameBytes(scope)+set)
	}
	return fields
}

// entries are the entries of a job in a scope; see place.lua. The empty scope
// is that of all jobs.
func (p *placement) entries(scope, id string) []string {
	if p == nil {
		return nil
	}
	keyed := scope == ""
	if !keyed {
		if _, stands := slices.BinarySearch(p.scopes, scope); !stands {
			return nil
		}
		_, keyed = slices.BinarySearch(p.keyedScopes, scope)
	}
	set := signature(p.teams)
	place := p.createdAt + id
	members := []string{"c" + place + set}
	if keyed {
		members = append(members, "k"+nameBytes(p.key)+id+set)
	}
	if scope == "" {
		members = append(members, "s"+set+place+nameBytes(p.key))
	}
	return members
}

// without returns the members that are not among others.
func without(some, others []string) []string {
	var left []string
	for _, member := range some {
		if !slices.Contains(others, member) {
			left = append(left, member)
		}
	}
	return left
}

// scored puts the score 0 before each member.
func scored(members []string) []string {
	var all []string
	for _, member := range members {
		all = append(all, "0", member)
	}
	return all
}
