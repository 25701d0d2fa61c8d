package jobs

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// A page of [Service.ListMyRuns] costs at most ten reads of the store: one finds
// the jobs, and then there is one for each of fewJobs, or two for each of maxScans.
const (
	// fewJobs is for how many jobs the runs are read job by job.
	fewJobs = 8
	// someJobs is for how many jobs one read gets the newest runs.
	someJobs = 50
	// maxScans bounds how many pages of the organization's runs are searched.
	maxScans = 4
)

// The kinds of markers of [Service.ListMyRuns]: a place among the runs of the whole
// organization, or a place among the runs of each of a few jobs.
const (
	listAll = "all"
	listFew = "few"
)

// ListMyRuns lists the runs of all jobs that the actor may see, newest first. One
// call searches a bounded number of runs. So a page may be short, or even empty,
// although the list goes on: read on until Marker is empty. It returns
// [versions.FieldErrors] for a query that is not valid.
func (s *Service) ListMyRuns(ctx context.Context, actor teams.Actor, query RunQuery) (RunList, error) {
	if err := checkActor(actor); err != nil {
		return RunList{}, err
	}
	var errs versions.FieldErrors
	limit, choice := checkLimit(query.Limit, &errs), query.choice(s.now(), &errs)
	numbers, isFew := parseFew(query.Marker)
	var from marker
	if !isFew {
		from = parseMarker(query.Marker, listAll, &errs)
	}
	if err := errs.Err(); err != nil {
		return RunList{}, err
	}
	ids, all := actor.VisibleTeams()
	switch {
	case isFew:
		return s.goOnWithFew(ctx, actor, numbers, limit, choice)
	case query.Marker == "" && !all && s.opts.Policy == nil:
		return s.firstOfMine(ctx, actor, ids, limit, choice)
	}
	return s.scanRuns(ctx, actor, from.position(), limit, choice)
}

// position is the place of a marker; zero for the beginning.
func (m marker) position() storage.RunPosition {
	if m.list == "" {
		return storage.RunPosition{}
	}
	return storage.RunPosition{CreatedAt: microTime(m.createdAt), JobID: m.jobID, Number: m.number}
}

func markAll(at storage.RunPosition) string {
	return marker{list: listAll, createdAt: at.CreatedAt.UnixMicro(), jobID: at.JobID, number: at.Number}.String()
}

// firstOfMine lists the first page for an actor who does not see all teams.
func (s *Service) firstOfMine(ctx context.Context, actor teams.Actor, teamIDs []string, limit int, choice choice) (RunList, error) {
	mine, err := s.store.ListJobs(ctx, storage.JobQuery{
		OrganizationID: actor.OrganizationID, TeamIDs: teamIDs, Limit: someJobs + 1, Brief: true,
	})
	if err != nil {
		return RunList{}, storeError("list jobs", err)
	}
	ids := make([]string, len(mine.Jobs))
	numbers, keys := map[string]int64{}, map[string]string{}
	for i, job := range mine.Jobs {
		ids[i], numbers[job.JobID], keys[job.JobID] = job.JobID, 0, job.Key
	}
	switch {
	case len(ids) > someJobs || len(ids) > fewJobs && choice.selects():
		return s.scanRuns(ctx, actor, storage.RunPosition{}, limit, choice)
	case len(ids) > fewJobs:
		return s.newestOf(ctx, actor, ids, limit, choice)
	}
	return s.mergeFew(ctx, actor.OrganizationID, numbers, keys, limit, choice)
}

// goOnWithFew lists the next page of a few jobs. It leaves out jobs that are no
// longer visible.
func (s *Service) goOnWithFew(ctx context.Context, actor teams.Actor, numbers map[string]int64, limit int, choice choice) (RunList, error) {
	ids := make([]string, 0, len(numbers))
	for id := range numbers {
		ids = append(ids, id)
	}
	keys, err := s.visibleOf(ctx, actor, ids)
	if err != nil {
		return RunList{}, err
	}
	for _, id := range ids {
		if _, visible := keys[id]; !visible {
			delete(numbers, id)
		}
	}
	return s.mergeFew(ctx, actor.OrganizationID, numbers, keys, limit, choice)
}

