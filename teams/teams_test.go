package teams_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/teams"
)

func TestRolesPermit(t *testing.T) {
	actions := []teams.Action{teams.View, teams.Create, teams.Edit, teams.Operate, teams.Delete, teams.ChangeGrants}
	for role, want := range map[teams.Role][]teams.Action{
		teams.None:        nil,
		teams.Viewer:      {teams.View},
		teams.Contributor: {teams.View, teams.Create, teams.Edit, teams.Operate},
		teams.Admin:       actions,
	} {
		var got []teams.Action
		for _, a := range append(actions, "something else") {
			if role.Permits(a) {
				got = append(got, a)
			}
		}
		require.Equal(t, want, got, role.String())
	}
}

func TestParseRole(t *testing.T) {
	for _, role := range []teams.Role{teams.Viewer, teams.Contributor, teams.Admin} {
		text, err := role.MarshalText()
		require.NoError(t, err)
		var back teams.Role
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, role, back)
	}
	for _, name := range []string{"", "none", "Admin", "owner"} {
		_, err := teams.ParseRole(name)
		require.Error(t, err, name)
	}
	require.Equal(t, "Role(9)", teams.Role(9).String())
}

func TestActorRoles(t *testing.T) {
	actor := teams.Actor{AllTeams: teams.Viewer, Teams: map[string]teams.Role{"T1": teams.Admin, "T2": teams.None}}
	require.Equal(t, teams.Admin, actor.RoleIn("T1"))
	require.Equal(t, teams.Viewer, actor.RoleIn("T2"))
	require.Equal(t, teams.Viewer, actor.RoleOn(nil))
	require.Equal(t, teams.Admin, actor.RoleOn([]string{"T2", "T1"}))
	ids, all := actor.VisibleTeams()
	require.True(t, all)
	require.Empty(t, ids)

	actor = teams.Actor{Teams: map[string]teams.Role{"T3": teams.Viewer, "T1": teams.Admin, "T2": teams.None}}
	require.Equal(t, teams.None, actor.RoleOn(nil))
	ids, all = actor.VisibleTeams()
	require.False(t, all)
	require.Equal(t, []string{"T1", "T3"}, ids)
	require.Equal(t, teams.Admin, teams.System("ORG1").RoleIn("any"))
}

func TestStaticDirectory(t *testing.T) {
	directory, err := teams.NewStatic(
		teams.Organization{
			ID:       "ORG1",
			Teams:    []teams.Team{{ID: "T1", Name: "one", MemberCount: 99}, {ID: "T2"}},
			Clusters: []teams.Cluster{{ID: "C1", Active: true}, {ID: "C2"}},
			Members: []teams.Member{
				{ID: "M1", AllTeams: teams.Admin},
				{ID: "M2", Teams: map[string]teams.Role{"T1": teams.Viewer, "T2": teams.None}},
			},
		},
		teams.Organization{ID: "ORG2"},
	)
	require.NoError(t, err)

	found, err := directory.Teams(t.Context(), "ORG1", []string{"T1", "T2", "T3"})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(map[string]teams.Team{
		"T1": {ID: "T1", OrganizationID: "ORG1", Name: "one", MemberCount: 2},
		"T2": {ID: "T2", OrganizationID: "ORG1", MemberCount: 1},
	}, found))
	found, err = directory.Teams(t.Context(), "ORG2", []string{"T1"})
	require.NoError(t, err)
	require.Empty(t, found)

	cluster, ok, err := directory.Cluster(t.Context(), "ORG1", "C2")
	require.NoError(t, err)
	require.True(t, ok)
	require.False(t, cluster.Active)
	_, ok, err = directory.Cluster(t.Context(), "ORG3", "C1")
	require.NoError(t, err)
	require.False(t, ok)

	actor, ok := directory.Actor("ORG1", "M2")
	require.True(t, ok)
	require.Equal(t, teams.Viewer, actor.RoleIn("T1"))
	actor.Teams["T1"] = teams.Admin
	again, _ := directory.Actor("ORG1", "M2")
	require.Equal(t, teams.Viewer, again.RoleIn("T1"), "an actor shares nothing with the directory")
	_, ok = directory.Actor("ORG2", "M2")
	require.False(t, ok)
}

func TestStaticDirectoryRefuses(t *testing.T) {
	for name, o := range map[string]teams.Organization{
		"no ID":         {},
		"same team":     {ID: "O", Teams: []teams.Team{{ID: "T"}, {ID: "T"}}},
		"same cluster":  {ID: "O", Clusters: []teams.Cluster{{ID: "C"}, {ID: "C"}}},
		"same member":   {ID: "O", Members: []teams.Member{{ID: "M"}, {ID: "M"}}},
		"nameless team": {ID: "O", Teams: []teams.Team{{}}},
		"unknown team":  {ID: "O", Members: []teams.Member{{ID: "M", Teams: map[string]teams.Role{"T": teams.Viewer}}}},
	} {
		_, err := teams.NewStatic(o)
		require.Error(t, err, name)
	}
	_, err := teams.NewStatic(teams.Organization{ID: "O"}, teams.Organization{ID: "O"})
	require.Error(t, err)
}

func TestOpenDirectoryHasEverything(t *testing.T) {
	found, err := teams.Open().Teams(t.Context(), "O", []string{"T"})
	require.NoError(t, err)
	require.Equal(t, teams.Team{ID: "T", OrganizationID: "O", Name: "T"}, found["T"])
	cluster, ok, err := teams.Open().Cluster(t.Context(), "O", "C")
	require.NoError(t, err)
	require.True(t, ok && cluster.Active)
}
