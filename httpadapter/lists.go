package httpadapter

import (
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// listJobs serves GET /me/jobs and GET /workloads/jobs. Both list the jobs that
// the actor may see. An actor with a role in all teams sees all jobs of the
// organization.
func listJobs(x *exchange) error {
	return x.listJobs(func(*jobs.JobQuery, string) {})
}

// listTeamJobs serves GET /workloads/teams/{team}/jobs.
func listTeamJobs(x *exchange) error {
	return x.listJobs(func(q *jobs.JobQuery, team string) { q.TeamID = team })
}

// listClusterJobs serves GET /workloads/clusters/{cluster}/jobs.
func listClusterJobs(x *exchange) error {
	return x.listJobs(func(q *jobs.JobQuery, cluster string) { q.ClusterID = cluster })
}

// listJobs lists jobs. When the path names a team or a cluster, narrow adds it
// to the query.
func (x *exchange) listJobs(narrow func(query *jobs.JobQuery, id string)) error {
	query, err := x.jobQuery()
	if err != nil {
		return err
	}
	id := x.path.params[0]
	if id != "" && !versions.ValidID(id) {
		return jobs.ErrNotFound
	}
	narrow(&query, id)
	page := newJobPage(x)
	if err := x.service.VisitJobs(x.r.Context(), x.actor, query, page.part); err != nil {
		return err
	}
	return page.end()
}
