package httpadapter

import (
	"net/http"

	"github.com/jobledger/jobledger/teams"
)

// listTeams serves GET /workloads/jobs/{job}/teams.
func listTeams(x *exchange) error {
	found, err := x.service.ListTeams(x.r.Context(), x.actor, x.path.params[0], x.pageOptions())
	if err != nil {
		return err
	}
	out := list[teams.Team]{x: x, element: membershipMembers.element(&x.opts)}
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
	if err := x.decode(bodyOf(x, &body, grantingMembers)); err != nil {
		return err
	}
	grants, err := x.service.GrantTeams(x.r.Context(), x.actor, x.path.params[0], body.teamIDs, when...)
	if err != nil {
		return err
	}
	return showItems(x, grants, func(b []byte, g *teams.Grant) []byte {
		return grantMembers.append(b, &grantOf{x.path.params[0], g}, &x.opts)
	})
}

// revokeTeam serves DELETE /workloads/jobs/{job}/teams/{team}.
func revokeTeam(x *exchange) error {
	when, err := x.ifJob()
	if err != nil {
		return err
	}
	x.out.status = http.StatusNoContent
	return x.service.RevokeTeam(x.r.Context(), x.actor, x.path.params[0], x.path.params[1], when...)
}
