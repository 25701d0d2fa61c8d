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

// A directory in memory, with its members: for tests and for small installations.
func ExampleNewStatic() {
	directory, err := teams.NewStatic(teams.Organization{
		ID:       "acme",
		Teams:    []teams.Team{{ID: "data", Name: "Data"}, {ID: "ml", Name: "Machine learning"}},
		Clusters: []teams.Cluster{{ID: "main", Active: true}},
		Members: []teams.Member{
			{ID: "ana", AllTeams: teams.Admin},
			{ID: "bob", Teams: map[string]teams.Role{"ml": teams.Viewer}},
		},
	})
	fmt.Println(err)
	bob, known := directory.Actor("acme", "bob")
	fmt.Println(known, bob.RoleIn("ml"), bob.RoleIn("data"))
	_, known = directory.Actor("acme", "eve")
	fmt.Println(known)
	// Output:
	// <nil>
	// true viewer none
	// false
}

// An actor with a role in every team sees every job; any other sees those of its
// teams.
func ExampleActor_VisibleTeams() {
	ana := teams.Actor{OrganizationID: "acme", MemberID: "ana", AllTeams: teams.Viewer}
	bob := teams.Actor{OrganizationID: "acme", MemberID: "bob", Teams: map[string]teams.Role{"ml": teams.Viewer, "data": teams.Admin}}
	fmt.Println(ana.VisibleTeams())
	fmt.Println(bob.VisibleTeams())
	// Output:
	// [] true
	// [data ml] false
}

// Which role it takes to do what.
func ExampleAction_Role() {
	for _, action := range []teams.Action{teams.View, teams.Operate, teams.Edit, teams.ChangeGrants, teams.Delete} {
		fmt.Println(action, action.Role())
	}
	// Output:
	// view viewer
	// operate contributor
	// edit contributor
	// grant admin
	// delete admin
}
