package console_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter/console"
)

func get(t *testing.T, h http.Handler, target string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return string(body)
}

var (
	baseOf   = regexp.MustCompile(`<base href="([^"]*)"`)
	scriptOf = regexp.MustCompile(`<script type="module" crossorigin src="([^"]*)"`)
)

// mounts are the ways in which an embedder mounts the console, and where a browser
// finds it.
var mounts = []struct {
	name   string
	prefix string
	mount  func(http.Handler) http.Handler
	url    string // of the console, as a browser sees it
	passes string // what the handler's mux sees before the path
}{
	{"at the root", "", func(h http.Handler) http.Handler { return h }, "/", ""},
	{"under a prefix", "/console", func(h http.Handler) http.Handler { return mux("/console/", h) }, "/console/", "/console"},
	{"under a deep prefix", "a/b/console/", func(h http.Handler) http.Handler { return mux("/a/b/console/", h) }, "/a/b/console/", "/a/b/console"},
	{"under a prefix that is taken off", "", func(h http.Handler) http.Handler {
		return mux("/console/", http.StripPrefix("/console", h))
	}, "/console/", "/console"},
	{"behind a proxy that strips", "/console", func(h http.Handler) http.Handler { return mux("/console/", h) }, "/tools/console/", "/console"},
}

func mux(pattern string, h http.Handler) http.Handler {
	m := http.NewServeMux()
	m.Handle(pattern, h)
	return m
}

// TestReload loads the page on each of its paths, and the files that it names from
// there.
func TestReload(t *testing.T) {
	for _, m := range mounts {
		t.Run(m.name, func(t *testing.T) {
			h := m.mount(console.New(&console.Options{Prefix: m.prefix}))
			for _, path := range []string{"", "jobs", "jobs/JOB1", "jobs/JOB1/runs", "jobs/JOB1/runs/RUN1", "why", "graph"} {
				page := get(t, h, m.passes+"/"+path)
				require.Equal(t, http.StatusOK, page.StatusCode, path)
				body := text(t, page)

				seen, err := url.Parse("https://example.org" + m.url + path)
				require.NoError(t, err)
				base := seen.ResolveReference(mustParse(t, baseOf.FindStringSubmatch(body)[1]))
				require.Equal(t, m.url, base.Path, "the base of %s", path)
				script := base.ResolveReference(mustParse(t, scriptOf.FindStringSubmatch(body)[1]))
				below, inside := strings.CutPrefix(script.Path, m.url)
				require.True(t, inside)
				file := get(t, h, m.passes+"/"+below)
				require.Equal(t, http.StatusOK, file.StatusCode)
				require.Equal(t, "text/javascript; charset=utf-8", file.Header.Get("Content-Type"))
			}
		})
	}
}

func mustParse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u
}

// TestPrefixWithoutSlash leads to the console from its prefix alone.
func TestPrefixWithoutSlash(t *testing.T) {
	for target, prefix := range map[string]string{"/console": "/console", "/a/b/console": "/a/b/console"} {
		r := get(t, console.New(&console.Options{Prefix: prefix}), target)
		require.Equal(t, http.StatusMovedPermanently, r.StatusCode)
		require.Equal(t, "console/", r.Header.Get("Location"))
	}
	stripped := get(t, http.StripPrefix("/console", console.New(nil)), "/console")
	require.Equal(t, http.StatusMovedPermanently, stripped.StatusCode)
	require.Equal(t, "console/", stripped.Header.Get("Location"))
}

// TestPolicy lets the page load its own files and ask the API, and nothing else.
func TestPolicy(t *testing.T) {
	for api, connect := range map[string]string{
		"":                               "connect-src 'self'",
		"../api/v1":                      "connect-src 'self'",
		"https://api.example.org:8443/v": "connect-src 'self' https://api.example.org:8443",
	} {
		page := get(t, console.New(&console.Options{API: api}), "/")
		policy := strings.Split(page.Header.Get("Content-Security-Policy"), "; ")
		require.Contains(t, policy, connect)
		require.Subset(t, policy, []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"})
		require.NotContains(t, page.Header.Get("Content-Security-Policy"), "unsafe")
		body := text(t, page)
		require.NotRegexp(t, `<script(?:[^>]*)>[^<]`, body, "no inline script")
		require.NotContains(t, body, "style=")
	}
}

// TestOptionsAreText puts options that look like HTML into the page as the text
// that they are.
func TestOptionsAreText(t *testing.T) {
	body := text(t, get(t, console.New(&console.Options{Tokens: []console.Token{{Token: `"><script>x</script>`, Name: "'&<b>"}}}), "/"))
	require.NotContains(t, body, "<script>x")
	require.NotContains(t, body, `<b>`)
	require.Panics(t, func() { console.New(&console.Options{API: "http://[::1"}) })
}

// TestCaching keeps files for ever, as their names change with them, and asks about
// the page each time.
func TestCaching(t *testing.T) {
	h := console.New(nil)
	page := get(t, h, "/")
	require.Equal(t, "no-cache", page.Header.Get("Cache-Control"))
	require.Equal(t, http.StatusNotModified, get(t, h, "/", "If-None-Match", page.Header.Get("ETag")).StatusCode)
	script := "/" + strings.TrimPrefix(scriptOf.FindStringSubmatch(text(t, page))[1], "./")
	plain, small := get(t, h, script), get(t, h, script, "Accept-Encoding", "br, gzip")
	require.Contains(t, plain.Header.Get("Cache-Control"), "immutable")
	require.Empty(t, plain.Header.Get("Content-Encoding"))
	require.Equal(t, "gzip", small.Header.Get("Content-Encoding"))
	require.Less(t, len(text(t, small)), len(text(t, plain))/2)
	require.Empty(t, get(t, h, script, "Accept-Encoding", "gzip;q=0").Header.Get("Content-Encoding"))
	require.Equal(t, http.StatusNotFound, get(t, h, "/assets/old-12345678.js").StatusCode, "an older page's file is no page")
}

// TestMethods answers reads alone.
func TestMethods(t *testing.T) {
	w := httptest.NewRecorder()
	console.New(nil).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil))
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
	require.Equal(t, "GET, HEAD", w.Header().Get("Allow"))
	w = httptest.NewRecorder()
	console.New(nil).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodHead, "/jobs", nil))
	require.Equal(t, http.StatusOK, w.Code)
	require.Zero(t, w.Body.Len())
}
