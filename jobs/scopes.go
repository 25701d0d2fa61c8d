package jobs

import (
	"slices"
	"strings"
)

// The scopes of a job, by which stores list it, are these prefixes and what they
// stand before. See storage.JobRecord.
const (
	// teamScope stands before each team that the job is granted to.
	teamScope = "t:"
	// clusterScope stands before the active version's cluster.
	clusterScope = "c:"
	// dependencyScope stands before each key that the active version depends on.
	dependencyScope = "d:"
	// graphScope holds every job that has dependencies.
	graphScope = "g"
	// outcomeScope stands before the job's last outcome.
	outcomeScope = "o:"
	// statusScope stands before the job's status, and labelScope before each of
	// its labels: name=value.
	statusScope = "s:"
	labelScope  = "l:"
)

// ownScopes are what the scopes of this version of the library begin with.
var ownScopes = []string{teamScope, clusterScope, dependencyScope, outcomeScope, statusScope, labelScope}

// scopes are the scopes of the job, and those of them that are listed in the
// order of keys too, both sorted. Scopes that this version of the library does
// not know, of a newer one, stay as they were read.
func (l *ledger) scopes() (all, byKey []string) {
	for _, g := range l.Grants {
		byKey = append(byKey, teamScope+g.TeamID)
	}
	byKey = append(byKey, clusterScope+l.Version.ClusterID, statusScope+string(l.Status))
	byKey = append(byKey, foreignScopes(l.stored.KeyScopes)...)
	all = append(slices.Clone(byKey), foreignScopes(l.stored.Scopes)...)
	for _, key := range l.Version.DependsOn {
		all = append(all, dependencyScope+key)
	}
	if len(l.Version.DependsOn) > 0 {
		all = append(all, graphScope)
	}
	if scope := l.outcomeScope(); scope != "" {
		all = append(all, scope)
	}
	for name, value := range l.Labels {
		all = append(all, labelScope+name+"="+value)
	}
	return sorted(all), sorted(byKey)
}

func foreignScopes(stored []string) []string {
	return slices.DeleteFunc(slices.Clone(stored), func(scope string) bool {
		return scope == graphScope ||
			slices.ContainsFunc(ownScopes, func(prefix string) bool { return strings.HasPrefix(scope, prefix) })
	})
}

func isOutcome(scope string) bool { return strings.HasPrefix(scope, outcomeScope) }

func sorted(scopes []string) []string {
	slices.Sort(scopes)
	return slices.Compact(scopes)
}
