package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/httpadapter/console"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
)

// The console stands beside the API that it is a client of.
func Example() {
	service := jobs.NewService(memory.New(), nil)
	authenticate := func(*http.Request) (teams.Actor, error) { return teams.System("acme"), nil }

	mux := http.NewServeMux()
	mux.Handle("/api/v1/", http.StripPrefix("/api/v1", httpadapter.New(service, authenticate, nil)))
	mux.Handle("/console/", console.New(&console.Options{Prefix: "/console", API: "/api/v1"}))

	for _, path := range []string{"/console/", "/console/jobs", "/api/v1/me/jobs"} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(path, w.Code, w.Header().Get("Content-Type"))
	}
	// Output:
	// /console/ 200 text/html; charset=utf-8
	// /console/jobs 200 text/html; charset=utf-8
	// /api/v1/me/jobs 200 application/json
}

// Who comes with a session of the embedder's is not asked for a token.
func ExampleNew() {
	handler := console.New(&console.Options{Prefix: "/jobs", API: "/internal/jobs/api", SignIn: console.ByEmbedder})
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/jobs/", nil))
	fmt.Println(w.Code, strings.Contains(w.Body.String(), "/internal/jobs/api"))
	fmt.Println(strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'"))
	// Output:
	// 200 true
	// true
}
