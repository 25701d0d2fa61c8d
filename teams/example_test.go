package teams_test

import (
	"fmt"

	"github.com/jobledger/jobledger/teams"
)

func ExampleActor_RoleOn() {
	ana := teams.Actor{
		OrganizationID: "acme",
		MemberID:       "ana",
		Teams:          map[string]teams.Role{"data": teams.Contributor, "ml": teams.Viewer},
	}
	role := ana.RoleOn([]string{"data", "ml"})
	fmt.Println(role, role.Permits(teams.Edit), role.Permits(teams.Delete))
	// Output: contributor true false
}
