package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// links is what a decision about keys and dependencies has read.
type links struct {
	// keyOwner is the ID of the job that has the key; empty when the key is free.
	keyOwner string
	// guards require that each dependency's key still names the same job.
	guards []storage.KeyGuard
	// graph is the organization's graph counter.
	graph int64
	// found are the dependencies.
	found []storage.JobRecord
}

// resolve looks up which job has key, unless key is empty, and the jobs that
// dependsOn names. A dependency that does not exist, or that the actor may not see,
// is a field error with the same text.
func (s *Service) resolve(ctx context.Context, actor teams.Actor, key string, dependsOn []string) (links, error) {
	keys := slices.Clone(dependsOn)
	if key != "" {
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return links{}, nil
	}
	found, err := s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: actor.OrganizationID, Keys: keys, Brief: s.seesBrief()})
	if err != nil {
		return links{}, storeError("find jobs by key", err)
	}
	byKey := make(map[string]*storage.JobRecord, len(found.Jobs))
	result := links{graph: found.Organization.Graph}
	for i := range found.Jobs {
		byKey[found.Jobs[i].Key] = &found.Jobs[i].JobRecord
		if found.Jobs[i].Key == key {
			result.keyOwner = found.Jobs[i].JobID
		}
	}
	var errs versions.FieldErrors
	for i, name := range dependsOn {
		record, ok := byKey[name]
		if ok {
			ok, err = s.sees(ctx, actor, record)
			if err != nil {
				return links{}, err
			}
		}
		if !ok {
			errs.Add(fmt.Sprintf("dependsOn[%d].jobKey", i), "names no job of the organization")
			continue
		}
		result.found = append(result.found, *record)
		result.guards = append(result.guards, storage.KeyGuard{Key: name, JobID: record.JobID})
	}
	return result, errs.Err()
}

// readReferences checks the cluster and the dependencies of a version that is about
// to become active. It returns the guards of what it found, and the dependencies.
func (s *Service) readReferences(ctx context.Context, actor teams.Actor, l *ledger, d versions.Definition) (guards storage.Change, found []storage.JobRecord, err error) {
	var errs versions.FieldErrors
	if slices.Contains(d.DependsOn, l.Key) {
		errs.Add("dependsOn", "must not name the job itself")
	}
	if err := s.checkCluster(ctx, &errs, actor.OrganizationID, d.ClusterID); err != nil {
		return guards, nil, err
	}
	links, err := s.resolve(ctx, actor, "", d.DependsOn)
	if err := joinFields(errs, err); err != nil {
		return guards, nil, err
	}
	guards.RequireKeys = links.guards
	if addsEdges(l.Version.DependsOn, d.DependsOn) {
		guards.Graph = &storage.GraphGuard{Expect: links.graph, Raise: true}
		err = s.refuseCycle(ctx, l, links.found)
	}
	return guards, links.found, err
}

func addsEdges(before, after []string) bool {
	return slices.ContainsFunc(after, func(key string) bool { return !slices.Contains(before, key) })
}

// refuseDependents returns a [*ConflictError] when other jobs' active versions
// depend on l. It reads up to 100 dependents, and names those that the actor may
// see.
func (s *Service) refuseDependents(ctx context.Context, actor teams.Actor, l *ledger) error {
	query := storage.JobQuery{OrganizationID: l.OrganizationID, AllTeams: true, Scope: dependencyScope + l.Key, Limit: 1, Brief: true}
	first, err := s.store.ListJobs(ctx, query)
	if err != nil {
		return storeError("list the dependents of job "+l.ID, err)
	}
	if len(first.Jobs) == 0 {
		return nil
	}
	query.Limit, query.Brief = MaxPage, s.seesBrief()
	if s.opts.Policy == nil {
		query.TeamIDs, query.AllTeams = actor.VisibleTeams()
	}
	page, err := s.store.ListJobs(ctx, query)
	if err != nil {
		return storeError("list the dependents of job "+l.ID, err)
	}
	refusal := &ConflictError{Conflict: ConflictDependents, Detail: "other jobs depend on this job"}
	for i := range page.Jobs {
		ok, err := s.sees(ctx, actor, &page.Jobs[i])
		if err != nil {
			return err
		}
		if ok {
			refusal.JobKeys = append(refusal.JobKeys, page.Jobs[i].Key)
		}
	}
	if len(refusal.JobKeys) > 0 {
		slices.Sort(refusal.JobKeys)
		refusal.Detail += ": " + strings.Join(refusal.JobKeys, ", ")
	}
	return refusal
}
