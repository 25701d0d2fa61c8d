package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// links is what a decision about keys and dependencies was made on.
type links struct {
	// keyOwner is the job that has the asked-for key; empty when it is free.
	keyOwner string
	// guards say which jobs the dependencies are.
	guards []KeyGuard
	// graph is the organization's graph counter.
	graph int64
	// found are the jobs depended on.
	found []JobRecord
}

// resolve looks up who has a key (none is asked for when it is empty) and the
// jobs that dependsOn names. A dependency that does not exist, or that the
// actor may not see, is a field error; both read the same.
func (s *Service) resolve(ctx context.Context, actor teams.Actor, key string, dependsOn []string) (links, error) {
	keys := slices.Clone(dependsOn)
	if key != "" {
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return links{}, nil
	}
	found, err := s.store.FindJobs(ctx, JobLookup{OrganizationID: actor.OrganizationID, Keys: keys})
	if err != nil {
		return links{}, storeError("find jobs by key", err)
	}
	byKey := make(map[string]JobRecord, len(found.Jobs))
	for _, r := range found.Jobs {
		byKey[r.Key] = r
	}
	result := links{keyOwner: byKey[key].JobID, graph: found.Graph}
	var errs versions.FieldErrors
	for i, name := range dependsOn {
		record, ok := byKey[name]
		if ok {
			ok, err = s.seesRecord(ctx, actor, record)
			if err != nil {
				return links{}, err
			}
		}
		if !ok {
			errs.Add(fmt.Sprintf("dependsOn[%d].jobKey", i), "names no job of the organization")
			continue
		}
		result.found = append(result.found, record)
		result.guards = append(result.guards, KeyGuard{Key: name, JobID: record.JobID})
	}
	return result, errs.Err()
}

// seesRecord reports whether the actor may see a job.
func (s *Service) seesRecord(ctx context.Context, actor teams.Actor, record JobRecord) (bool, error) {
	l, err := decodeLedger(record)
	if err != nil {
		return false, err
	}
	return s.allowed(ctx, actor, teams.View, &l)
}

// guardReferences checks the cluster and the dependencies of a version that is
// about to become active, guards what it found in the change, and returns the
// jobs depended on.
func (s *Service) guardReferences(ctx context.Context, actor teams.Actor, l *ledger, d versions.Definition, change *Change) ([]JobRecord, error) {
	var errs versions.FieldErrors
	if slices.Contains(d.DependsOn, l.Key) {
		errs.Add("dependsOn", "must not name the job itself")
	}
	if err := s.checkCluster(ctx, &errs, actor.OrganizationID, d.ClusterID); err != nil {
		return nil, err
	}
	links, err := s.resolve(ctx, actor, "", d.DependsOn)
	if err := joinFields(errs, err); err != nil {
		return nil, err
	}
	change.RequireKeys = links.guards
	if !addsEdges(l.Version.DependsOn, d.DependsOn) {
		return links.found, nil
	}
	change.Graph = &GraphGuard{Expect: links.graph, Raise: true}
	return links.found, s.refuseCycle(ctx, l, links.found)
}

func addsEdges(before, after []string) bool {
	return slices.ContainsFunc(after, func(key string) bool { return !slices.Contains(before, key) })
}

// refuseCycle walks the graph of active versions from the jobs depended on,
// and refuses when it comes back to l. It is decided on the state that the
// graph counter, read before, guards.
func (s *Service) refuseCycle(ctx context.Context, l *ledger, from []JobRecord) error {
	seen := map[string]bool{}
	for len(from) > 0 {
		var next []string
		for _, record := range from {
			for _, key := range record.DependsOn {
				if key == l.Key {
					return versions.FieldErrors{{Field: "dependsOn", Detail: "must not lead back to the job itself"}}
				}
				if !seen[key] {
					seen[key] = true
					next = append(next, key)
				}
			}
		}
		if len(next) == 0 {
			return nil
		}
		found, err := s.store.FindJobs(ctx, JobLookup{OrganizationID: l.OrganizationID, Keys: next})
		if err != nil {
			return storeError("walk the dependencies", err)
		}
		from = found.Jobs
	}
	return nil
}

// refuseDependents refuses when other jobs' active versions depend on l. It
// names those that the actor may see, up to a page of them.
func (s *Service) refuseDependents(ctx context.Context, actor teams.Actor, l *ledger) error {
	query := JobQuery{OrganizationID: l.OrganizationID, AllTeams: true, DependsOn: l.Key, Order: ByKey}
	page, err := s.store.ListJobs(ctx, query)
	if err != nil {
		return storeError("count the dependents of job "+l.ID, err)
	}
	if page.Total == 0 {
		return nil
	}
	query.Limit = MaxPage
	visible, err := s.listVisible(ctx, actor, query)
	if err != nil {
		return err
	}
	refusal := &ConflictError{Conflict: ConflictDependents, Detail: "other jobs depend on this job"}
	for _, job := range visible.Jobs {
		refusal.JobKeys = append(refusal.JobKeys, job.Key)
	}
	if len(refusal.JobKeys) > 0 {
		refusal.Detail += ": " + strings.Join(refusal.JobKeys, ", ")
	}
	return refusal
}
