package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// MaxPage is the longest page that can be asked for, and the default.
const MaxPage = 100

// TotalOnly, as a page's limit, asks for the total and no items.
const TotalOnly = -1

// PageOptions ask for part of a list. The zero value is the first 100 items.
type PageOptions struct {
	// Number counts pages from 1; 0 means 1.
	Number int
	// Limit is the length of a page, 1 to 100; 0 means 100. See [TotalOnly].
	Limit int
}

// bounds returns the page as a store understands it.
func (p PageOptions) bounds() (limit, offset int, err error) {
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

// JobQuery selects jobs, among those that the actor may see. The zero value
// selects all, in the order of their creation.
type JobQuery struct {
	// TeamID selects the jobs granted to a team; of one that is unknown or
	// foreign there are none.
	TeamID string
	// ClusterID selects the jobs whose active version is on a cluster; of one
	// that is unknown or foreign there are none.
	ClusterID string
	// Key selects the job of that key, and KeyPrefix those whose keys begin with
	// it, in the order of keys.
	Key       string
	KeyPrefix string
	// Status selects active or paused jobs, and Label those with a label:
	// name=value.
	Status Status
	Label  string
	// Outcome selects by Job.LastOutcome: [RunSucceeded], [RunCancelled], or
	// [RunFailed], which stands for [RunTimeout] too.
	Outcome RunStatus
	// RecentRuns asks for Job.RecentRuns.
	RecentRuns bool
	// SortByKey orders by key; by default the order is that of creation. Ties
	// are broken by ID, in the same direction. It is not for Label and Outcome,
	// unless with Key or KeyPrefix.
	SortByKey  bool
	Descending bool
	Page       PageOptions
}

// JobList is one page of jobs, or a part of one.
type JobList struct {
	// Total counts all that the query selects for the actor. It may count jobs
	// whose document cannot be read; those are left out of Jobs. It is -1 when it
	// is not known: see [Service.ListJobs].
	Total int
	Jobs  []Job
}

// ListJobs lists the jobs that the actor may see. Pages are counted by offset:
// a job that is created or deleted between two calls moves the others.
//
// With one filter a page costs its length, and Total is exact. With several, or
// with a KeyPrefix, up to 1,000 jobs are counted; beyond that Total is -1. At most
// 10,000 jobs are then looked at: a page that is shorter than its limit while Total
// is -1 ends where that was reached. A team that the actor has no role in counts as
// a filter, and so does a cluster. With a [Policy], filtered lists ask it 500 times
// at most, and Total is -1 unless all that the filters select was looked at.
func (s *Service) ListJobs(ctx context.Context, actor teams.Actor, query JobQuery) (JobList, error) {
	var list JobList
	err := s.VisitJobs(ctx, actor, query, func(part JobList) error {
		list.Total = part.Total
		list.Jobs = append(list.Jobs, part.Jobs...)
		return nil
	})
	return list, err
}

// visitPage visits a page that the store selects by itself.
func (s *Service) visitPage(ctx context.Context, query storage.JobQuery, visit func(JobList) error) error {
	total := -1
	for {
		page, err := s.store.ListJobs(ctx, query)
		if err != nil {
			return storeError("list jobs", err)
		}
		if total < 0 {
			total = page.Total
		}
		if err := visit(JobList{Total: total, Jobs: s.readable(ctx, page.Jobs)}); err != nil {
			return err
		}
		query.Limit -= len(page.Jobs)
		if !page.More || len(page.Jobs) == 0 || query.Limit <= 0 {
			return nil
		}
		query.Offset, query.After = 0, position(&page.Jobs[len(page.Jobs)-1])
	}
}

// visitIDs visits jobs by their IDs, in that order. Those that are gone are left out.
func (s *Service) visitIDs(ctx context.Context, organizationID string, ids []string, total int, visit func(JobList) error) error {
	if len(ids) == 0 {
		return visit(JobList{Total: total, Jobs: []Job{}})
	}
	for n := 8; ; {
		part := ids[:min(n, len(ids))]
		found, err := s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: organizationID, IDs: part})
		if err != nil {
			return storeError("find jobs", err)
		}
		bytes := 0
		records := make([]storage.JobRecord, len(found.Jobs))
		for i := range found.Jobs {
			records[i] = found.Jobs[i].JobRecord
			bytes += len(records[i].Doc)
		}
		slices.SortFunc(records, func(a, b storage.JobRecord) int {
			return slices.Index(part, a.JobID) - slices.Index(part, b.JobID)
		})
		if err := visit(JobList{Total: total, Jobs: s.readable(ctx, records)}); err != nil {
			return err
		}
		if ids = ids[len(part):]; len(ids) == 0 {
			return nil
		}
		// As many as make a page of the store, if they are like those.
		n = max(storage.PageBytes/max(bytes/max(len(records), 1), 1), 1)
	}
}

