package memory

import (
	"encoding/binary"
	"slices"
)

// grantSet holds the jobs that are granted to exactly these teams, in no order.
// A job is in one grant set, so the totals of several sets count no job twice.
type grantSet struct {
	teams []string
	jobs  []*job
}

// holdsAny reports whether the set contains one of the teams; teams are sorted.
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

// grants are the grant sets of an organization, by their teams and by each
// team.
type grants struct {
	sets   map[string]*grantSet
	byTeam map[string]map[*grantSet]struct{}
}

func newGrants() grants {
	return grants{make(map[string]*grantSet), make(map[string]map[*grantSet]struct{})}
}

// add adds a job to the grant set of these teams.
func (g *grants) add(j *job, teams []string) {
	signature := signatureOf(teams)
	set := g.sets[string(signature)]
	if set == nil {
		set = &grantSet{teams: teams}
		g.sets[string(signature)] = set
		for _, team := range teams {
			if g.byTeam[team] == nil {
				g.byTeam[team] = make(map[*grantSet]struct{})
			}
			g.byTeam[team][set] = struct{}{}
		}
	}
	j.granted, j.slot = set, len(set.jobs)
	set.jobs = append(set.jobs, j)
}

// remove removes a job from its grant set. The set's last job takes its slot.
func (g *grants) remove(j *job) {
	set := j.granted
	last := len(set.jobs) - 1
	set.jobs[j.slot] = set.jobs[last]
	set.jobs[j.slot].slot = j.slot
	set.jobs[last] = nil
	set.jobs = set.jobs[:last]
	if last > 0 {
		return
	}
	delete(g.sets, string(signatureOf(set.teams)))
	for _, team := range set.teams {
		delete(g.byTeam[team], set)
		if len(g.byTeam[team]) == 0 {
			delete(g.byTeam, team)
		}
	}
}

// signatureOf identifies a set of teams. No two sets have the same signature.
func signatureOf(teams []string) []byte {
	b := make([]byte, 0, 128)
	for _, team := range teams {
		b = binary.AppendUvarint(b, uint64(len(team)))
		b = append(b, team...)
	}
	return b
}

// visible returns the grant sets of a list that contain one of the teams.
func (g *grants) visible(l *list, teams []string) map[*grantSet]bool {
	byTeam := 0
	for _, team := range teams {
		byTeam += len(g.byTeam[team])
	}
	found := make(map[*grantSet]bool)
	if byTeam < 4*len(l.sets) {
		for _, team := range teams {
			for set := range g.byTeam[team] {
				if l.sets[set] > 0 {
					found[set] = true
				}
			}
		}
		return found
	}
	teams = slices.Sorted(slices.Values(teams))
	for set := range l.sets {
		if set.holdsAny(teams) {
			found[set] = true
		}
	}
	return found
}
