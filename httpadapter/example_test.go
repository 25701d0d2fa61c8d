package httpadapter_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

// authenticate knows one token.
func authenticate(r *http.Request) (teams.Actor, error) {
	if r.Header.Get("Authorization") != "Bearer secret" {
		return teams.Actor{}, teams.ErrUnauthenticated
	}
	return teams.Actor{
		OrganizationID: "acme",
		MemberID:       "ada",
		Teams:          map[string]teams.Role{"DATA": teams.Admin},
	}, nil
}

// send sends a request with the token and returns the answer.
func send(h http.Handler, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer secret")
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// The handler is mounted under the embedder's prefix, on the embedder's mux.
func Example() {
	service := jobs.NewService(memory.New(), &jobs.Options{NewID: func() string { return "A1B2C3D4E5" }})
	mux := http.NewServeMux()
	mux.Handle("/api/v1/", http.StripPrefix("/api/v1", httpadapter.New(service, authenticate, nil)))

	created := send(mux, "POST", "/api/v1/workloads/jobs",
		`{"jobKey": "nightly", "clusterId": "MAIN", "teamIds": ["DATA"], "config": {"sql": {"source": "select 1"}}}`)
	job := created.Header().Get("Location")
	fmt.Println(created.Code, job)

	read := send(mux, "GET", job+"/teams", "")
	fmt.Println(read.Code, read.Body)
	// Output:
	// 201 /api/v1/workloads/jobs/A1B2C3D4E5
	// 200 {"total":1,"items":[{"team":{"id":"DATA","organizationId":"acme","name":"DATA","createdAt":null,"createdBy":null,"updatedAt":null,"updatedBy":null,"defaultRoleId":null},"memberCount":0}]}
}

// Two people edit what they both have read: the second is told.
func Example_ifMatch() {
	service := jobs.NewService(memory.New(), nil)
	handler := httpadapter.New(service, authenticate, nil)
	created := send(handler, "POST", "/workloads/jobs",
		`{"jobKey": "nightly", "clusterId": "MAIN", "teamIds": ["DATA"], "config": {"sql": {"source": "select 1"}}}`)
	job, tag := created.Header().Get("Location"), created.Header().Get("ETag")

	fmt.Println(send(handler, "PATCH", job, `{"description": "mine"}`, "If-Match", tag).Code)
	lost := send(handler, "PATCH", job, `{"description": "mine, too"}`, "If-Match", tag)
	fmt.Println(lost.Code, lost.Body)
	// Output:
	// 200
	// 412 {"type":"about:blank","title":"Precondition Failed","status":412,"detail":"If-Match does not match the current ETag: read again","code":"precondition_failed","message":"If-Match does not match the current ETag: read again"}
}

// An error names the fields at fault.
func ExampleNew() {
	service := jobs.NewService(memory.New(), nil)
	server := httptest.NewServer(httpadapter.New(service, authenticate, &httpadapter.Options{MaxBodyBytes: 64 << 10}))
	defer server.Close()

	r, err := http.NewRequest("GET", server.URL+"/me/jobs?limit=1000", nil)
	if err != nil {
		panic(err)
	}
	r.Header.Set("Authorization", "Bearer secret")
	w, err := server.Client().Do(r)
	if err != nil {
		panic(err)
	}
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	fmt.Println(w.Header.Get("Content-Type"), string(body), err)
	// Output:
	// application/problem+json {"type":"about:blank","title":"Bad Request","status":400,"detail":"limit must be a whole number from 0 to 100","code":"invalid","errors":[{"field":"limit","detail":"must be a whole number from 0 to 100"}],"message":"limit must be a whole number from 0 to 100"} <nil>
}

// The description of what a handler answers says whose each route is.
func ExampleOpenAPI() {
	opts := &httpadapter.Options{DocumentedOnly: true}
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			Source string `json:"x-source"`
		}
	}
	if err := json.Unmarshal(httpadapter.OpenAPI("/api/v1", opts), &document); err != nil {
		fmt.Println(err)
		return
	}
	_, hasTicks := document.Paths["/workloads/jobs/{job}/ticks"]
	fmt.Println(document.OpenAPI, document.Paths["/me/jobs"]["get"].Source, hasTicks)
	// Output: 3.1.0 documented false
}
