package jobs

import (
	"slices"
	"strings"
)

// A job's scopes are texts by which stores list it: one of these prefixes, and a
// value. See storage.JobRecord.
const (
	// teamScope is for each team that the job is granted to.
	teamScope = "t:"
	// clusterScope is for the active version's cluster.
	clusterScope = "c:"
	// dependencyScope is for each key that the active version depends on.
	dependencyScope = "d:"
	// graphScope, without a value, is the scope of all jobs that have dependencies.
	graphScope = "g"
	// outcomeScope is for the job's last outcome.
	outcomeScope = "o:"
	// statusScope is for the job's status, and labelScope for each of its labels:
	// name=value.
	statusScope = "s:"
	labelScope  = "l:"
)

// ownScopes are all prefixes that this version of the library uses.
var ownScopes = []string{teamScope, clusterScope, dependencyScope, outcomeScope, statusScope, labelScope}

// scopes returns all scopes of the job, and those that stores also list in the
// order of keys, both sorted. Scopes of a newer version of the library stay as they
// were read.
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
