package httpadapter

import (
	"net/http"

	"github.com/jobledger/jobledger/teams"
)

// listTeams serves GET /workloads/jobs/{job}/teams.
func listTeams(x *exchange) error {
	page, err := x.page()
	if err != nil {
		return err
	}
	found, err := x.service.ListTeams(x.r.Context(), x.actor, x.place.params[0], page)
	if err != nil {
		return err
	}
	out := list[teams.Team]{x: x, element: appendMembership}
	err = out.part(found.Total, found.Teams)
	out.end("]}")
	return err
}

// grantTeams serves POST /workloads/jobs/{job}/teams.
func grantTeams(x *exchange) error {
	var body granting
	when, err := x.ifJob()
	if err != nil {
		return err
	}
	if err := x.decode(&body); err != nil {
		return err
	}
	grants, err := x.service.GrantTeams(x.r.Context(), x.actor, x.place.params[0], body.TeamIDs.value, when...)
	if err != nil {
		return err
	}
	return showItems(x, grants, func(b []byte, g *teams.Grant) []byte { return appendGrant(b, x.place.params[0], g) })
}

// revokeTeam serves DELETE /workloads/jobs/{job}/teams/{team}.
func revokeTeam(x *exchange) error {
	when, err := x.ifJob()
	if err != nil {
		return err
	}
	x.out.status = http.StatusNoContent
	return x.service.RevokeTeam(x.r.Context(), x.actor, x.place.params[0], x.place.params[1], when...)
}
