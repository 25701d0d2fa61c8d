package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage/memory"
)

// A request that is under way when the process is asked to stop is answered.
func TestServeLetsRequestsEnd(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	listener, err := listen(ctx, "-addr", "127.0.0.1:0")
	require.NoError(t, err)
	begun, release := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-release
		_, _ = io.WriteString(w, "done")
	})
	logged, log := io.Pipe()
	served, answered := make(chan error, 1), make(chan string, 1)
	go func() { served <- serve(ctx, listener, handler, slog.New(slog.NewTextHandler(log, nil))) }()
	go func() { answered <- get(t, baseURL(listener.Addr(), "/")) }()

	<-begun
	stop()
	lines := bufio.NewScanner(logged)
	require.True(t, lines.Scan())
	require.Contains(t, lines.Text(), "shutting down")
	close(release)
	require.Equal(t, "done", <-answered)
	require.True(t, lines.Scan())
	require.NoError(t, <-served)
}

// A stream of events does not keep the server from ending.
func TestServeEndsStreams(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	c, err := parseConfig([]byte(goodConfig))
	require.NoError(t, err)
	p := newPlane(memory.New(), planeOptions{config: c, logger: slog.New(slog.DiscardHandler), closing: ctx.Done(), workers: 1})
	served := make(chan error, 1)
	go func() { served <- serve(ctx, listener, p.api, slog.New(slog.DiscardHandler)) }()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, baseURL(listener.Addr(), "/me/events"), nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer tok-admin")
	r.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	stop()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, "id: 0\n\n", string(text))
	require.NoError(t, <-served)
}

// get returns the body of an answer, or what went wrong.
func get(t *testing.T, url string) string {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		return err.Error()
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

func TestBaseURLCanBePasted(t *testing.T) {
	for _, test := range []struct{ ip, want string }{
		{"127.0.0.1", "http://127.0.0.1:80/api"},
		{"0.0.0.0", "http://localhost:80/api"},
		{"::", "http://localhost:80/api"},
		{"::1", "http://[::1]:80/api"},
		{"192.0.2.7", "http://192.0.2.7:80/api"},
	} {
		require.Equal(t, test.want, baseURL(&net.TCPAddr{IP: net.ParseIP(test.ip), Port: 80}, "/api"))
	}
}

func TestTheDemoWarnsOfOtherMachines(t *testing.T) {
	for ip, warns := range map[string]bool{"127.0.0.1": false, "::1": false, "0.0.0.0": true, "192.0.2.7": true} {
		var log strings.Builder
		warnOfDemo(t.Context(), slog.New(slog.NewTextHandler(&log, nil)), &net.TCPAddr{IP: net.ParseIP(ip)})
		require.Equal(t, warns, strings.Contains(log.String(), "WARN"), ip)
	}
}

func TestMountKeepsToItsBase(t *testing.T) {
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Path", r.URL.Path) })
	for _, test := range []struct{ base, path, want string }{
		{"/api/v1", "/api/v1/me/jobs", "/me/jobs"},
		{"/api/v1", "/me/jobs", ""},
		{"", "/me/jobs", "/me/jobs"},
	} {
		w := httptest.NewRecorder()
		mount(settings{base: test.base}, api, nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, test.path, nil))
		require.Equal(t, test.want, w.Header().Get("Path"), "%q %q", test.base, test.path)
	}
}

// The document is there for everyone, and describes what is served.
func TestTheAPIIsDescribed(t *testing.T) {
	for _, documentedOnly := range []bool{false, true} {
		c, err := parseConfig([]byte(goodConfig))
		require.NoError(t, err)
		p := newPlane(memory.New(), planeOptions{config: c, logger: slog.New(slog.DiscardHandler), base: "/api/v1", documentedOnly: documentedOnly, workers: 1})
		ask := func(token, path string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, "/api/v1"+path, nil)
			r.Header.Set("Authorization", "Bearer "+token)
			w := httptest.NewRecorder()
			mount(settings{base: "/api/v1"}, p.api, p.roots).ServeHTTP(w, r)
			return w
		}
		w := ask("", "/openapi.json")
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, "application/json", w.Header().Get("Content-Type"))
		var document struct {
			Servers []struct{ URL string }
			Paths   map[string]map[string]any
		}
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &document))
		require.Equal(t, "/api/v1", document.Servers[0].URL)
		require.Equal(t, documentedOnly, document.Paths["/workloads/jobs/{job}/ticks"] == nil)

		listed := ask("tok-contrib", "/me/jobs")
		require.Equal(t, http.StatusOK, listed.Code)
		require.Equal(t, http.StatusUnauthorized, ask("", "/me/jobs").Code)
	}
}
