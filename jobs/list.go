package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// MaxPage is the longest page that can be asked for, and the default.
const MaxPage = 100

// TotalOnly, as a page's limit, asks for the total and no items.
const TotalOnly = -1

// Page asks for part of a list. The zero value is the first 100 items.
type Page struct {
	// Number counts pages from 1; 0 means 1.
	Number int
	// Limit is the length of a page, 1 to 100; 0 means 100. See [TotalOnly].
	Limit int
}

// bounds returns the page as a store understands it.
func (p Page) bounds() (limit, offset int, err error) {
	var errs versions.FieldErrors
	switch {
	case p.Limit == 0:
		limit = MaxPage
	case p.Limit == TotalOnly:
		limit = 0
	case p.Limit > 0 && p.Limit <= MaxPage:
		limit = p.Limit
	default:
		errs.Add("limit", fmt.Sprintf("must be 0 to %d", MaxPage))
	}
	if p.Number < 0 || p.Number > versions.MaxNumber {
		errs.Add("page", fmt.Sprintf("must be 1 to %d", versions.MaxNumber))
	}
	return limit, max(p.Number-1, 0) * limit, errs.Err()
}

// JobFilter selects jobs, among those that the actor may see. The zero value
// selects all, in the order of their creation.
type JobFilter struct {
	// TeamID selects the jobs granted to a team; of one that is unknown or
	// foreign there are none.
	TeamID string
	// ClusterID selects the jobs whose active version is on a cluster; of one
	// that is unknown or foreign there are none.
	ClusterID string
	// Order is by creation unless set; ties are broken by ID, in the same direction.
	Order      JobOrder
	Descending bool
	Page       Page
}

// JobList is one page of jobs.
type JobList struct {
	// Total counts all that the filter selects for the actor.
	Total int
	Jobs  []Job
}

// ListJobs lists the jobs that the actor may see. Pages are counted by offset:
// a job that is created or deleted between two calls moves the others.
func (s *Service) ListJobs(ctx context.Context, actor teams.Actor, filter JobFilter) (JobList, error) {
	if err := checkActor(actor); err != nil {
		return JobList{}, err
	}
	limit, offset, err := filter.Page.bounds()
	if err != nil {
		return JobList{}, err
	}
	return s.listVisible(ctx, actor, JobQuery{
		OrganizationID: actor.OrganizationID,
		GrantedTo:      filter.TeamID,
		ClusterID:      filter.ClusterID,
		Order:          filter.Order,
		Descending:     filter.Descending,
		Offset:         offset,
		Limit:          limit,
	})
}

// listVisible lists those jobs of a query that the actor may see, whatever
// teams the query names.
func (s *Service) listVisible(ctx context.Context, actor teams.Actor, query JobQuery) (JobList, error) {
	if s.opts.Policy != nil {
		return s.listByPolicy(ctx, actor, query)
	}
	query.TeamIDs, query.AllTeams = actor.VisibleTeams()
	page, err := s.store.ListJobs(ctx, query)
	if err != nil {
		return JobList{}, storeError("list jobs", err)
	}
	list := JobList{Total: page.Total, Jobs: make([]Job, len(page.Jobs))}
	var l ledger
	for i := range page.Jobs {
		if err := l.decode(&page.Jobs[i]); err != nil {
			return JobList{}, err
		}
		list.Jobs[i] = l.Job
	}
	return list, nil
}

// listByPolicy asks the policy about every job that the query selects in the
// organization, whatever its teams: a policy may widen what roles allow.
func (s *Service) listByPolicy(ctx context.Context, actor teams.Actor, query JobQuery) (JobList, error) {
	first, last := query.Offset, query.Offset+query.Limit
	var list JobList
	query.AllTeams, query.TeamIDs = true, nil
	query.Limit = MaxPage
	for query.Offset = 0; ; query.Offset += MaxPage {
		page, err := s.store.ListJobs(ctx, query)
		if err != nil {
			return JobList{}, storeError("list jobs", err)
		}
		for _, record := range page.Jobs {
			l, err := decodeLedger(record)
			if err != nil {
				return JobList{}, err
			}
			ok, err := s.allowed(ctx, actor, teams.View, &l)
			if err != nil {
				return JobList{}, err
			}
			if !ok {
				continue
			}
			if list.Total >= first && list.Total < last {
				list.Jobs = append(list.Jobs, l.Job)
			}
			list.Total++
		}
		if len(page.Jobs) < MaxPage {
			return list, nil
		}
	}
}

// VersionList is one page of a job's published versions.
type VersionList struct {
	Total    int
	Versions []versions.Version
}

// ListVersions lists a job's published versions in rising order of their numbers.
func (s *Service) ListVersions(ctx context.Context, actor teams.Actor, jobID string, page Page) (VersionList, error) {
	limit, offset, err := page.bounds()
	if err != nil {
		return VersionList{}, err
	}
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return VersionList{}, err
	}
	found, err := s.store.ListVersions(ctx, VersionQuery{JobRef: l.ref(), Offset: offset, Limit: limit})
	if err != nil {
		return VersionList{}, storeError("list the versions of job "+jobID, err)
	}
	list := VersionList{Total: found.Total, Versions: make([]versions.Version, len(found.Versions))}
	for i, record := range found.Versions {
		if list.Versions[i], err = decodeVersion(record); err != nil {
			return VersionList{}, err
		}
	}
	return list, nil
}

// JobVersion returns a job as one of its published versions defines it: what a
// version says is the version's, the rest is the job's. [ErrNotFound] for a
// number that is not published, a draft's included.
func (s *Service) JobVersion(ctx context.Context, actor teams.Actor, jobID string, number int) (Job, error) {
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return Job{}, err
	}
	v, err := s.readVersion(ctx, &l, number)
	if err != nil {
		return Job{}, err
	}
	job := l.Job
	job.Version, job.Description = v, v.Description
	if number != job.CurrentVersion {
		job.NextRunAt = time.Time{}
	}
	return job, nil
}