// mergeFew lists the newest runs of a few jobs, below a number for each; 0 is no
// bound.
func (s *Service) mergeFew(ctx context.Context, organizationID string, numbers map[string]int64, keys map[string]string, limit int, choice choice) (RunList, error) {
	var m merge
	for id, number := range numbers {
		page, err := s.store.ListRuns(ctx, storage.RunQuery{
			JobRef: storage.JobRef{OrganizationID: organizationID, JobID: id}, Outcomes: choice.outcomes,
			After: storage.RunPosition{Number: number}, Limit: choice.pageOf(limit),
		})
		if err != nil {
			return RunList{}, storeError("list the runs of job "+id, err)
		}
		records, ends := choice.until(page.Runs, maxAhead)
		q := queue{jobID: id, number: number, runs: s.readableRuns(ctx, records, choice, keys), more: page.More && !ends}
		if q.more {
			q.end = page.Next.Number
		}
		m.queues = append(m.queues, q)
	}
	return RunList{Runs: m.take(limit), Marker: m.mark()}, nil
}

// newestOf lists the newest runs of some jobs with one read.
func (s *Service) newestOf(ctx context.Context, actor teams.Actor, ids []string, limit int, choice choice) (RunList, error) {
	recent := min(limit, max(limit/len(ids), 5))
	found, err := s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: actor.OrganizationID, IDs: ids, Brief: true, RecentRuns: recent})
	if err != nil {
		return RunList{}, storeError("find the newest runs of jobs", err)
	}
	var m merge
	for _, job := range found.Jobs {
		runs := s.readableRuns(ctx, job.RecentRuns, choice, map[string]string{job.JobID: job.Key})
		q := queue{jobID: job.JobID, runs: runs, more: len(job.RecentRuns) == recent}
		if q.more {
			q.end = job.RecentRuns[recent-1].Number
		}
		m.queues = append(m.queues, q)
	}
	list := RunList{Runs: m.take(limit)}
	if m.mark() != "" {
		if len(list.Runs) == 0 { // none of the runs that were read is to be shown
			return s.scanRuns(ctx, actor, storage.RunPosition{}, limit, choice)
		}
		list.Marker = markAll(list.Runs[len(list.Runs)-1].place())
	}
	return list, nil
}

// parseFew reads a marker of a few jobs. It reports false for any other text.
func parseFew(text string) (numbers map[string]int64, ok bool) {
	var errs versions.FieldErrors
	m := parseMarker(text, listFew, &errs)
	parts := strings.Split(m.jobID, ",")
	if m.list == "" || errs != nil || len(parts) > fewJobs {
		return nil, false
	}
	numbers = map[string]int64{}
	for _, part := range parts {
		id, digits, _ := strings.Cut(part, ":")
		number, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || number < 0 || !validJobID.MatchString(id) {
			return nil, false
		}
		numbers[id] = number
	}
	return numbers, true
}

// scanRuns searches the runs of the organization for those that the actor may see
// and the query selects.
func (s *Service) scanRuns(ctx context.Context, actor teams.Actor, from storage.RunPosition, limit int, choice choice) (RunList, error) {
	list, err := s.scan(ctx, actor, from, limit, choice)
	if err != nil {
		return RunList{}, err
	}
	list.Runs, err = s.withKeys(ctx, actor.OrganizationID, list.Runs)
	return list, err
}

// withKeys sets Run.JobKey. It leaves out runs of jobs that are gone.
func (s *Service) withKeys(ctx context.Context, organizationID string, runs []Run) ([]Run, error) {
	var ids []string
	for i := range runs {
		if runs[i].JobKey == "" {
			ids = append(ids, runs[i].JobID)
		}
	}
	if ids == nil {
		return runs, nil
	}
	found, err := s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: organizationID, IDs: distinct(ids), Brief: true})
	if err != nil {
		return nil, storeError("find the jobs of runs", err)
	}
	keys := make(map[string]string, len(found.Jobs))
	for i := range found.Jobs {
		keys[found.Jobs[i].JobID] = found.Jobs[i].Key
	}
	for i := range runs {
		if runs[i].JobKey == "" {
			runs[i].JobKey = keys[runs[i].JobID]
		}
	}
	return slices.DeleteFunc(runs, func(r Run) bool { return r.JobKey == "" }), nil
}

