package memory

import (
	"iter"
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// scopeKind says what a scope's jobs have in common.
type scopeKind int

const (
	inOrganization scopeKind = iota
	inCluster
	dependingOn
)

// scopeKey names a scope within an organization.
type scopeKey struct {
	kind scopeKind
	name string
}

// scopesOf yields the scopes that a job belongs to.
func scopesOf(r *jobs.JobRecord) iter.Seq[scopeKey] {
	return func(yield func(scopeKey) bool) {
		if !yield(scopeKey{kind: inOrganization}) {
			return
		}
		if r.ClusterID != "" && !yield(scopeKey{inCluster, r.ClusterID}) {
			return
		}
		for _, key := range r.DependsOn {
			if !yield(scopeKey{dependingOn, key}) {
				return
			}
		}
	}
}

// reindex moves a job from where one record puts it to where another does;
// either may be nil.
func (o *organization) reindex(j *job, from, to *jobs.JobRecord) {
	if from != nil && to != nil && sameIndexes(from, to) {
		return
	}
	if from != nil {
		o.unindex(from)
	}
	if to != nil {
		o.index(j, to)
	}
}

func (o *organization) index(j *job, r *jobs.JobRecord) {
	o.byKey[r.Key] = j
	signature := signatureOf(r.TeamIDs)
	for key := range scopesOf(r) {
		s := o.scopes[key]
		if s == nil {
			s = newScope()
			o.scopes[key] = s
		}
		s.add(r, signature, j)
	}
}

func (o *organization) unindex(r *jobs.JobRecord) {
	delete(o.byKey, r.Key)
	signature := signatureOf(r.TeamIDs)
	for key := range scopesOf(r) {
		s := o.scopes[key]
		s.remove(r, signature)
		if s.all.len() == 0 {
			delete(o.scopes, key)
		}
	}
}

// sameIndexes spares the commits that change nothing that is indexed, which
// are most, all work on the indexes.
func sameIndexes(a, b *jobs.JobRecord) bool {
	return a.Key == b.Key &&
		a.CreatedAt.Equal(b.CreatedAt) &&
		a.ClusterID == b.ClusterID &&
		slices.Equal(a.TeamIDs, b.TeamIDs) &&
		slices.Equal(a.DependsOn, b.DependsOn)
}

// dependents yields the jobs that depend on a key.
func (o *organization) dependents(key string) iter.Seq[*job] {
	return func(yield func(*job) bool) {
		s := o.scopes[scopeKey{dependingOn, key}]
		if s == nil {
			return
		}
		s.all[jobs.ByCreation].Scan(func(p place) bool { return yield(p.job) })
	}
}
