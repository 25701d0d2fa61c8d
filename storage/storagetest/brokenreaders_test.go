package storagetest_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

var brokenReaders = []broken{
	{"shares what it reads", func(s jobs.Store) jobs.Store { return &sharesReads{Store: s} }, []string{
		"copies/what was read is the reader's own",
		"copies/two reads share nothing",
	}},
	{"keeps what it was given", func(s jobs.Store) jobs.Store { return &keepsSlices{Store: s} }, []string{
		"copies/what was committed is the store's own",
	}},
	{"reads what was before", func(s jobs.Store) jobs.Store { return &readsStale{Store: s} }, []string{
		"commit/an acknowledged commit is read at once",
		"writers/counting writers that retry lose nothing",
	}},
	{"drops the cascade", func(s jobs.Store) jobs.Store { return &dropsCascade{Store: s} }, []string{
		"tombstones/a removed job is not found by any read, at once",
		"random/any history leaves what the model has",
	}},
	{"sorts without regard to case", func(s jobs.Store) jobs.Store { return lists{s, foldCase} }, []string{
		"order/keys are ordered bytewise",
	}},
	{"counts only the page", func(s jobs.Store) jobs.Store {
		return lists{s, func(_ context.Context, _ jobs.Store, _ jobs.JobQuery, page *jobs.JobPage) {
			page.Total = len(page.Jobs)
		}}
	}, []string{
		"list/every combination of conditions selects what all of them select",
		"list/a page past the end is empty and keeps the total",
		"list/a limit of zero asks only for the total",
	}},
	{"counts a job once for each team", func(s jobs.Store) jobs.Store { return lists{s, countTeams} }, []string{
		"list/teams are joined by or, and a job in several is listed once",
	}},
	{"forgets the latest run in lists", func(s jobs.Store) jobs.Store {
		return lists{s, func(_ context.Context, _ jobs.Store, _ jobs.JobQuery, page *jobs.JobPage) {
			for i := range page.Jobs {
				page.Jobs[i].LatestRun = nil
			}
		}}
	}, []string{
		"list/a listed job comes with its latest run",
	}},
	{"finds another organization's job", func(s jobs.Store) jobs.Store { return leaks{s} }, []string{
		"isolation/an organization that is not there has nothing",
	}},
	{"takes a draft for a version", func(s jobs.Store) jobs.Store { return publishesDrafts{s} }, []string{
		"drafts/a draft is not a version",
	}},
	{"pages what is due by time alone", func(s jobs.Store) jobs.Store { return pagesByTime{s} }, []string{
		"due/many items of one wake time are paged without loss",
		"due/due items are in order, over organizations",
	}},
	{"filters the page, not the list", func(s jobs.Store) jobs.Store { return runLists{s, filterPage} }, []string{
		"runlists/fewer than the limit means no more",
	}},
	{"orders a job's runs by creation", func(s jobs.Store) jobs.Store { return runLists{s, orderByCreation} }, []string{
		"runlists/a job's runs are ordered by number, newest first",
	}},
	{"finds a job by ID and again by key", func(s jobs.Store) jobs.Store { return findsTwice{s} }, []string{
		"find/a job that is asked for twice is found once",
	}},
	{"repeats the run that it goes on behind", func(s jobs.Store) jobs.Store { return runLists{s, repeatLast} }, []string{
		"runlists/a job's runs go on behind a number",
		"runlists/an organization's runs are ordered by creation, job and number",
	}},
	{"looks for the next only behind the page", func(s jobs.Store) jobs.Store { return shortSighted{s} }, []string{
		"due/next is the earliest wake time after until",
	}},
	{"tells the time of the last commit", func(s jobs.Store) jobs.Store { return &goesBack{Store: s} }, []string{
		"due/the store's time never goes back",
	}},
	{"keeps milliseconds", func(s jobs.Store) jobs.Store {
		return spoils(func(_ context.Context, _ jobs.Store, c *jobs.Change) {
			if c.Job != nil {
				job := *c.Job
				job.CreatedAt = job.CreatedAt.Truncate(time.Millisecond)
				c.Job = &job
			}
		})(s)
	}, []string{
		"times/times come back to the microsecond, in UTC",
	}},
	{"reads documents as JSON", func(s jobs.Store) jobs.Store { return spoils(decode)(s) }, []string{
		"documents/documents come back byte for byte",
	}},
	{"loses tombstones", func(s jobs.Store) jobs.Store { return forgetsTombstones{s} }, []string{
		"tombstones/a tombstone keeps what it was given",
		"sweep/sweeping goes in steps up to the limit, to an end",
	}},
	{"ignores contexts", func(s jobs.Store) jobs.Store { return ignoresContext{s} }, []string{
		"context/a context that has ended ends every method",
	}},
}

// lists is a store whose lists of jobs are changed.
type lists struct {
	jobs.Store

	change func(ctx context.Context, s jobs.Store, q jobs.JobQuery, page *jobs.JobPage)
}

func (l lists) ListJobs(ctx context.Context, q jobs.JobQuery) (jobs.JobPage, error) {
	page, err := l.Store.ListJobs(ctx, q)
	l.change(ctx, l.Store, q, &page)
	return page, err
}

