package redis

import (
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/jobs"
)

// orders are how the index writes the orders.
var orders = map[jobs.JobOrder]string{jobs.ByCreation: "c", jobs.ByKey: "k"}

// ListJobs implements [jobs.Store]. A page costs what it returns, a few steps
// for each grant set that holds one of the teams, and for several of these a
// little that grows with the logarithm of the offset.
func (s *Store) ListJobs(ctx context.Context, query jobs.JobQuery) (jobs.JobPage, error) {
	page, err := s.listJobs(ctx, query)
	if err != nil {
		return jobs.JobPage{}, fmt.Errorf("redis: list jobs of organization %s: %w", query.OrganizationID, err)
	}
	return page, nil
}

// wholePage is up to how many jobs a page is read by the script alone.
const wholePage = 8

// listJobs reads a page in one script; or, when it is larger, all but the
// documents in the script and those beside it: a server spends several times
// as long on a document that passes through Lua. Documents that were written
// in between are noticed, and the page read again whole.
func (s *Store) listJobs(ctx context.Context, query jobs.JobQuery) (jobs.JobPage, error) {
	order, ok := orders[query.Order]
	if !ok {
		return jobs.JobPage{}, fmt.Errorf("no order %d", query.Order)
	}
	total, found, err := s.listPage(ctx, query, order, query.Limit <= wholePage)
	if err == nil && query.Limit > wholePage {
		var same bool
		if same, err = s.addDocuments(ctx, query.OrganizationID, found); err == nil && !same {
			total, found, err = s.listPage(ctx, query, order, true)
		}
	}
	if err != nil {
		return jobs.JobPage{}, err
	}
	page := jobs.JobPage{Total: total}
	page.Jobs, err = found.jobs(query.OrganizationID)
	return page, err
}

// listPage reads a page, with the documents or without.
func (s *Store) listPage(ctx context.Context, query jobs.JobQuery, order string, documents bool) (int, *fetched, error) {
	o := s.partition(query.OrganizationID).organization(query.OrganizationID)
	args := make([]any, 0, 8+len(query.TeamIDs))
	args = append(args, scope(query), order, flag(query.Descending), query.Offset, query.Limit,
		flag(documents), flag(query.AllTeams), query.GrantedTo)
	for _, team := range query.TeamIDs {
		args = append(args, team)
	}
	reply, err := s.readList(ctx, listScript, []string{o.records, o.index}, args...)
	if err != nil {
		return 0, nil, err
	}
	found, err := newFetched(reply)
	if err != nil {
		return 0, nil, err
	}
	return count(reply[0]), found, nil
}

// addDocuments reads the documents of a page without them, and reports whether
// every job is as it was. A job whose header has not changed, in which the
// revision counts every write, has the document that it had.
func (s *Store) addDocuments(ctx context.Context, organization string, page *fetched) (same bool, err error) {
	n := len(page.ids)
	if n == 0 {
		return true, nil
	}
	args := make([]any, 2+2*n)
	args[0], args[1] = "hmget", s.partition(organization).organization(organization).records
	for i, id := range page.ids {
		args[2+i], args[2+n+i] = jobField(text(id)), documentField(text(id))
	}
	reply, err := await(ctx, func() (any, error) { return s.process(ctx, redis.NewCmd(ctx, args...)) })
	if err != nil {
		return false, err
	}
	values, ok := reply.([]any)
	if !ok || len(values) != 2*n {
		return false, errReply
	}
	page.documents = values[n:]
	return slices.Equal(values[:n], page.headers), nil
}

// scope is how the index writes the jobs that a query selects whatever their
// teams: all of the organization, those on a cluster, those that depend on a
// key, or those that are both.
func scope(query jobs.JobQuery) string {
	switch {
	case query.ClusterID == "" && query.DependsOn == "":
		return "a"
	case query.DependsOn == "":
		return "c" + nameBytes(query.ClusterID)
	case query.ClusterID == "":
		return "d" + nameBytes(query.DependsOn)
	}
	return "b" + nameBytes(query.ClusterID) + nameBytes(query.DependsOn)
}

// flag is how scripts are told yes or no.
func flag(yes bool) string {
	if yes {
		return "1"
	}
	return "0"
}
