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

// MaxPage is the greatest limit of a page, and the default.
const MaxPage = 100

// TotalOnly as PageOptions.Limit asks for the total and no items.
const TotalOnly = -1

// PageOptions select a page of a list. The zero value selects the first 100 items.
type PageOptions struct {
	// Number is the number of the page, from 1; 0 means 1.
	Number int
	// Limit is the most items of a page, 1 to 100; 0 means 100. See [TotalOnly].
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

// JobQuery selects a page of the jobs that the actor may see. The zero value
// selects the first 100, in the order of creation. A job must meet all conditions
// that are set.
type JobQuery struct {
	// TeamID selects the jobs granted to this team. An unknown team has none.
	TeamID string
	// ClusterID selects the jobs whose active version is on this cluster. An
	// unknown cluster has none.
	ClusterID string
	// Key selects the job with this key. KeyPrefix selects the jobs whose keys
	// begin with it, and sorts them by key.
	Key       string
	KeyPrefix string
	// Status selects active or paused jobs. Label selects the jobs with this label,
	// given as name=value.
	Status Status
	Label  string
	// Outcome selects by Job.LastOutcome. It is [RunSucceeded], [RunCancelled] or
	// [RunFailed]. RunFailed also selects [RunTimeout].
	Outcome RunStatus
	// RecentRuns makes the list set Job.RecentRuns.
	RecentRuns bool
	// SortByKey sorts by key; by default jobs are sorted by time of creation, then
	// by ID. With Label or Outcome it needs Key or KeyPrefix too. Descending
	// reverses the order.
	SortByKey  bool
	Descending bool
	Page       PageOptions
}

// JobList is one page of jobs; for [Service.VisitJobs], a part of a page.
type JobList struct {
	// Total is how many jobs the query selects, on all pages; -1 when that is not
	// known, see [Service.ListJobs]. It may include jobs that cannot be read, which
	// are not in Jobs.
	Total int
	Jobs  []Job
}

// ListJobs lists jobs that the actor may see. When a job is created or deleted
// between two calls, the jobs on later pages move. It returns
// [versions.FieldErrors] for a query that is not valid.
//
// With at most one filter the list is cheap, and Total is exact. With several
// filters, or with KeyPrefix, ListJobs looks at no more than 10,000 jobs, and
// counts to 1,000: beyond that Total is -1. A page that is shorter than its limit,
// with a Total of -1, ended at that bound: to find further jobs, use a narrower
// query. Filters are ClusterID, Status, Label, Outcome, and the TeamID of a team in
// which the actor has no role.
//
// With a [Policy], ListJobs also asks the policy about each job:
//
//   - Without conditions, or with only TeamID or ClusterID, it asks about all jobs.
//   - Otherwise it asks at most 500 times. Total is -1, unless that was enough for
//     all jobs that the query selects.
func (s *Service) ListJobs(ctx context.Context, actor teams.Actor, query JobQuery) (JobList, error) {
	var list JobList
	err := s.VisitJobs(ctx, actor, query, func(part JobList) error {
		list.Total = part.Total
		list.Jobs = append(list.Jobs, part.Jobs...)
		return nil
	})
	return list, err
}

// visitPage visits a page that the store can select by itself.
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

// visitIDs visits jobs by their IDs, in that order. It leaves out jobs that are
// gone.
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
		// As many as fill a page of the store, if they are as large as these.
		n = max(storage.PageBytes/max(bytes/max(len(records), 1), 1), 1)
	}
}

// position is a job's place in both orders, by creation and by key.
func position(r *storage.JobRecord) *storage.JobPosition {
	return &storage.JobPosition{CreatedAt: r.CreatedAt, Key: r.Key, JobID: r.JobID}
}

// readable decodes records. It leaves out those that cannot be decoded.
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

// reads is read, for lists: it reports whether the job could be read.
func (s *Service) reads(ctx context.Context, record *storage.JobRecord, l *ledger) bool {
	return s.read(ctx, record, l) == nil
}

// read decodes a record for a reader. It logs a document that cannot be decoded.
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

// VersionList is one page of a job's published versions; for
// [Service.VisitVersions], a part of a page. Total is the number on all pages.
type VersionList struct {
	Total    int
	Versions []versions.Version
}

// ListVersions lists a job's published versions, with the lowest number first.
func (s *Service) ListVersions(ctx context.Context, actor teams.Actor, jobID string, page PageOptions) (VersionList, error) {
	var list VersionList
	err := s.VisitVersions(ctx, actor, jobID, page, func(part VersionList) error {
		list.Total = part.Total
		list.Versions = append(list.Versions, part.Versions...)
		return nil
	})
	return list, err
}

// VisitVersions reads the same page as [Service.ListVersions], and calls visit with
// one part of it after the other, as [Service.VisitJobs] does.
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

// countedVersions reads a page of versions with their numbers of runs. It reads the
// job again when the job has moved some of these counts meanwhile.
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

// JobVersion returns a job as one of its published versions defines it, with that
// version's description. All else is the job's. It returns [ErrNotFound] when the
// number is not published, also when it is the draft's.
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
