package httpadapter_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/redis"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/teams"
	"github.com/stretchr/testify/require"
)

// The IDs of the documented examples, and some more.
const (
	org     = "acme"
	foreign = "globex"
	teamA   = "A1B2C3D4E5"
	teamB   = "TEAMB"
	teamC   = "TEAMC"
	cluster = "A1B2C3D4E5"
	off     = "OFF"
)

// Who asks: the token is organization/member.
const (
	viewer      = org + "/viewer"
	contributor = org + "/contributor"
	admin       = org + "/admin"
	ungranted   = org + "/ungranted" // an admin, of another team
	owner       = org + "/owner"     // an admin of all teams
	stranger    = foreign + "/owner" // the same, of another organization
)

// stores are what every test of the contract runs on.
var stores = []struct {
	name string
	open func(*testing.T) storage.Store
}{
	{"memory", func(*testing.T) storage.Store { return memory.New() }},
	{"sqlite", func(t *testing.T) storage.Store {
		store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "jobs.db"), nil)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		return store
	}},
	{"redis", func(t *testing.T) storage.Store {
		store, err := redis.New(t.Context(), redistest.Start(t).Client(t), nil)
		require.NoError(t, err)
		return store
	}},
}

func directory(t testing.TB) *teams.Static {
	organization := func(id string) teams.Organization {
		return teams.Organization{
			ID:       id,
			Teams:    []teams.Team{{ID: teamA, Name: "Data", DefaultRoleID: "R1", CreatedAt: time.Unix(1, 0)}, {ID: teamB}, {ID: teamC}},
			Clusters: []teams.Cluster{{ID: cluster, Active: true}, {ID: off}},
			Members: []teams.Member{
				{ID: "viewer", Teams: map[string]teams.Role{teamA: teams.Viewer}},
				{ID: "contributor", Teams: map[string]teams.Role{teamA: teams.Contributor}},
				{ID: "admin", Teams: map[string]teams.Role{teamA: teams.Admin}},
				{ID: "ungranted", Teams: map[string]teams.Role{teamC: teams.Admin}},
				{ID: "owner", AllTeams: teams.Admin},
			},
		}
	}
	d, err := teams.NewStatic(organization(org), organization(foreign))
	require.NoError(t, err)
	return d
}

// bearer makes an actor of the token organization/member.
func bearer(d *teams.Static) func(*http.Request) (teams.Actor, error) {
	return func(r *http.Request) (teams.Actor, error) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		organization, member, _ := strings.Cut(token, "/")
		actor, ok := d.Actor(organization, member)
		switch {
		case token == "source-is-down":
			return actor, errors.New("marker-identity: connection refused")
		case !ok:
			return actor, teams.ErrUnauthenticated
		}
		return actor, nil
	}
}

// api is a handler under test, and what is behind it.
type api struct {
	http.Handler
	service *jobs.Service
}

func newAPI(t testing.TB, store storage.Store, opts *httpadapter.Options) *api {
	return newAPIOn(t, jobs.Options{}, store, opts)
}

func newAPIOn(t testing.TB, o jobs.Options, store storage.Store, opts *httpadapter.Options) *api {
	d := directory(t)
	o.Directory = d
	service := jobs.NewService(store, &o)
	return &api{Handler: newHandler(t, httpadapter.New(service, bearer(d), opts), opts), service: service}
}

func newMemoryAPI(t testing.TB) *api { return newAPI(t, memory.New(), nil) }

// request is one row of a table, and what is expected of the answer. A path
// begins with its method.
type request struct {
	name   string
	as     string // owner by default; "-" for nobody
	to     string
	body   string
	media  string // application/json by default; "-" for none
	header map[string]string
	// Expected: the status, and of an error the code and the fields at fault.
	status int
	code   string
	fields []string
}

// answer is what came back.
type answer struct {
	*httptest.ResponseRecorder
}

