package jobs

import (
	"context"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// validate checks the query, and returns the page as a store understands it.
func (q *JobQuery) validate() (limit, offset int, err error) {
	var errs versions.FieldErrors
	limit, offset, err = q.Page.bounds()
	if q.Key != "" {
		checkName(&errs, "key", q.Key)
	}
	if q.KeyPrefix != "" {
		// A prefix may end with a character that a key must not end with, such as a space.
		checkName(&errs, "keyPrefix", q.KeyPrefix+"x")
	}
	if q.Status != "" {
		checkStatus(&errs, q.Status)
	}
	if q.Label != "" {
		checkLabelFilter(&errs, q.Label)
	}
	switch q.Outcome {
	case "", RunSucceeded, RunFailed, RunCancelled:
	default:
		errs.Add("outcome", "must be one of succeeded, failed, cancelled")
	}
	if q.SortByKey && q.KeyPrefix == "" && q.Key == "" && (q.Label != "" || q.Outcome != "") {
		errs.Add("sortBy", "must not be jobKey together with label or outcome")
	}
	return limit, offset, joinFields(errs, err)
}

func checkName(errs *versions.FieldErrors, field, key string) {
	if rule := versions.CheckKey(key); rule != "" {
		errs.Add(field, rule)
	}
}

// filters are the scopes that a job must stand in, beside the team's.
func (q *JobQuery) filters() (scopes []string) {
	for _, condition := range []struct{ prefix, value string }{
		{clusterScope, q.ClusterID}, {statusScope, string(q.Status)}, {labelScope, q.Label}, {outcomeScope, string(q.Outcome)},
	} {
		if condition.value != "" {
			scopes = append(scopes, condition.prefix+condition.value)
		}
	}
	return scopes
}

// narrowed reports whether the query has more filters than the documented routes:
// those have one team or one cluster.
func (q *JobQuery) narrowed() bool {
	return q.KeyPrefix != "" || q.Status != "" || q.Label != "" || q.Outcome != "" || q.TeamID != "" && q.ClusterID != ""
}

// VisitJobs reads the same page as [Service.ListJobs], and calls visit with one
// part of it after the other. Each part holds about a megabyte of documents at
// most. It calls visit at least once, each time with the same Total. It stops at an
// error of visit, and returns it.
func (s *Service) VisitJobs(ctx context.Context, actor teams.Actor, query JobQuery, visit func(JobList) error) error {
	if err := checkActor(actor); err != nil {
		return err
	}
	limit, offset, err := query.validate()
	if err != nil {
		return err
	}
	show := func(part JobList) error {
		if err := s.complete(ctx, actor, part.Jobs, query.RecentRuns); err != nil {
			return err
		}
		return visit(part)
	}
	q := storage.JobQuery{OrganizationID: actor.OrganizationID, Descending: query.Descending, Offset: offset, Limit: limit}
	if query.SortByKey || query.KeyPrefix != "" {
		q.Order = storage.ByKey
	}
	q.TeamIDs, q.AllTeams = actor.VisibleTeams()
	filters := query.filters()
	f := search{s: s, actor: actor, query: q, scopes: filters, prefix: query.KeyPrefix, bounds: roleBounds}
	if s.opts.Policy != nil {
		f.query.AllTeams, f.query.TeamIDs = true, nil // a policy may allow what roles forbid
		if f.bounds = policyBounds; !query.narrowed() {
			f.bounds = noBounds
		}
	}
	switch team := query.TeamID; {
	case team == "":
	case s.opts.Policy == nil && actor.RoleIn(team).Permits(teams.View):
		q.TeamIDs, q.AllTeams = []string{team}, false // all jobs of the team
		f.query.TeamIDs, f.query.AllTeams = q.TeamIDs, false
	default:
		f.scopes = append(f.scopes, teamScope+team)
	}
	switch {
	case query.Key != "":
		return f.one(ctx, query.Key, show)
	case s.opts.Policy == nil && query.KeyPrefix == "" && len(f.scopes) < 2:
		q.Scope = strings.Join(f.scopes, "")
		return s.visitPage(ctx, q, show)
	}
	return f.visit(ctx, show)
}

// one visits the job with a key, if the search selects it.
func (f *search) one(ctx context.Context, key string, visit func(JobList) error) error {
	found, err := f.s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: f.actor.OrganizationID, Keys: []string{key}})
	if err != nil {
		return storeError("find a job by key", err)
	}
	var list JobList
	for i := range found.Jobs {
		record := &found.Jobs[i].JobRecord
		if !f.selects(record) {
			continue
		}
		sees, err := f.s.sees(ctx, f.actor, record)
		if err != nil {
			return err
		}
		if sees {
			list.Total = 1
			if f.query.Limit > 0 && f.query.Offset == 0 {
				list.Jobs = f.s.readable(ctx, []storage.JobRecord{*record})
			}
		}
	}
	return visit(list)
}

// selects reports whether a record matches the search. It does not ask whether the
// actor may see the job.
func (f *search) selects(record *storage.JobRecord) bool {
	if !f.query.AllTeams && !slices.ContainsFunc(record.TeamIDs, func(id string) bool { return slices.Contains(f.query.TeamIDs, id) }) {
		return false
	}
	for _, scope := range f.scopes {
		if _, stands := slices.BinarySearch(record.Scopes, scope); !stands {
			return false
		}
	}
	return strings.HasPrefix(record.Key, f.prefix)
}
