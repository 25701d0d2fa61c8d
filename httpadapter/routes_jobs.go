package httpadapter

import "github.com/jobledger/jobledger/teams"

// jobRoutes are the routes of jobs themselves.
var jobRoutes = []route{
	{method: "GET", pattern: "/me/jobs", name: "listMyJobs", needs: teams.View, serve: listJobs, origin: documented,
		summary: "List my jobs", query: join(from(documented, limit, page, sortBy, sortDirection), jobFilters), status: 200, answer: "JobList",
		about: "Returns the jobs that the caller may see."},
	{method: "GET", pattern: "/workloads/jobs", name: "listJobs", needs: teams.View, serve: listJobs, origin: documented,
		summary: "List jobs", query: join(jobPages, jobFilters), status: 200, answer: "JobList",
		about: "Returns the jobs of the organization that the caller may see."},
	{method: "POST", pattern: "/workloads/jobs", name: "createJob", needs: teams.Create, serve: createJob, origin: documented,
		summary: "Create a job", body: "NewJob", status: 201, answer: "Job", headers: tagged | located,
		about:   "Makes a job with version 1, published and active, and grants it to the teams. The cluster must be active. The caller must be a contributor in each team.",
		example: `{"jobKey":"hourly-orders","teamIds":["data"],"clusterId":"main","config":{"sql":{"source":"select 1"}},"cronExpression":"0 * * * *"}`,
		codes:   []string{"job_key_taken"}},
	{method: "GET", pattern: "/workloads/jobs/{job}", name: "describeJob", needs: teams.View, serve: describeJob, origin: documented,
		summary: "Describe a job", query: from(ours, include), status: 200, answer: "JobDescription", headers: tagged,
		about: "Returns the job with its active version, its latest run and its teams."},
	{method: "DELETE", pattern: "/workloads/jobs/{job}", name: "deleteJob", needs: teams.Delete, serve: deleteJob, origin: documented,
		summary: "Delete a job", status: 204, headers: conditional,
		about: "Removes the job with its versions, runs, ticks and grants. Runs that have not ended are asked to stop. Refused while the active version of another job depends on it.",
		codes: []string{"has_dependents"}},
	{method: "PATCH", pattern: "/workloads/jobs/{job}", name: "updateJob", needs: teams.Edit, serve: updateJob, origin: documented,
		summary: "Update a job", body: "JobPatch", status: 200, answer: "Job", headers: tagged | conditional,
		about:   "Changes the members that are not part of a version: key, status, description, labels and pause. A member that is absent keeps its value. To change other members, publish a new version.",
		example: `{"status":"paused","description":"Sales of the day before"}`,
		codes:   []string{"job_key_taken", "has_dependents", "version_mismatch", "versioned_field"}},
	{method: "GET", pattern: "/workloads/teams/{team}/jobs", name: "listTeamJobs", needs: teams.View, serve: listTeamJobs, origin: documented,
		summary: "List a team's jobs", query: join(jobPages, jobFilters), status: 200, answer: "JobList",
		about: "Returns the jobs that are granted to the team, as far as the caller may see them. The list for an unknown team is empty."},
	{method: "GET", pattern: "/workloads/clusters/{cluster}/jobs", name: "listClusterJobs", needs: teams.View, serve: listClusterJobs, origin: documented,
		summary: "List a cluster's jobs", query: join(jobPages, jobFilters), status: 200, answer: "JobList",
		about: "Returns the jobs whose active version is on the cluster, as far as the caller may see them. The list for an unknown cluster is empty."},
}

// jobPages are the parameters of lists for which the platform documents only
// limit.
var jobPages = join(from(documented, limit), from(decided, page, sortBy, sortDirection))

// jobFilters are the parameters that filter every list of jobs.
var jobFilters = from(ours, keyPrefix, keyFilter, statusFilter, labelFilter, outcomeFilter, include)
