package httpadapter

import "github.com/jobledger/jobledger/teams"

// appendTeam writes the documented team object. What the embedder's directory
// does not know is null.
func appendTeam(b []byte, t *teams.Team) []byte {
	b = appendText(b, `{"id":`, t.ID)
	b = appendOptional(b, `,"organizationId":`, t.OrganizationID)
	b = appendOptional(b, `,"name":`, t.Name)
	b = appendTime(b, `,"createdAt":`, t.CreatedAt)
	b = appendOptional(b, `,"createdBy":`, t.CreatedBy)
	b = appendTime(b, `,"updatedAt":`, t.UpdatedAt)
	b = appendOptional(b, `,"updatedBy":`, t.UpdatedBy)
	b = appendOptional(b, `,"defaultRoleId":`, t.DefaultRoleID)
	return append(b, '}')
}

// appendMembership writes {team, memberCount}.
func appendMembership(b []byte, t *teams.Team) []byte {
	b = appendTeam(append(b, `{"team":`...), t)
	return append(appendNumber(b, `,"memberCount":`, t.MemberCount), '}')
}

// appendGrant writes the documented grant object.
func appendGrant(b []byte, jobID string, g *teams.Grant) []byte {
	b = appendText(b, `{"jobId":`, jobID)
	b = appendText(b, `,"teamId":`, g.TeamID)
	b = appendTime(b, `,"createdAt":`, g.CreatedAt)
	b = appendText(b, `,"createdBy":`, g.CreatedBy)
	b = appendTime(b, `,"updatedAt":`, g.UpdatedAt)
	return append(appendText(b, `,"updatedBy":`, g.UpdatedBy), '}')
}
