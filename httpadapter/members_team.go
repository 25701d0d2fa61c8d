package httpadapter

import (
	"time"

	"github.com/jobledger/jobledger/teams"
)

// teamMembers are the members of the documented team object. A value that the
// embedder's directory does not have is null.
var teamMembers = show(
	shownText("id", documented, embedderID(), func(t *teams.Team) string { return t.ID }),
	shownOptional("organizationId", documented, embedderID(), func(t *teams.Team) string { return t.OrganizationID }),
	shownOptional("name", documented, text(), func(t *teams.Team) string { return t.Name }),
	shownMaybeTime("createdAt", documented, func(t *teams.Team) time.Time { return t.CreatedAt }),
	shownOptional("createdBy", documented, embedderID(), func(t *teams.Team) string { return t.CreatedBy }),
	shownMaybeTime("updatedAt", documented, func(t *teams.Team) time.Time { return t.UpdatedAt }),
	shownOptional("updatedBy", documented, embedderID(), func(t *teams.Team) string { return t.UpdatedBy }),
	shownOptional("defaultRoleId", documented, text(), func(t *teams.Team) string { return t.DefaultRoleID }),
)

// membershipMembers are the members of a job's team in a list.
var membershipMembers = show(
	shown[teams.Team]{name: "team", origin: documented, schema: ref("Team"), write: func(b []byte, name string, t *teams.Team) []byte {
		return teamMembers.append(append(b, name...), t, &Options{})
	}},
	shownNumber("memberCount", documented, counting(), func(t *teams.Team) int { return t.MemberCount }),
)

// grantOf is a grant with the ID of its job.
type grantOf struct {
	jobID string
	*teams.Grant
}

// grantMembers are the members of the documented grant object.
var grantMembers = show(
	shownText("jobId", documented, ledgerID(), func(g *grantOf) string { return g.jobID }),
	shownText("teamId", documented, embedderID(), func(g *grantOf) string { return g.TeamID }),
	shownTime("createdAt", documented, moment(), func(g *grantOf) time.Time { return g.CreatedAt }),
	shownText("createdBy", documented, embedderID(), func(g *grantOf) string { return g.CreatedBy }),
	shownTime("updatedAt", documented, moment(), func(g *grantOf) time.Time { return g.UpdatedAt }),
	shownText("updatedBy", documented, embedderID(), func(g *grantOf) string { return g.UpdatedBy }),
)
