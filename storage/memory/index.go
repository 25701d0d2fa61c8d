package memory

import (
	"encoding/binary"
	"slices"

	"github.com/jobledger/jobledger/jobs"
	"github.com/tidwall/btree"
)

// place is where a job stands in an order. It holds what is compared, so that
// a search visits no job; and mostly it compares ranks, so that a search seldom
// visits a name.
type place struct {
	rank uint64
	name string
	job  *job
}

// byCreation ranks a job by its creation time, then by its ID.
func byCreation(r *jobs.JobRecord, j *job) place {
	// The sign is flipped so that times before 1970 come first.
	return place{uint64(r.CreatedAt.UnixMicro()) ^ 1<<63, r.JobID, j}
}

// byKey ranks a job by the beginning of its key, then by all of it.
func byKey(r *jobs.JobRecord, j *job) place {
	var beginning [8]byte
	copy(beginning[:], r.Key)
	return place{binary.BigEndian.Uint64(beginning[:]), r.Key, j}
}

func placeBefore(a, b place) bool {
	if a.rank != b.rank {
		return a.rank < b.rank
	}
	return a.name < b.name
}

// ordered is a set of jobs, in each order.
type ordered [jobs.ByKey + 1]*btree.BTreeG[place]

func newOrdered() ordered {
	return ordered{jobs.ByCreation: newTree(placeBefore), jobs.ByKey: newTree(placeBefore)}
}

func (o *ordered) add(r *jobs.JobRecord, j *job) {
	o[jobs.ByCreation].Set(byCreation(r, j))
	o[jobs.ByKey].Set(byKey(r, j))
}

func (o *ordered) remove(r *jobs.JobRecord) {
	o[jobs.ByCreation].Delete(byCreation(r, nil))
	o[jobs.ByKey].Delete(byKey(r, nil))
}

func (o *ordered) len() int { return o[jobs.ByCreation].Len() }

// grantSet holds the jobs of a scope that are granted to exactly these teams.
// A job is in one grant set of a scope: totals of several add up, and their
// orders merge, without a job being seen twice.
type grantSet struct {
	teams []string
	jobs  ordered
}

// holdsAny says whether one of the teams is in the set.
func (g *grantSet) holdsAny(teams []string) bool {
	return slices.ContainsFunc(teams, func(team string) bool {
		_, found := slices.BinarySearch(g.teams, team)
		return found
	})
}

// scope holds jobs that a query can select whatever their grants, and the same
// jobs by grant set.
type scope struct {
	all    ordered
	sets   map[string]*grantSet
	byTeam map[string]map[*grantSet]struct{}
}

func newScope() *scope {
	return &scope{
		all:    newOrdered(),
		sets:   make(map[string]*grantSet),
		byTeam: make(map[string]map[*grantSet]struct{}),
	}
}

// add adds a job whose teams have this signature.
func (s *scope) add(r *jobs.JobRecord, signature string, j *job) {
	s.all.add(r, j)
	set := s.sets[signature]
	if set == nil {
		set = &grantSet{teams: r.TeamIDs, jobs: newOrdered()}
		s.sets[signature] = set
		for _, team := range r.TeamIDs {
			if s.byTeam[team] == nil {
				s.byTeam[team] = make(map[*grantSet]struct{})
			}
			s.byTeam[team][set] = struct{}{}
		}
	}
	set.jobs.add(r, j)
}

// remove removes a job whose teams have this signature.
func (s *scope) remove(r *jobs.JobRecord, signature string) {
	s.all.remove(r)
	set := s.sets[signature]
	set.jobs.remove(r)
	if set.jobs.len() > 0 {
		return
	}
	delete(s.sets, signature)
	for _, team := range set.teams {
		delete(s.byTeam[team], set)
		if len(s.byTeam[team]) == 0 {
			delete(s.byTeam, team)
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
