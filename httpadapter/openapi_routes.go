package httpadapter

// operation is what the OpenAPI document says of a route beyond the table.
type operation struct {
	summary string
	// documented are the query parameters that the platform documents; more
	// are ours.
	documented, ours []string
	// body names the schema of the request; empty without one.
	body string
	// optional is true when the body may be absent.
	optional bool
	status   int
	// source is "ours" for a route that the platform does not document.
	source string
	// answer names the schema of the answer; empty without one.
	answer string
	// tagged says that the answer has an ETag, conditional that If-Match is
	// honoured; on reads both go together.
	tagged, conditional bool
	located             bool
	// keyed says that an Idempotency-Key is honoured, marked that the list
	// goes on by a marker.
	keyed, marked bool
}

const ours = "ours"

var (
	pageOnly = []string{"page"}
	ordered  = []string{"page", "sortBy", "sortDirection"}
	limited  = []string{"limit"}
	marked   = []string{"limit", "marker"}
)

// operations has every route of the table, by name.
var operations = map[string]operation{
	"listMyJobs":      {summary: "List my jobs", documented: []string{"limit", "page", "sortBy", "sortDirection"}, status: 200, answer: "JobList"},
	"listJobs":        {summary: "List jobs", documented: limited, ours: ordered, status: 200, answer: "JobList"},
	"createJob":       {summary: "Create a job", body: "NewJob", status: 201, answer: "Job", tagged: true, located: true},
	"describeJob":     {summary: "Describe a job", status: 200, answer: "JobDescription", tagged: true},
	"deleteJob":       {summary: "Delete a job", status: 204, conditional: true},
	"updateJob":       {summary: "Update a job", body: "JobPatch", status: 200, answer: "Job", tagged: true, conditional: true},
	"activateVersion": {summary: "Activate a version", body: "Activation", status: 200, answer: "Job", tagged: true, conditional: true},
	"describeDraft":   {summary: "Describe the draft", status: 200, answer: "Version", tagged: true},
	"createDraft":     {summary: "Create a draft", body: "Definition", optional: true, status: 201, answer: "Version", tagged: true, conditional: true, located: true},
	"discardDraft":    {summary: "Discard the draft", status: 204, conditional: true},
	"updateDraft":     {summary: "Update the draft", body: "DraftPatch", status: 200, answer: "Version", tagged: true, conditional: true},
	"publishDraft":    {summary: "Publish the draft", body: "Nothing", optional: true, status: 200, answer: "Job", tagged: true, conditional: true},
	"listJobTeams":    {summary: "List a job's teams", documented: limited, ours: pageOnly, status: 200, answer: "TeamList"},
	"grantTeams":      {summary: "Add teams to a job", body: "Granting", status: 200, answer: "GrantList", conditional: true},
	"revokeTeam":      {summary: "Remove a team from a job", status: 204, conditional: true},
	"listVersions":    {summary: "List a job's versions", documented: []string{"limit", "page"}, status: 200, answer: "VersionList"},
	"publishVersion":  {summary: "Create and publish a version", body: "Definition", status: 201, answer: "Version", conditional: true, located: true},
	"describeVersion": {summary: "Describe a version", status: 200, answer: "JobDescription", tagged: true},
	"listTeamJobs":    {summary: "List a team's jobs", documented: limited, ours: ordered, status: 200, answer: "JobList"},
	"listClusterJobs": {summary: "List a cluster's jobs", documented: limited, ours: ordered, status: 200, answer: "JobList"},

	"listMyRuns":      {summary: "List the runs of my jobs", documented: marked, marked: true, status: 200, answer: "RunList"},
	"listRuns":        {summary: "List a job's runs", documented: marked, marked: true, status: 200, answer: "RunList"},
	"createRun":       {summary: "Run a job", body: "NewRun", optional: true, status: 201, answer: "JobRun", conditional: true, located: true, keyed: true},
	"describeRun":     {summary: "Describe a run", status: 200, answer: "JobRun"},
	"deleteRun":       {summary: "Delete a run that has ended", status: 204, conditional: true},
	"releaseRun":      {summary: "Make a pending run ready", body: "Nothing", optional: true, status: 200, answer: "JobRun", conditional: true},
	"cancelRun":       {summary: "Ask a run to stop", source: ours, body: "Nothing", optional: true, status: 200, answer: "JobRun", conditional: true},
	"retryRun":        {summary: "Run an ended run's version again", source: ours, body: "Nothing", optional: true, status: 201, answer: "JobRun", conditional: true, located: true},
	"reportRun":       {summary: "Report on a run, or heartbeat", source: ours, body: "RunReport", optional: true, status: 200, answer: "ReportedRun"},
	"listTicks":       {summary: "List what became of a job's ticks", source: ours, ours: marked, marked: true, status: 200, answer: "TickList"},
	"previewSchedule": {summary: "Preview when a job would fire", source: ours, ours: []string{"n", "draft"}, status: 200, answer: "Preview"},
}
