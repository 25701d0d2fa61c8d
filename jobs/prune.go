package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// prune deletes the jobs that no document names, if the actor may see and delete
// them. Dependents come first.
func (s *Service) prune(ctx context.Context, actor teams.Actor, docs *documents, visit func(Applied) error) error {
	unnamed, err := s.unnamed(ctx, actor, docs)
	if err != nil {
		return err
	}
	byKey := make(map[string]int, len(unnamed))
	for i := range unnamed {
		byKey[unnamed[i].key] = i
	}
	order, cycle := dependencyOrder(len(unnamed), func(at int) []string { return unnamed[at].dependsOn }, byKey)
	if cycle != nil { // somebody changed jobs while they were listed
		return fmt.Errorf("%w: jobs were changed meanwhile", ErrBusy)
	}
	slices.Reverse(order) // the list had falling keys, so they rise now
	for _, at := range order {
		job := unnamed[at]
		result := Applied{JobKey: job.key, Action: ApplyDeleted}
		err := s.DeleteJob(ctx, actor, job.id)
		switch {
		case errors.Is(err, ErrNotFound): // somebody else has deleted it
			continue
		case errors.Is(err, errDocument):
			err = errUnreadable
		}
		if err != nil {
			if result, err = refused(job.key, nil, err); err != nil {
				return err
			}
		}
		if err := visit(result); err != nil {
			return err
		}
	}
	return nil
}

// unnamedJob is a job that no document names.
type unnamedJob struct {
	id, key   string
	dependsOn []string
}

// unnamed lists the jobs that no document names and that the actor may delete.
func (s *Service) unnamed(ctx context.Context, actor teams.Actor, docs *documents) (list []unnamedJob, err error) {
	query := storage.JobQuery{OrganizationID: actor.OrganizationID, Order: storage.ByKey, Descending: true, Brief: s.seesBrief()}
	if query.TeamIDs, query.AllTeams = actor.VisibleTeams(); s.opts.Policy != nil {
		query.TeamIDs, query.AllTeams = nil, true
	}
	for record, err := range s.eachJob(ctx, query) {
		if err != nil {
			return nil, err
		}
		if _, named := docs.byKey[record.Key]; named {
			continue
		}
		ok := actor.RoleOn(record.TeamIDs).Permits(teams.Delete)
		if s.opts.Policy != nil {
			if ok, err = s.sees(ctx, actor, record); err == nil && ok {
				ok, err = s.mayDelete(ctx, actor, record)
			}
			if err != nil {
				return nil, err
			}
		}
		if ok {
			list = append(list, unnamedJob{id: record.JobID, key: record.Key, dependsOn: dependencies(record.Scopes)})
		}
	}
	return list, nil
}

// mayDelete asks the policy about a job that can be read.
func (s *Service) mayDelete(ctx context.Context, actor teams.Actor, record *storage.JobRecord) (bool, error) {
	var l ledger
	if !s.reads(ctx, record, &l) {
		return false, nil
	}
	return s.allowed(ctx, actor, teams.Delete, &l)
}
