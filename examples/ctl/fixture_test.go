package main

import (
	"bytes"
	"maps"
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
	// answers changes what the server answers; nil for nothing.
	answers func(body []byte) []byte
}

// newShell starts a server with a service of its own.
func newShell(t *testing.T) *shell {
	t.Helper()
	return newShellOn(t, jobs.NewService(memory.New(), nil))
}

// newShellOn starts a server that knows an administrator, a viewer, and one who is
// in another team.
func newShellOn(t *testing.T, service *jobs.Service) *shell {
	t.Helper()
	actors := map[string]teams.Actor{
		"admin":  {OrganizationID: "acme", MemberID: "ada", AllTeams: teams.Admin},
		"viewer": {OrganizationID: "acme", MemberID: "vic", Teams: map[string]teams.Role{"DATA": teams.Viewer}},
		"other":  {OrganizationID: "acme", MemberID: "olu", Teams: map[string]teams.Role{"WEB": teams.Admin}},
	}
	handler := httpadapter.New(service, func(r *http.Request) (teams.Actor, error) {
		actor, ok := actors[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
		if !ok {
			return actor, teams.ErrUnauthenticated
		}
		return actor, nil
	}, nil)
	s := &shell{t: t}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.answers == nil {
			handler.ServeHTTP(w, r)
			return
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, r)
		maps.Copy(w.Header(), recorder.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(s.answers(recorder.Body.Bytes()))
	}))
	t.Cleanup(server.Close)
	s.env = map[string]string{"JOBLEDGER_SERVER": server.URL, "JOBLEDGER_TOKEN": "admin"}
	return s
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
