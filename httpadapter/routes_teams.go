package httpadapter

import "github.com/jobledger/jobledger/teams"

var teamRoutes = []route{
	{method: "GET", pattern: "/workloads/jobs/{job}/teams", name: "listJobTeams", needs: teams.View, serve: listTeams, origin: documented,
		summary: "List a job's teams", query: join(from(documented, limit), from(decided, page)), status: 200, answer: "TeamList",
		about: "Returns the teams that the job is granted to."},
	{method: "POST", pattern: "/workloads/jobs/{job}/teams", name: "grantTeams", needs: teams.ChangeGrants, serve: grantTeams, origin: documented,
		summary: "Add teams to a job", body: "Granting", status: 200, answer: "GrantList", headers: conditional,
		about:   "Grants the job to more teams. Members of a team then have its access to the job. A team that has a grant keeps it.",
		example: `{"teamIds":["finance"]}`},
	{method: "DELETE", pattern: "/workloads/jobs/{job}/teams/{team}", name: "revokeTeam", needs: teams.ChangeGrants, serve: revokeTeam, origin: documented,
		summary: "Remove a team from a job", status: 204, headers: conditional,
		about: "Takes the grant of a team away. A job keeps at least one team.",
		codes: []string{"last_team"}},
}