func (s *Service) scan(ctx context.Context, actor teams.Actor, from storage.RunPosition, limit int, choice choice) (RunList, error) {
	query := storage.RunQuery{
		JobRef:   storage.JobRef{OrganizationID: actor.OrganizationID},
		Outcomes: choice.outcomes, After: choice.from(from), Limit: choice.pageOf(limit),
	}
	_, all := actor.VisibleTeams()
	switch all = all && s.opts.Policy == nil; {
	case s.opts.Policy != nil:
		query.Limit = MaxPage // each with its job's documents
	case !all:
		query.Limit = storage.MaxLimit
	}
	var list RunList
	last := query.After // all visible runs up to this place were taken
	for scan := 1; ; scan++ {
		page, err := s.store.ListRuns(ctx, query)
		if err != nil {
			return RunList{}, storeError("list runs", err)
		}
		visible, ends := choice.until(page.Runs, 0)
		visible, keys, err := s.visibleRuns(ctx, actor, visible, all)
		if err != nil {
			return RunList{}, err
		}
		found, more := s.readableRuns(ctx, visible, choice, keys), page.More && !ends
		if n := len(list.Runs) + len(found); n > limit || n == limit && more {
			list.Runs = append(list.Runs, found[:limit-len(list.Runs)]...)
			list.Marker = markAll(list.Runs[limit-1].place())
			return list, nil
		}
		list.Runs = append(list.Runs, found...)
		if len(visible) > 0 {
			last = place(visible[len(visible)-1])
		}
		switch {
		case !more:
			return list, nil
		case all && (choice.all() || scan == maxScans):
			list.Marker = markAll(page.Next)
			return list, nil
		case scan == maxScans:
			list.Marker = markAll(coarse(last, page.Next))
			return list, nil
		}
		query.After = page.Next
	}
}

// coarse is a place shortly before the end of a scan. It does not contain the ID of
// the job at the end, which the actor may not be allowed to see. It comes after
// last, whose job the actor may see.
func coarse(last, end storage.RunPosition) storage.RunPosition {
	const above = "~" // sorts above every character of an ID
	if last.CreatedAt.IsZero() || end.CreatedAt.Before(last.CreatedAt) {
		return storage.RunPosition{CreatedAt: end.CreatedAt, JobID: above}
	}
	for n := 1; n < len(end.JobID); n++ {
		if id := end.JobID[:n] + above; id < last.JobID {
			return storage.RunPosition{CreatedAt: end.CreatedAt, JobID: id}
		}
	}
	return end
}

// visibleRuns keeps the runs of jobs that the actor may see, and returns the keys
// of these jobs. With all, it keeps every run and returns no keys.
func (s *Service) visibleRuns(ctx context.Context, actor teams.Actor, records []storage.RunRecord, all bool) (visible []storage.RunRecord, keys map[string]string, err error) {
	if all {
		return records, nil, nil
	}
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = r.JobID
	}
	keys, err = s.visibleOf(ctx, actor, distinct(ids))
	return slices.DeleteFunc(records, func(r storage.RunRecord) bool { _, sees := keys[r.JobID]; return !sees }), keys, err
}

// visibleOf returns the keys, by ID, of those jobs that the actor may see.
func (s *Service) visibleOf(ctx context.Context, actor teams.Actor, ids []string) (map[string]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: actor.OrganizationID, IDs: ids, Brief: s.seesBrief()})
	if err != nil {
		return nil, storeError("find the jobs of runs", err)
	}
	records := make([]storage.JobRecord, len(found.Jobs))
	for i := range found.Jobs {
		records[i] = found.Jobs[i].JobRecord
	}
	sees, err := s.seesEach(ctx, actor, records)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]string, len(records))
	for i := range records {
		if sees[i] {
			keys[records[i].JobID] = records[i].Key
		}
	}
	return keys, nil
}
