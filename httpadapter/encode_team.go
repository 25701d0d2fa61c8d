package httpadapter

import (
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

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

// appendTeamList writes {total, items: [{team, memberCount}]}.
func appendTeamList(b []byte, list *jobs.TeamList) []byte {
	b = appendNumber(b, `{"total":`, list.Total)
	b = append(b, `,"items":[`...)
	for i := range list.Teams {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendTeam(append(b, `{"team":`...), &list.Teams[i])
		b = append(appendNumber(b, `,"memberCount":`, list.Teams[i].MemberCount), '}')
	}
	return append(b, "]}"...)
}

// appendGrants writes {items: [grant]}.
func appendGrants(b []byte, jobID string, grants []teams.Grant) []byte {
	b = append(b, `{"items":[`...)
	for i, g := range grants {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, `{"jobId":`, jobID)
		b = appendText(b, `,"teamId":`, g.TeamID)
		b = appendTime(b, `,"createdAt":`, g.CreatedAt)
		b = appendText(b, `,"createdBy":`, g.CreatedBy)
		b = appendTime(b, `,"updatedAt":`, g.UpdatedAt)
		b = append(appendText(b, `,"updatedBy":`, g.UpdatedBy), '}')
	}
	return append(b, "]}"...)
}
