package linearize

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/jobs"
)

// read is a call that changes nothing. What it returns is written as text, in
// the same way from the store's answer and from the model's state.
type read interface {
	fmt.Stringer
	organization() string
	// ask asks the store.
	ask(ctx context.Context, s jobs.Store) (string, error)
	// expect is what the store answers in a state.
	expect(o *organization) string
}

// pageSize is longer than any list of a history.
const pageSize = 1000

// inOrganization is a read of one organization.
type inOrganization string

func (o inOrganization) organization() string { return string(o) }

// inJob is a read of one job.
type inJob jobs.JobRef

func (r inJob) organization() string { return r.OrganizationID }
func (r inJob) ref() jobs.JobRef     { return jobs.JobRef(r) }

type readJob struct{ inJob }

func (r readJob) String() string { return "Job " + r.JobID }

func (r readJob) ask(ctx context.Context, s jobs.Store) (string, error) {
	record, err := s.Job(ctx, r.ref())
	return describeJob(record), err
}

func (r readJob) expect(o *organization) string {
	if j := o.live(r.JobID); j != nil {
		return describeJob(j.withRun())
	}
	return notFound
}

// findJobs asks for all jobs that there may be, some by ID, some by key.
type findJobs struct {
	inOrganization

	ids, keys []string
}

func (r findJobs) String() string { return fmt.Sprintf("FindJobs %v %v", r.ids, r.keys) }

func (r findJobs) ask(ctx context.Context, s jobs.Store) (string, error) {
	found, err := s.FindJobs(ctx, jobs.JobLookup{OrganizationID: r.organization(), IDs: r.ids, Keys: r.keys})
	slices.SortFunc(found.Jobs, byID)
	return describeFound(found), err
}

func (r findJobs) expect(o *organization) string {
	found := jobs.FoundJobs{Graph: o.graph}
	for _, j := range o.ordered() {
		if slices.Contains(r.ids, j.record.JobID) || slices.Contains(r.keys, j.record.Key) {
			found.Jobs = append(found.Jobs, j.withRun())
		}
	}
	return describeFound(found)
}

func byID(a, b jobs.JobRecord) int { return cmp.Compare(a.JobID, b.JobID) }

func describeFound(f jobs.FoundJobs) string {
	return fmt.Sprintf("graph %d%s", f.Graph, describeJobs(f.Jobs))
}

func describeJobs(records []jobs.JobRecord) string {
	var text strings.Builder
	for _, r := range records {
		text.WriteString("\n" + describeJob(r))
	}
	return text.String()
}

type listJobs struct{ query jobs.JobQuery }

func (r listJobs) organization() string { return r.query.OrganizationID }

func (r listJobs) String() string {
	return fmt.Sprintf("ListJobs all=%t teams=%v of=%q after=%q", r.query.AllTeams, r.query.TeamIDs, r.query.GrantedTo, r.query.DependsOn)
}

func (r listJobs) ask(ctx context.Context, s jobs.Store) (string, error) {
	page, err := s.ListJobs(ctx, r.query)
	return describePage(page), err
}

func (r listJobs) expect(o *organization) string {
	var page jobs.JobPage
	for _, j := range o.ordered() {
		if r.selects(j.record) {
			page.Jobs = append(page.Jobs, j.withRun())
		}
	}
	page.Total = len(page.Jobs)
	slices.SortFunc(page.Jobs, func(a, b jobs.JobRecord) int { return cmp.Compare(a.Key, b.Key) })
	return describePage(page)
}

func (r listJobs) selects(job jobs.JobRecord) bool {
	q := r.query
	seen := q.AllTeams || slices.ContainsFunc(job.TeamIDs, func(id string) bool { return slices.Contains(q.TeamIDs, id) })
	return seen &&
		(q.GrantedTo == "" || slices.Contains(job.TeamIDs, q.GrantedTo)) &&
		(q.DependsOn == "" || slices.Contains(job.DependsOn, q.DependsOn))
}

func describePage(p jobs.JobPage) string {
	return fmt.Sprintf("%d in all%s", p.Total, describeJobs(p.Jobs))
}
