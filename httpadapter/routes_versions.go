package httpadapter

import "github.com/jobledger/jobledger/teams"

var versionRoutes = []route{
	{method: "POST", pattern: "/workloads/jobs/{job}/activate-version", name: "activateVersion", needs: teams.Edit, serve: activateVersion, origin: documented,
		summary: "Activate a version", body: "Activation", status: 200, answer: "Job", headers: tagged | conditional},
	{method: "GET", pattern: "/workloads/jobs/{job}/draft", name: "describeDraft", needs: teams.View, serve: describeDraft, origin: documented,
		summary: "Describe the draft", status: 200, answer: "Version", headers: tagged},
	{method: "POST", pattern: "/workloads/jobs/{job}/draft", name: "createDraft", needs: teams.Edit, serve: createDraft, origin: documented,
		summary: "Create a draft", body: "NewDraft", optional: true, status: 201, answer: "Version", headers: tagged | conditional | located},
	{method: "DELETE", pattern: "/workloads/jobs/{job}/draft", name: "discardDraft", needs: teams.Edit, serve: discardDraft, origin: documented,
		summary: "Discard the draft", status: 204, headers: conditional},
	{method: "PATCH", pattern: "/workloads/jobs/{job}/draft", name: "updateDraft", needs: teams.Edit, serve: updateDraft, origin: documented,
		summary: "Update the draft", body: "DraftPatch", status: 200, answer: "Version", headers: tagged | conditional},
	{method: "GET", pattern: "/workloads/jobs/{job}/draft/diff", name: "diffDraft", needs: teams.View, serve: diffDraft, origin: ours,
		summary: "Compare the active version with the draft", status: 200, answer: "VersionDiff"},
	{method: "POST", pattern: "/workloads/jobs/{job}/draft/publish", name: "publishDraft", needs: teams.Edit, serve: publishDraft, origin: documented,
		summary: "Publish the draft", body: "Nothing", optional: true, status: 200, answer: "Job", headers: tagged | conditional},
	{method: "GET", pattern: "/workloads/jobs/{job}/versions", name: "listVersions", needs: teams.View, serve: listVersions, origin: documented,
		summary: "List a job's versions", query: from(documented, limit, page), status: 200, answer: "VersionList"},
	{method: "POST", pattern: "/workloads/jobs/{job}/versions", name: "publishVersion", needs: teams.Edit, serve: publishVersion, origin: documented,
		summary: "Create and publish a version", body: "Definition", status: 201, answer: "Version", headers: conditional | located},
	{method: "GET", pattern: "/workloads/jobs/{job}/versions/{jobVersionNumber}", name: "describeVersion", needs: teams.View, serve: describeVersion, origin: documented,
		summary: "Describe a version", status: 200, answer: "JobDescription", headers: tagged},
	{method: "GET", pattern: "/workloads/jobs/{job}/versions/{jobVersionNumber}/diff/{otherVersionNumber}", name: "diffVersions", needs: teams.View, serve: diffVersions, origin: ours,
		summary: "Compare two versions", status: 200, answer: "VersionDiff"},
}
