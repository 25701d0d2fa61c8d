package broken

import (
	"context"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

var pages = []Store{
	{"sorts without regard to case", lists(foldCase), []string{
		"order/keys are ordered bytewise",
	}},
	{"counts only the page", lists(func(_ context.Context, _ storage.Store, _ storage.JobQuery, page *storage.JobPage) {
		page.Total = len(page.Jobs)
	}), []string{
		"list/every combination of conditions selects what all of them select",
		"list/a page past the end is empty and keeps the total",
		"list/a limit of zero asks only for the total",
	}},
	{"counts a job once for each team", lists(countTeams), []string{
		"list/teams are joined by or, and a job in several is listed once",
	}},
	{"forgets the latest run in lists", lists(func(_ context.Context, _ storage.Store, _ storage.JobQuery, page *storage.JobPage) {
		for i := range page.Jobs {
			page.Jobs[i].LatestRun = nil
		}
	}), []string{
		"list/a listed job comes with its latest run",
	}},
	{"sends the documents of a brief list", asksJobs(func(q *storage.JobQuery) { q.Brief = false }), []string{
		"find/a brief answer has no documents",
		"pages/a brief list is not cut by bytes that it does not hold",
	}},
	{"ignores a scope beside teams", asksJobs(func(q *storage.JobQuery) {
		if !q.AllTeams {
			q.Scope = ""
		}
	}), []string{
		"scopes/a scope and teams are joined by and",
		"list/every combination of conditions selects what all of them select",
	}},
	{"orders a scope by key", asksJobs(func(q *storage.JobQuery) {
		if q.Scope != "" && strings.HasPrefix(q.Scope, "key-") {
			q.Order = storage.ByKey
		}
	}), []string{
		"list/every combination of conditions selects what all of them select",
	}},
	{"sorts a scope by key on the spot", twist(twisted{jobs: sortOnTheSpot}), []string{
		"scopes/a scope that is no key scope has no order of keys",
	}},
	{"ignores the position", asksJobs(func(q *storage.JobQuery) { q.After = nil }), []string{
		"pages/jobs go on behind a position",
	}},
	{"never says that there is more", lists(func(_ context.Context, _ storage.Store, _ storage.JobQuery, page *storage.JobPage) {
		page.More = false
	}), []string{
		"pages/a list says whether there is more",
		"pages/a page ends once its documents have reached so many bytes",
	}},
	{"puts any number of bytes on a page", twist(twisted{jobs: everyJob}), []string{
		"pages/a page ends once its documents have reached so many bytes",
		"pages/a document larger than a page is a page of its own",
	}},
	{"puts nothing on a page rather than a large document", lists(func(_ context.Context, _ storage.Store, _ storage.JobQuery, page *storage.JobPage) {
		page.Jobs = slices.DeleteFunc(page.Jobs, func(j storage.JobRecord) bool { return len(j.Doc) > storage.PageBytes })
	}), []string{
		"pages/a document larger than a page is a page of its own",
	}},
	{"accepts any limit of jobs", asksJobs(func(q *storage.JobQuery) { q.Limit, q.Offset = max(0, q.Limit), max(0, q.Offset) }), []string{
		"validate/a query that is wrong in itself is refused",
	}},
	{"puts any number of runs on a page", twist(twisted{runs: everyRun}), []string{
		"pages/no page is longer than the longest",
		"pages/a page ends once its documents have reached so many bytes",
	}},
	{"takes a short page of runs for the last", twist(twisted{runs: func(
		ctx context.Context, s storage.Store, q storage.RunQuery,
	) (storage.RunPage, error) {
		page, err := s.ListRuns(ctx, q)
		if q.JobID == "" {
			page.Runs, page.More = page.Runs[:(len(page.Runs)+1)/2], false // as if the others were hidden
		}
		return page, err
	}}), []string{
		"pages/pages over hidden runs come to an end, and lose nothing",
		"pages/a list says whether there is more",
	}},
	{"stands still at hidden runs", twist(twisted{runs: func(
		ctx context.Context, s storage.Store, q storage.RunQuery,
	) (storage.RunPage, error) {
		if q.JobID == "" && q.After != (storage.RunPosition{}) {
			return storage.RunPage{More: true, Next: q.After}, nil
		}
		return s.ListRuns(ctx, q)
	}}), []string{
		"pages/pages over hidden runs come to an end, and lose nothing",
	}},
	{"filters the page, not the list", twist(twisted{runs: filterPage}), []string{
		"runlists/pages of a selection lose nothing",
	}},
	{"ignores outcomes across an organization", asksRuns(func(q *storage.RunQuery) {
		if q.JobID == "" {
			q.Outcomes = nil
		}
	}), []string{
		"runlists/an organization's runs are selected by outcome",
		"random/any history leaves what the model has",
	}},
	{"orders a job's runs by creation", twist(twisted{runs: orderByCreation}), []string{
		"runlists/a job's runs are ordered by number, newest first",
	}},
	{"repeats the run that it goes on behind", asksRuns(func(q *storage.RunQuery) {
		if q.After.Number > 0 && !q.Ascending {
			q.After.Number++
		}
	}), []string{
		"runlists/a job's runs go on behind a number",
		"runlists/an organization's runs are ordered by creation, job and number",
	}},
	{"forgets what removed jobs left", twist(twisted{runs: func(
		ctx context.Context, s storage.Store, q storage.RunQuery,
	) (storage.RunPage, error) {
		if q.Removed {
			return storage.RunPage{}, nil
		}
		return s.ListRuns(ctx, q)
	}}), []string{
		"tombstones/the runs that a removed job left are listed, and only those that are open or owed",
		"tombstones/a run that a removed job left stays until a commit removes it",
	}},
}

// lists breaks a store by changing its pages of jobs.
func lists(change func(ctx context.Context, s storage.Store, q storage.JobQuery, page *storage.JobPage)) func(storage.Store) storage.Store {
	return twist(twisted{jobs: func(ctx context.Context, s storage.Store, q storage.JobQuery) (storage.JobPage, error) {
		page, err := s.ListJobs(ctx, q)
		change(ctx, s, q, &page)
		return page, err
	}})
}

// asksJobs breaks a store by asking it for other jobs.
func asksJobs(change func(q *storage.JobQuery)) func(storage.Store) storage.Store {
	return twist(twisted{jobs: func(ctx context.Context, s storage.Store, q storage.JobQuery) (storage.JobPage, error) {
		change(&q)
		return s.ListJobs(ctx, q)
	}})
}

// asksRuns breaks a store by asking it for other runs.
func asksRuns(change func(q *storage.RunQuery)) func(storage.Store) storage.Store {
	return twist(twisted{runs: func(ctx context.Context, s storage.Store, q storage.RunQuery) (storage.RunPage, error) {
		change(&q)
		return s.ListRuns(ctx, q)
	}})
}

func foldCase(_ context.Context, _ storage.Store, q storage.JobQuery, page *storage.JobPage) {
	if q.Order == storage.ByKey && !q.Descending {
		slices.SortStableFunc(page.Jobs, func(a, b storage.JobRecord) int {
			return strings.Compare(strings.ToLower(a.Key), strings.ToLower(b.Key))
		})
	}
}

func countTeams(ctx context.Context, s storage.Store, q storage.JobQuery, page *storage.JobPage) {
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

// sortOnTheSpot lists any scope by key: it reads all its jobs and sorts them.
func sortOnTheSpot(ctx context.Context, s storage.Store, q storage.JobQuery) (storage.JobPage, error) {
	if q.Scope == "" || q.Order != storage.ByKey {
		return s.ListJobs(ctx, q)
	}
	q.Order = storage.ByCreation
	page, err := s.ListJobs(ctx, q)
	slices.SortFunc(page.Jobs, func(a, b storage.JobRecord) int { return strings.Compare(a.Key, b.Key) })
	return page, err
}

// everyJob puts pages together until the limit is reached.
func everyJob(ctx context.Context, s storage.Store, q storage.JobQuery) (storage.JobPage, error) {
	whole, err := s.ListJobs(ctx, q)
	for err == nil && whole.More && q.After == nil && len(whole.Jobs) < q.Limit {
		next := q
		next.Offset, next.Limit = q.Offset+len(whole.Jobs), q.Limit-len(whole.Jobs)
		var page storage.JobPage
		page, err = s.ListJobs(ctx, next)
		whole.Jobs, whole.More = append(whole.Jobs, page.Jobs...), page.More
	}
	return whole, err
}

// everyRun puts pages together until the limit is reached.
func everyRun(ctx context.Context, s storage.Store, q storage.RunQuery) (storage.RunPage, error) {
	whole, err := s.ListRuns(ctx, q)
	for err == nil && whole.More && len(whole.Runs) < q.Limit {
		next := q
		next.After, next.Limit = whole.Next, q.Limit-len(whole.Runs)
		var page storage.RunPage
		page, err = s.ListRuns(ctx, next)
		whole.Runs, whole.More, whole.Next = append(whole.Runs, page.Runs...), page.More, page.Next
	}
	return whole, err
}

func filterPage(ctx context.Context, s storage.Store, q storage.RunQuery) (storage.RunPage, error) {
	outcomes := q.Outcomes
	q.Outcomes = nil
	page, err := s.ListRuns(ctx, q)
	page.Runs = slices.DeleteFunc(page.Runs, func(r storage.RunRecord) bool {
		return len(outcomes) > 0 && !slices.Contains(outcomes, r.Outcome)
	})
	page.More = page.More && len(page.Runs) == q.Limit
	return page, err
}

func orderByCreation(ctx context.Context, s storage.Store, q storage.RunQuery) (storage.RunPage, error) {
	page, err := s.ListRuns(ctx, q)
	if q.JobID != "" && !q.Ascending {
		slices.SortStableFunc(page.Runs, func(a, b storage.RunRecord) int { return b.CreatedAt.Compare(a.CreatedAt) })
	}
	return page, err
}
