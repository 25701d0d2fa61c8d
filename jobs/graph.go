package jobs

import (
	"context"
	"strings"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// maxLevels bounds how many levels of dependencies are read one by one. Most graphs
// have fewer. For a deeper graph, all edges are read at once.
const maxLevels = 4

// refuseCycle follows the dependencies of active versions, from the jobs in from,
// and returns a field error when it comes back to l. The graph counter was read
// before; it guards what is read here.
func (s *Service) refuseCycle(ctx context.Context, l *ledger, from []storage.JobRecord) error {
	w := graphWalk{to: l.Key, seen: map[string]bool{}}
	for i := range from {
		w.follow(dependencies(from[i].Scopes))
	}
	for level := 0; len(w.next) > 0 && !w.closed; level++ {
		if level == maxLevels || len(w.next) > storage.MaxLimit {
			return s.walkAll(ctx, l, &w)
		}
		keys := w.next
		w.next = nil
		found, err := s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: l.OrganizationID, Keys: keys, Brief: true})
		if err != nil {
			return storeError("walk the dependencies", err)
		}
		for i := range found.Jobs {
			w.follow(dependencies(found.Jobs[i].Scopes))
		}
	}
	return w.verdict()
}

// walkAll reads all edges of the organization, and finishes the walk in memory.
func (s *Service) walkAll(ctx context.Context, l *ledger, w *graphWalk) error {
	edges := map[string][]string{}
	all := storage.JobQuery{OrganizationID: l.OrganizationID, AllTeams: true, Scope: graphScope, Brief: true}
	for record, err := range s.eachJob(ctx, all) {
		if err != nil {
			return err
		}
		edges[record.Key] = dependencies(record.Scopes)
	}
	for len(w.next) > 0 && !w.closed {
		key := w.next[len(w.next)-1]
		w.next = w.next[:len(w.next)-1]
		w.follow(edges[key])
	}
	return w.verdict()
}

// dependencies are the keys that a job depends on, by its scopes.
func dependencies(scopes []string) (keys []string) {
	for _, scope := range scopes {
		if key, ok := strings.CutPrefix(scope, dependencyScope); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// graphWalk is a walk through the graph that looks for one key.
type graphWalk struct {
	to   string
	seen map[string]bool
	// next are the keys that were found and not followed yet.
	next []string
	// closed is whether the key was found.
	closed bool
}

// follow notes the keys that a job depends on.
func (w *graphWalk) follow(keys []string) {
	for _, key := range keys {
		w.closed = w.closed || key == w.to
		if !w.seen[key] {
			w.seen[key] = true
			w.next = append(w.next, key)
		}
	}
}

func (w *graphWalk) verdict() error {
	if w.closed {
		return versions.FieldErrors{{Field: "dependsOn", Detail: "must not lead back to the job itself"}}
	}
	return nil
}
