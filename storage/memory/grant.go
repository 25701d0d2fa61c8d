package memory

import (
	"encoding/binary"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// grantSet holds the jobs of an organization that are granted to exactly these
// teams. A job is in one grant set: totals of several add up, and their orders
// merge, without a job being seen twice.
type grantSet struct {
	teams []string
	jobs  [storage.ByKey + 1]*btree.BTreeG[place]
}

// holdsAny reports whether one of the teams, which are sorted, is in the set.
func (g *grantSet) holdsAny(teams []string) bool {
	few, many := g.teams, teams
	if len(few) > len(many) {
		few, many = many, few
	}
	return slices.ContainsFunc(few, func(team string) bool {
		_, found := slices.BinarySearch(many, team)
		return found
	})
}

// grants are the grant sets of an organization, by their teams and by each.
type grants struct {
	sets   map[string]*grantSet
	byTeam map[string]map[*grantSet]struct{}
}

func newGrants() grants {
	return grants{make(map[string]*grantSet), make(map[string]map[*grantSet]struct{})}
}

// add adds a job to its grant set.
func (g *grants) add(j *job, r *storage.JobRecord) {
	signature := signatureOf(r.TeamIDs)
	set := g.sets[signature]
	if set == nil {
		set = &grantSet{teams: r.TeamIDs}
		g.sets[signature] = set
		for order := range set.jobs {
			set.jobs[order] = newTree(placeBefore)
		}
		for _, team := range r.TeamIDs {
			if g.byTeam[team] == nil {
				g.byTeam[team] = make(map[*grantSet]struct{})
			}
			g.byTeam[team][set] = struct{}{}
		}
	}
	for order, tree := range set.jobs {
		tree.Set(placeAt(storage.JobOrder(order), position(r), j))
	}
	j.granted = set
}

// remove removes a job from its grant set.
func (g *grants) remove(j *job) {
	set := j.granted
	for order, tree := range set.jobs {
		tree.Delete(placeAt(storage.JobOrder(order), position(j.record), nil))
	}
	if set.jobs[0].Len() > 0 {
		return
	}
	delete(g.sets, signatureOf(set.teams))
	for _, team := range set.teams {
		delete(g.byTeam[team], set)
		if len(g.byTeam[team]) == 0 {
			delete(g.byTeam, team)
		}
	}
}

// signatureOf names a set of teams; no two sets share one, whatever the
// characters of their IDs.
func signatureOf(teams []string) string {
	var b []byte
	for _, team := range teams {
		b = binary.AppendUvarint(b, uint64(len(team)))
		b = append(b, team...)
	}
	return string(b)
}

// visible returns the grant sets of a list that hold one of the teams, which
// are sorted.
func (g *grants) visible(l *list, teams []string) []*grantSet {
	byTeam := 0
	for _, team := range teams {
		byTeam += len(g.byTeam[team])
	}
	var found []*grantSet
	if len(l.sets) <= byTeam {
		for set := range l.sets {
			if set.holdsAny(teams) {
				found = append(found, set)
			}
		}
		return found
	}
	for i, team := range teams {
		for set := range g.byTeam[team] {
			// A set that an earlier team holds is there already.
			if l.sets[set] > 0 && !set.holdsAny(teams[:i]) {
				found = append(found, set)
			}
		}
	}
	return found
}
