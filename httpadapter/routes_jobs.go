package httpadapter

import "github.com/jobledger/jobledger/teams"

// jobRoutes are the routes of jobs themselves.
var jobRoutes = []route{
	{method: "GET", pattern: "/me/jobs", name: "listMyJobs", needs: teams.View, serve: listJobs, origin: documented,
		summary: "List my jobs", query: join(from(documented, limit, page, sortBy, sortDirection), jobFilters), status: 200, answer: "JobList"},
	{method: "GET", pattern: "/workloads/jobs", name: "listJobs", needs: teams.View, serve: listJobs, origin: documented,
		summary: "List jobs", query: join(jobPages, jobFilters), status: 200, answer: "JobList"},
	{method: "POST", pattern: "/workloads/jobs", name: "createJob", needs: teams.Create, serve: createJob, origin: documented,
		summary: "Create a job", body: "NewJob", status: 201, answer: "Job", headers: tagged | located},
	{method: "GET", pattern: "/workloads/jobs/{job}", name: "describeJob", needs: teams.View, serve: describeJob, origin: documented,
		summary: "Describe a job", query: from(ours, include), status: 200, answer: "JobDescription", headers: tagged},
	{method: "DELETE", pattern: "/workloads/jobs/{job}", name: "deleteJob", needs: teams.Delete, serve: deleteJob, origin: documented,
		summary: "Delete a job", status: 204, headers: conditional},
	{method: "PATCH", pattern: "/workloads/jobs/{job}", name: "updateJob", needs: teams.Edit, serve: updateJob, origin: documented,
		summary: "Update a job", body: "JobPatch", status: 200, answer: "Job", headers: tagged | conditional},
	{method: "GET", pattern: "/workloads/teams/{team}/jobs", name: "listTeamJobs", needs: teams.View, serve: listTeamJobs, origin: documented,
		summary: "List a team's jobs", query: join(jobPages, jobFilters), status: 200, answer: "JobList"},
	{method: "GET", pattern: "/workloads/clusters/{cluster}/jobs", name: "listClusterJobs", needs: teams.View, serve: listClusterJobs, origin: documented,
		summary: "List a cluster's jobs", query: join(jobPages, jobFilters), status: 200, answer: "JobList"},
}

// jobPages are the parameters of lists for which the platform documents only
// limit.
var jobPages = join(from(documented, limit), from(decided, page, sortBy, sortDirection))

// jobFilters are the parameters that filter every list of jobs.
var jobFilters = from(ours, keyPrefix, keyFilter, statusFilter, labelFilter, outcomeFilter, include)
