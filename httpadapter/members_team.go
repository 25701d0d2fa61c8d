package httpadapter

import (
	"time"

	"github.com/jobledger/jobledger/teams"
)

// teamMembers is the documented team object. What the embedder's directory does
// not know is null.
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

// membershipMembers is a team of a job, and how many members it has.
var membershipMembers = show(
	shown[teams.Team]{name: "team", origin: documented, schema: ref("Team"), write: func(b []byte, name string, t *teams.Team) []byte {
		return teamMembers.append(append(b, name...), t, &Options{})
	}},
	shownNumber("memberCount", documented, counting(), func(t *teams.Team) int { return t.MemberCount }),
)

// grantOf is a grant, and the job that it is of.
type grantOf struct {
	jobID string
	*teams.Grant
}

// grantMembers is the documented grant object.
var grantMembers = show(
	shownText("jobId", documented, ledgerID(), func(g *grantOf) string { return g.jobID }),
	shownText("teamId", documented, embedderID(), func(g *grantOf) string { return g.TeamID }),
	shownTime("createdAt", documented, moment(), func(g *grantOf) time.Time { return g.CreatedAt }),
	shownText("createdBy", documented, embedderID(), func(g *grantOf) string { return g.CreatedBy }),
	shownTime("updatedAt", documented, moment(), func(g *grantOf) time.Time { return g.UpdatedAt }),
	shownText("updatedBy", documented, embedderID(), func(g *grantOf) string { return g.UpdatedBy }),
)
