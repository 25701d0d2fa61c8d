package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/teams"
)

const goodConfig = `{"organizations":[{"id":"ORGAAAAAA1","name":"Acme",
	"clusters":[{"id":"CLUSTERAA1","status":"active"},{"id":"CLUSTERAA9","status":"inactive"}],
	"teams":[{"id":"TEAMAAAAA1","name":"data-eng"}],
	"members":[
		{"id":"MEMBERAAA1","token":"tok-admin","allTeams":true},
		{"id":"MEMBERAAA2","token":"tok-contrib","teams":{"TEAMAAAAA1":"contributor"}},
		{"id":"MEMBERAAA3","token":"tok-auditor","allTeams":"viewer"},
		{"id":"MEMBERAAA4","token":"tok-nobody","allTeams":false}]}]}`

func TestConfigSaysWhoMayDoWhat(t *testing.T) {
	c, err := parseConfig([]byte(goodConfig))
	require.NoError(t, err)
	for _, test := range []struct {
		member string
		want   teams.Role
	}{
		{"MEMBERAAA1", teams.Admin},
		{"MEMBERAAA2", teams.Contributor},
		{"MEMBERAAA3", teams.Viewer},
		{"MEMBERAAA4", teams.None},
	} {
		actor, ok := c.directory.Actor("ORGAAAAAA1", test.member)
		require.True(t, ok, test.member)
		require.Equal(t, test.want, actor.RoleIn("TEAMAAAAA1"), test.member)
	}
	for id, active := range map[string]bool{"CLUSTERAA1": true, "CLUSTERAA9": false} {
		cluster, ok, err := c.directory.Cluster(t.Context(), "ORGAAAAAA1", id)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, active, cluster.Active, id)
	}
}

func TestTheDemoIsAValidConfig(t *testing.T) {
	_, err := loadConfig("")
	require.NoError(t, err)
}

func TestConfigRefusesWhatCannotBeMeant(t *testing.T) {
	for _, test := range []struct {
		name     string
		old, new string // what is put in whose place in the good config
		want     string
	}{
		{"unknown field", `"name":"Acme"`, `"title":"Acme"`, `organizations[0].title is not a known member`},
		{"field in another case", `"token":"tok-admin"`, `"Token":"tok-admin"`, `organizations[0].members[0].Token is not a known member`},
		{"field twice", `"name":"Acme"`, `"name":"Acme","name":"A"`, `organizations[0].name is given more than once`},
		{"trailing data", `"allTeams":false}]}]}`, `"allTeams":false}]}]} {}`, `not`},
		{"wrong type", `"name":"Acme"`, `"name":7`, `organizations[0].name must be a string`},
		{"unknown role", `"contributor"`, `"owner"`, `organizations[0].members[1].teams.TEAMAAAAA1: role "owner" must be one of viewer, contributor, admin`},
		{"no role", `"contributor"`, `""`, `members[1].teams.TEAMAAAAA1: role "" must be one of`},
		{"role of that name does not exist", `"allTeams":"viewer"`, `"allTeams":"root"`, `organizations[0].members[2].allTeams: role "root"`},
		{"allTeams is a number", `"allTeams":true`, `"allTeams":1`, `organizations[0].members[0].allTeams: must be true, false or a role's name`},
		{"unknown team", `{"TEAMAAAAA1":"contributor"}`, `{"TEAMBBBBB1":"contributor"}`, `organizations[0].members[1].teams.TEAMBBBBB1: the organization has no team "TEAMBBBBB1"`},
		{"token twice", `"tok-contrib"`, `"tok-admin"`, `organizations[0].members[1].token: is the token of organizations[0].members[0].token already`},
		{"no token", `"token":"tok-admin",`, ``, `organizations[0].members[0].token: must be`},
		{"token that no header carries", `"tok-admin"`, `"tok admin"`, `organizations[0].members[0].token: must be`},
		{"member twice", `"MEMBERAAA2"`, `"MEMBERAAA1"`, `organizations[0].members[1].id: "MEMBERAAA1" is the ID of organizations[0].members[0].id already`},
		{"cluster twice", `"CLUSTERAA9"`, `"CLUSTERAA1"`, `organizations[0].clusters[1].id: "CLUSTERAA1" is the ID of`},
		{"team twice", `{"id":"TEAMAAAAA1","name":"data-eng"}`, `{"id":"TEAMAAAAA1"},{"id":"TEAMAAAAA1"}`, `organizations[0].teams[1].id: "TEAMAAAAA1" is the ID of`},
		{"organization twice", `{"organizations":[`, `{"organizations":[{"id":"ORGAAAAAA1"},`, `organizations[1].id: "ORGAAAAAA1" is the ID of organizations[0].id already`},
		{"malformed ID", `"ORGAAAAAA1"`, `"ORG A"`, `organizations[0].id: "ORG A" must be`},
		{"cluster without a status", `,"status":"inactive"`, ``, `organizations[0].clusters[1].status: "" must be active or inactive`},
		{"no organization", goodConfig, `{}`, `organizations: there must be at least one`},
		{"not JSON", goodConfig, `organizations:`, `not valid JSON`},
		{"empty", goodConfig, ``, `the JSON value does not end`},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Contains(t, goodConfig, test.old)
			_, err := parseConfig([]byte(strings.Replace(goodConfig, test.old, test.new, 1)))
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "tok-", "a message must not repeat a token")
		})
	}
}

func TestConfigNamesEveryFaultAtOnce(t *testing.T) {
	_, err := parseConfig([]byte(`{"organizations":[{"id":"o","members":[{"id":"m"},{"id":"m"}]}]}`))
	require.ErrorContains(t, err, "members[0].token")
	require.ErrorContains(t, err, "members[1].token")
	require.ErrorContains(t, err, "members[1].id")
}

func TestConfigFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "organizations.json")
	_, err := loadConfig(path)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte(goodConfig), 0o600))
	_, err = loadConfig(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte(`{"organisations":[]}`), 0o600))
	_, err = loadConfig(path)
	require.ErrorContains(t, err, path)
}
