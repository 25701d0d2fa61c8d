package httpadapter

import "github.com/jobledger/jobledger/teams"

var teamRoutes = []route{
	{method: "GET", pattern: "/workloads/jobs/{job}/teams", name: "listJobTeams", needs: teams.View, serve: listTeams, origin: documented,
		summary: "List a job's teams", query: join(from(documented, limit), from(decided, page)), status: 200, answer: "TeamList",
		about: "Returns the teams that the job is granted to."},
	{method: "POST", pattern: "/workloads/jobs/{job}/teams", name: "grantTeams", needs: teams.ChangeGrants, serve: grantTeams, origin: documented,
		summary: "Add teams to a job", body: "Granting", status: 200, answer: "GrantList", headers: conditional,
		about:   "Grants the job to more teams. The members of these teams may then do with the job what their roles permit. Teams that have a grant keep it.",
		example: `{"teamIds":["finance"]}`},
	{method: "DELETE", pattern: "/workloads/jobs/{job}/teams/{team}", name: "revokeTeam", needs: teams.ChangeGrants, serve: revokeTeam, origin: documented,
		summary: "Remove a team from a job", status: 204, headers: conditional,
		about: "Removes the grant of a team. A job always keeps at least one team.",
		codes: []string{"last_team"}},
}
