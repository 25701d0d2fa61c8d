package httpadapter_test

import (
	"net/http"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/stretchr/testify/require"
)

// mounts are ways to mount the handler, each with where it then is.
var mounts = []struct {
	name, base string
	opts       *httpadapter.Options
	on         func(http.Handler) http.Handler
}{
	{"alone", "", nil, func(h http.Handler) http.Handler { return h }},
	{"ServeMux at the root", "", nil, func(h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", h)
		return mux
	}},
	{"ServeMux, stripped", "/api/v1", nil, func(h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/api/v1/", http.StripPrefix("/api/v1", h))
		return mux
	}},
	{"ServeMux, whole", "/api/v1", nil, func(h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/api/v1/", h)
		return mux
	}},
	{"ServeMux, variables", "/t%20%C3%A9/v1", nil, func(h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/{tenant}/v1/{rest...}", h)
		return mux
	}},
	{"ServeMux in ServeMux, stripped", "/api/v1", nil, func(h http.Handler) http.Handler {
		inner, outer := http.NewServeMux(), http.NewServeMux()
		inner.Handle("/v1/", http.StripPrefix("/v1", h))
		outer.Handle("/api/", http.StripPrefix("/api", inner))
		return outer
	}},
	{"a route's own name as the prefix", "/workloads", nil, func(h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/workloads/", http.StripPrefix("/workloads", h))
		return mux
	}},
	{"chi, at the root", "", nil, func(h http.Handler) http.Handler {
		r := chi.NewRouter()
		r.Mount("/", h)
		return r
	}},
	{"chi", "/api/v1", nil, func(h http.Handler) http.Handler {
		r := chi.NewRouter()
		r.Mount("/api/v1", h)
		return r
	}},
	{"chi, stripped", "/api/v1", nil, func(h http.Handler) http.Handler {
		r := chi.NewRouter()
		r.Mount("/api/v1", http.StripPrefix("/api/v1", h))
		return r
	}},
	{"chi, nested, variables", "/api/acme/v1", nil, func(h http.Handler) http.Handler {
		r := chi.NewRouter()
		r.Route("/api", func(r chi.Router) {
			r.Route("/{tenant}", func(r chi.Router) { r.Mount("/v1", h) })
		})
		return r
	}},
	{"chi below a stripping ServeMux", "/outer/api", nil, func(h http.Handler) http.Handler {
		r := chi.NewRouter()
		r.Mount("/api", h)
		mux := http.NewServeMux()
		mux.Handle("/outer/", http.StripPrefix("/outer", r))
		return mux
	}},
	{"any mux, with the prefix given", "/api/v1", &httpadapter.Options{Prefix: "api/v1/"}, func(h http.Handler) http.Handler { return h }},
	{"stripped, with the prefix given", "/api/v1", &httpadapter.Options{Prefix: "/api/v1"}, func(h http.Handler) http.Handler {
		return http.StripPrefix("/api/v1", h)
	}},
}

// Under every mount all documented paths work, and Location leads back.
func TestMounts(t *testing.T) {
	for _, m := range mounts {
		t.Run(m.name, func(t *testing.T) {
			a := newAPI(t, memory.New(), m.opts)
			a.Handler = m.on(a.Handler)
			follow := func(w answer, want string) {
				require.Equal(t, want, w.Header().Get("Location"))
				a.do(t, request{to: "GET " + want, status: 200})
			}
			created := a.do(t, request{to: "POST " + m.base + "/workloads/jobs", body: jobBody("job"), status: 201})
			id := created.object(t)["id"].(string)
			job := m.base + "/workloads/jobs/" + id
			follow(created, job)
			follow(a.do(t, request{to: "POST " + job + "/versions", body: "{}", status: 201}), job+"/versions/2")
			follow(a.do(t, request{to: "POST " + job + "/draft?&", status: 201}), job+"/draft")
			run := a.do(t, request{to: "POST " + job + "/runs", status: 201})
			runID := run.object(t)["id"].(string)
			follow(run, job+"/runs/"+runID)
			for _, route := range httpadapter.Routes() {
				if route.Method == "GET" {
					a.do(t, request{to: "GET " + m.base + pathOf(route.Pattern, id, runID), status: 200})
				}
			}
			a.do(t, request{to: "GET " + m.base + "/workloads/jobs/a%2Fb", status: 404, code: "not_found"})
			w := a.do(t, request{to: "PUT " + m.base + "/me/jobs", status: 405})
			require.Equal(t, "GET, HEAD, OPTIONS", w.Header().Get("Allow"))
		})
	}
}

// A gateway's prefix is what clients see; a path that only looks like a
// prefixed one is not taken for one.
func TestPrefixes(t *testing.T) {
	a := newAPI(t, memory.New(), &httpadapter.Options{Prefix: "/gateway"})
	w := a.do(t, request{to: "POST /workloads/jobs", body: jobBody("job"), status: 201})
	require.Regexp(t, `^/gateway/workloads/jobs/[A-Z0-9]{10}$`, w.Header().Get("Location"))
	a.do(t, request{to: "GET /gatewayme/jobs", status: 404})
	a.do(t, request{to: "GET /other/me/jobs", status: 404})

	bare := newMemoryAPI(t)
	bare.do(t, request{to: "POST //evil.example/workloads/jobs", body: jobBody("job"), status: 404})
	r := newRequest(request{to: "POST /workloads/jobs", body: jobBody("rewritten")})
	r.RequestURI = "//evil.example/workloads/jobs"
	got := record(bare, r)
	require.Regexp(t, `^/evil.example/workloads/jobs/`, got.Header().Get("Location"))
	r = newRequest(request{to: "POST /workloads/jobs", body: jobBody("absolute")})
	r.RequestURI = "http://example.com/workloads/jobs?x=/workloads/jobs"
	require.Regexp(t, `^/workloads/jobs/`, record(bare, r).Header().Get("Location"))
	r = newRequest(request{to: "POST /workloads/jobs", body: jobBody("client made")})
	r.RequestURI = ""
	require.Regexp(t, `^/workloads/jobs/`, record(bare, r).Header().Get("Location"))
}
