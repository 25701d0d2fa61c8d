package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/teams"
)

func TestAuthenticate(t *testing.T) {
	c, err := parseConfig([]byte(goodConfig))
	require.NoError(t, err)
	for _, test := range []struct {
		name   string
		header []string
		member string // empty when the request is refused
	}{
		{"first token", []string{"Bearer tok-admin"}, "MEMBERAAA1"},
		{"last token", []string{"Bearer tok-nobody"}, "MEMBERAAA4"},
		{"scheme in another case", []string{"bearer tok-contrib"}, "MEMBERAAA2"},
		{"no header", nil, ""},
		{"empty header", []string{""}, ""},
		{"scheme alone", []string{"Bearer"}, ""},
		{"empty token", []string{"Bearer "}, ""},
		{"token alone", []string{"tok-admin"}, ""},
		{"another scheme", []string{"Basic tok-admin"}, ""},
		{"unknown token", []string{"Bearer tok-other"}, ""},
		{"beginning of a token", []string{"Bearer tok-adm"}, ""},
		{"token in another case", []string{"Bearer TOK-ADMIN"}, ""},
		{"more than a token", []string{"Bearer tok-admin tok-admin"}, ""},
		{"two headers", []string{"Bearer tok-admin", "Bearer tok-admin"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			actor, err := c.authenticate(&http.Request{Header: http.Header{"Authorization": test.header}})
			if test.member == "" {
				require.ErrorIs(t, err, teams.ErrUnauthenticated)
				require.Empty(t, actor)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "ORGAAAAAA1", actor.OrganizationID)
			require.Equal(t, test.member, actor.MemberID)
		})
	}
}
