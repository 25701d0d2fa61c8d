package httpadapter

import (
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// listJobs serves GET /me/jobs and GET /workloads/jobs. Both show what the
// actor may see: whoever has a role in all teams sees the whole organization.
func listJobs(x *exchange) error {
	filter, err := x.filter()
	if err != nil {
		return err
	}
	return x.list(filter)
}

// listTeamJobs serves GET /workloads/teams/{team}/jobs.
func listTeamJobs(x *exchange) error {
	filter, err := x.filter()
	if err != nil {
		return err
	}
	if filter.TeamID = x.place.params[0]; !versions.ValidID(filter.TeamID) {
		return jobs.ErrNotFound
	}
	return x.list(filter)
}

// listClusterJobs serves GET /workloads/clusters/{cluster}/jobs.
func listClusterJobs(x *exchange) error {
	filter, err := x.filter()
	if err != nil {
		return err
	}
	if filter.ClusterID = x.place.params[0]; !versions.ValidID(filter.ClusterID) {
		return jobs.ErrNotFound
	}
	return x.list(filter)
}

func (x *exchange) list(filter jobs.JobFilter) error {
	list, err := x.service.ListJobs(x.r.Context(), x.actor, filter)
	if err != nil {
		return err
	}
	shown, err := x.include(list.Jobs)
	if err != nil {
		return err
	}
	x.out.body = shown.appendList(x.out.body, list.Total)
	return nil
}