func (a *api) do(t testing.TB, req request) answer {
	t.Helper()
	r := newRequest(req)
	got := record(a, r)
	w := got.ResponseRecorder
	if req.status != 0 {
		require.Equalf(t, req.status, w.Code, "%s %s: %s", req.name, req.to, w.Body)
	}
	got.checkHeaders(t, r)
	if req.code != "" {
		p := got.problem(t)
		require.Equalf(t, req.code, p.Code, "%s %s: %s", req.name, req.to, w.Body)
		var fields []string
		for _, e := range p.Errors {
			fields = append(fields, e.Field)
		}
		if req.fields != nil {
			require.Equal(t, req.fields, fields, "%s: %s", req.name, w.Body)
		}
	}
	return got
}

// record answers a request.
func record(h http.Handler, r *http.Request) answer {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w}
}

func newRequest(req request) *http.Request {
	method, target, _ := strings.Cut(req.to, " ")
	var body io.Reader
	if req.body != "" {
		body = strings.NewReader(req.body)
	}
	r := httptest.NewRequest(method, target, body)
	switch req.as {
	case "":
		r.Header.Set("Authorization", "Bearer "+owner)
	case "-":
	default:
		r.Header.Set("Authorization", "Bearer "+req.as)
	}
	switch {
	case req.media == "" && req.body != "":
		r.Header.Set("Content-Type", "application/json")
	case req.media != "-" && req.media != "":
		r.Header.Set("Content-Type", req.media)
	}
	for name, value := range req.header {
		r.Header.Set(name, value)
	}
	return r
}

// checkHeaders checks what is true of every answer.
func (w answer) checkHeaders(t testing.TB, r *http.Request) {
	t.Helper()
	h := w.Result().Header
	require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
	require.NotEmpty(t, h.Get("Cache-Control"))
	if w.Code == http.StatusNoContent || w.Code == http.StatusNotModified {
		require.Empty(t, w.Body.Bytes())
		return
	}
	media := "application/json"
	if w.Code >= 400 {
		media = "application/problem+json"
	}
	require.Equal(t, media, h.Get("Content-Type"))
	require.NotEmpty(t, h.Get("Content-Length"))
	if r.Method == http.MethodHead {
		require.Empty(t, w.Body.Bytes())
		return
	}
	require.True(t, json.Valid(w.Body.Bytes()), w.Body.String())
	if w.Code >= 400 {
		require.Equal(t, w.Code, w.problem(t).Status)
	}
}

// internals are what no member is to read: names of packages, as errors in Go
// begin with them, and addresses.
var internals = regexp.MustCompile(`\b(jobs|storage|versions|schedule|teams|strictjson|json|jsontext|httpadapter|memory|sqlite|redis): |\d+\.\d+\.\d+\.\d+:|0x[0-9a-f]{6}`)

// problemBody is a documented error.
type problemBody struct {
	Type, Title, Detail, Code, Message string
	Status                             int
	Errors                             []struct{ Field, Detail string }
}

func (w answer) problem(t testing.TB) problemBody {
	t.Helper()
	var p problemBody
	d := json.NewDecoder(bytes.NewReader(w.Body.Bytes()))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&p), w.Body.String())
	require.Equal(t, http.StatusText(p.Status), p.Title)
	require.Equal(t, "about:blank", p.Type)
	require.NotEmpty(t, p.Detail)
	require.NotEmpty(t, p.Code)
	require.Equal(t, p.Detail, p.Message)
	require.NotRegexp(t, internals, w.Body.String())
	return p
}

// object is a JSON object.
type object = map[string]any

func (w answer) object(t testing.TB) object {
	t.Helper()
	var o object
	d := json.NewDecoder(bytes.NewReader(w.Body.Bytes()))
	d.UseNumber()
	require.NoError(t, d.Decode(&o), w.Body.String())
	return o
}

func (w answer) etag() string { return w.Header().Get("ETag") }

// create makes a job granted to teamA and teamB and returns its ID.
func (a *api) create(t testing.TB, key string) string {
	t.Helper()
	w := a.do(t, request{to: "POST /workloads/jobs", body: jobBody(key), status: 201})
	return w.object(t)["id"].(string)
}

func jobBody(key string) string {
	return `{"jobKey":"` + key + `","clusterId":"` + cluster + `","config":{"sql":{"source":"select 1"}},"teamIds":["` + teamA + `","` + teamB + `"]}`
}