func foldCase(_ context.Context, _ jobs.Store, q jobs.JobQuery, page *jobs.JobPage) {
	if q.Order == jobs.ByKey && !q.Descending {
		slices.SortStableFunc(page.Jobs, func(a, b jobs.JobRecord) int {
			return strings.Compare(strings.ToLower(a.Key), strings.ToLower(b.Key))
		})
	}
}

func countTeams(ctx context.Context, s jobs.Store, q jobs.JobQuery, page *jobs.JobPage) {
	if q.AllTeams || len(q.TeamIDs) < 2 {
		return
	}
	page.Total = 0
	for _, team := range q.TeamIDs {
		q.TeamIDs = []string{team}
		each, _ := s.ListJobs(ctx, q)
		page.Total += each.Total
	}
}

// decode reads each document and writes it anew, where it can.
func decode(_ context.Context, _ jobs.Store, c *jobs.Change) {
	if c.Job == nil {
		return
	}
	var value any
	if json.Unmarshal(c.Job.Doc, &value) == nil {
		job := *c.Job
		job.Doc, _ = json.Marshal(value)
		c.Job = &job
	}
}

// leaks looks a job up everywhere when its own organization has none.
type leaks struct{ jobs.Store }

func (l leaks) Job(ctx context.Context, ref jobs.JobRef) (jobs.JobRecord, error) {
	job, err := l.Store.Job(ctx, ref)
	for _, other := range []string{"org-1", "org-2"} {
		if err == nil {
			return job, nil
		}
		job, err = l.Store.Job(ctx, jobs.JobRef{OrganizationID: other, JobID: ref.JobID})
	}
	return job, err
}

type publishesDrafts struct{ jobs.Store }

func (s publishesDrafts) Version(ctx context.Context, ref jobs.JobRef, number int) (jobs.VersionRecord, error) {
	if draft, err := s.Draft(ctx, ref); err == nil && draft.Number == number {
		return draft, nil
	}
	return s.Store.Version(ctx, ref, number)
}

type pagesByTime struct{ jobs.Store }

func (s pagesByTime) Due(ctx context.Context, q jobs.DueQuery) (jobs.DuePage, error) {
	after := q.After.WakeAt
	q.After = jobs.DueItem{}
	page, err := s.Store.Due(ctx, q)
	page.Items = slices.DeleteFunc(page.Items, func(i jobs.DueItem) bool {
		return !after.IsZero() && !i.WakeAt.After(after)
	})
	return page, err
}

type ignoresContext struct{ jobs.Store }

func (s ignoresContext) Tombstone(ctx context.Context, ref jobs.JobRef) (jobs.TombstoneRecord, error) {
	return s.Store.Tombstone(context.WithoutCancel(ctx), ref)
}

// runLists is a store whose lists of runs are asked for in another way.
type runLists struct {
	jobs.Store

	list func(ctx context.Context, s jobs.Store, q jobs.RunQuery) ([]jobs.RunRecord, error)
}

func (l runLists) ListRuns(ctx context.Context, q jobs.RunQuery) ([]jobs.RunRecord, error) {
	return l.list(ctx, l.Store, q)
}

func filterPage(ctx context.Context, s jobs.Store, q jobs.RunQuery) ([]jobs.RunRecord, error) {
	outcomes := q.Outcomes
	q.Outcomes = nil
	runs, err := s.ListRuns(ctx, q)
	return slices.DeleteFunc(runs, func(r jobs.RunRecord) bool {
		return len(outcomes) > 0 && !slices.Contains(outcomes, r.Outcome)
	}), err
}

func repeatLast(ctx context.Context, s jobs.Store, q jobs.RunQuery) ([]jobs.RunRecord, error) {
	if q.After.Number > 0 && !q.Ascending {
		q.After.Number++
	}
	return s.ListRuns(ctx, q)
}

// shortSighted finds the next wake time only when the page was not full.
type shortSighted struct{ jobs.Store }

func (s shortSighted) Due(ctx context.Context, q jobs.DueQuery) (jobs.DuePage, error) {
	page, err := s.Store.Due(ctx, q)
	if len(page.Items) == q.Limit {
		page.Next = time.Time{}
	}
	return page, err
}

func orderByCreation(ctx context.Context, s jobs.Store, q jobs.RunQuery) ([]jobs.RunRecord, error) {
	runs, err := s.ListRuns(ctx, q)
	if q.JobID != "" && !q.Ascending {
		slices.SortStableFunc(runs, func(a, b jobs.RunRecord) int { return b.CreatedAt.Compare(a.CreatedAt) })
	}
	return runs, err
}

// findsTwice looks IDs and keys up one after the other.
type findsTwice struct{ jobs.Store }

func (s findsTwice) FindJobs(ctx context.Context, lookup jobs.JobLookup) (jobs.FoundJobs, error) {
	byKey, err := s.Store.FindJobs(ctx, jobs.JobLookup{OrganizationID: lookup.OrganizationID, Keys: lookup.Keys})
	lookup.Keys = nil
	found, err2 := s.Store.FindJobs(ctx, lookup)
	found.Jobs = append(found.Jobs, byKey.Jobs...)
	return found, errors.Join(err, err2)
}
