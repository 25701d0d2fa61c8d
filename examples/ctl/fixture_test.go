package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

// shell runs ctl against a server of the test's own.
type shell struct {
	t        *testing.T
	env      map[string]string
	terminal bool
	in       string
}

// newShell starts a server that knows an administrator, a viewer, and one who is
// in another team.
func newShell(t *testing.T) *shell {
	t.Helper()
	actors := map[string]teams.Actor{
		"admin":  {OrganizationID: "acme", MemberID: "ada", AllTeams: teams.Admin},
		"viewer": {OrganizationID: "acme", MemberID: "vic", Teams: map[string]teams.Role{"DATA": teams.Viewer}},
		"other":  {OrganizationID: "acme", MemberID: "olu", Teams: map[string]teams.Role{"WEB": teams.Admin}},
	}
	service := jobs.NewService(memory.New(), nil)
	server := httptest.NewServer(httpadapter.New(service, func(r *http.Request) (teams.Actor, error) {
		actor, ok := actors[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
		if !ok {
			return actor, teams.ErrUnauthenticated
		}
		return actor, nil
	}, nil))
	t.Cleanup(server.Close)
	return &shell{t: t, env: map[string]string{"JOBLEDGER_SERVER": server.URL, "JOBLEDGER_TOKEN": "admin"}}
}

// run runs one command line, and returns what it printed and its exit code.
func (s *shell) run(args ...string) (out, errOut string, code int) {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	a := &app{
		in: strings.NewReader(s.in), out: &stdout, errOut: &stderr, terminal: s.terminal,
		env: func(name string) string { return s.env[name] },
	}
	code = a.run(s.t.Context(), args)
	return stdout.String(), stderr.String(), code
}

// ok runs a command line that must succeed, and returns what it printed.
func (s *shell) ok(args ...string) string {
	s.t.Helper()
	out, errOut, code := s.run(args...)
	require.Zero(s.t, code, "%s\n%s", out, errOut)
	return out
}

// file writes a file, and returns its path.
func (s *shell) file(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), name)
	require.NoError(s.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// nightly is a job.
const nightly = `jobKey: nightly
clusterId: MAIN
teamIds: [DATA]
config:
  sql:
    source: select 1
cronExpression: 0 3 * * *
`