// position is where a job stands in either order.
func position(r *storage.JobRecord) *storage.JobPosition {
	return &storage.JobPosition{CreatedAt: r.CreatedAt, Key: r.Key, JobID: r.JobID}
}

// readable decodes those of the records that can be decoded.
func (s *Service) readable(ctx context.Context, records []storage.JobRecord) []Job {
	list := make([]Job, 0, len(records))
	var l ledger
	for i := range records {
		if s.reads(ctx, &records[i], &l) {
			list = append(list, l.Job)
		}
	}
	return list
}

// reads is read, for those who leave out what cannot be read.
func (s *Service) reads(ctx context.Context, record *storage.JobRecord, l *ledger) bool {
	return s.read(ctx, record, l) == nil
}

// read decodes a record for somebody who looks at it, and logs what it cannot.
func (s *Service) read(ctx context.Context, record *storage.JobRecord, l *ledger) error {
	err := l.decode(record)
	if l.latest != nil {
		*l.LatestRun = l.latest.shown(l.Key, s.now())
	}
	for _, unread := range []error{err, l.latestErr} {
		if unread != nil {
			s.unreadable.note(ctx, s.opts.Logger, record.JobRef, unread)
		}
	}
	return err
}

// VersionList is one page of a job's published versions, or a part of one.
type VersionList struct {
	Total    int
	Versions []versions.Version
}

// ListVersions lists a job's published versions in rising order of their numbers.
func (s *Service) ListVersions(ctx context.Context, actor teams.Actor, jobID string, page PageOptions) (VersionList, error) {
	var list VersionList
	err := s.VisitVersions(ctx, actor, jobID, page, func(part VersionList) error {
		list.Total = part.Total
		list.Versions = append(list.Versions, part.Versions...)
		return nil
	})
	return list, err
}

// VisitVersions is to [Service.ListVersions] what [Service.VisitJobs] is to
// [Service.ListJobs].
func (s *Service) VisitVersions(ctx context.Context, actor teams.Actor, jobID string, page PageOptions, visit func(VersionList) error) error {
	limit, offset, err := page.bounds()
	if err != nil {
		return err
	}
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return err
	}
	query := storage.VersionQuery{JobRef: l.ref(), Offset: offset, Limit: limit}
	total := -1
	for {
		found, list, err := s.countedVersions(ctx, actor, &l, query)
		if err != nil {
			return err
		}
		if total < 0 {
			total = found.Total
		}
		if err := visit(VersionList{Total: total, Versions: list}); err != nil {
			return err
		}
		query.Offset += len(found.Versions)
		query.Limit -= len(found.Versions)
		if !found.More || len(found.Versions) == 0 || query.Limit <= 0 {
			return nil
		}
	}
}

// countedVersions reads a page of versions with their counts, which are as of the
// job: it is read anew when it has moved some of them meanwhile.
func (s *Service) countedVersions(
	ctx context.Context, actor teams.Actor, l *ledger, query storage.VersionQuery,
) (storage.VersionPage, []versions.Version, error) {
	for again := 0; ; again++ {
		found, err := s.store.ListVersions(ctx, query)
		if err != nil {
			return found, nil, storeError("list the versions of job "+l.ID, err)
		}
		list, stale := make([]versions.Version, 0, len(found.Versions)), false
		for _, record := range found.Versions {
			v, err := decodeVersion(record)
			if err == nil {
				var older bool
				older, err = l.addCounts(&v, record.State)
				stale = stale || older
			}
			if err != nil {
				s.unreadable.note(ctx, s.opts.Logger, record.JobRef, err)
				continue
			}
			list = append(list, v)
		}
		if !stale || again == maxAttempts {
			return found, list, nil
		}
		if *l, err = s.load(ctx, actor, l.ID); err != nil {
			return found, nil, err
		}
	}
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
	return s.permitted(ctx, actor, job), nil
}
