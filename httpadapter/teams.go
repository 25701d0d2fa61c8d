package httpadapter

import "net/http"

// listTeams serves GET /workloads/jobs/{job}/teams.
func listTeams(x *exchange) error {
	page, err := x.page()
	if err != nil {
		return err
	}
	list, err := x.service.ListTeams(x.r.Context(), x.actor, x.place.params[0], page)
	if err != nil {
		return err
	}
	x.out.body = appendTeamList(x.out.body, &list)
	return nil
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
	x.out.body = appendGrants(x.out.body, x.place.params[0], grants)
	return nil
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
