package httpadapter_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/stretchr/testify/require"
)

// The floors are run beside what is measured, in turns and in one process;
// what counts is the ratio: how many times the floor's rate ours is.
const (
	getRatio  = "x-static"
	pageRatio = "x-encoded"
	postRatio = "x-insert"
)

// connections is how many clients ask at the same time over loopback.
const connections = 16

// benchConfig makes a job of about 1.5 KB.
func benchConfig() string {
	return `{"sql":{"source":"` + strings.Repeat("select * from t where a > 1 ", 30) + `"},"lakesail":{"executionMode":"standalone","note":"` + strings.Repeat("n", 200) + `"}}`
}

// benchAPI is an API with 100 jobs, and the path of one of them.
func benchAPI(b *testing.B) (a *api, job string) {
	a = newAPI(b, memory.New(), &httpadapter.Options{DocumentedOnly: true}) // which is what the floors answer
	for i := range 100 {
		body := strings.Replace(jobBody(fmt.Sprintf("job-%03d", i)), `{"sql":{"source":"select 1"}}`, benchConfig(), 1)
		id := a.do(b, request{to: "POST /workloads/jobs", body: body, status: 201}).object(b)["id"].(string)
		job = "/workloads/jobs/" + id
	}
	return a, job
}

// static answers the same bytes always, with the headers that ours has.
func static(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Content-Length", strconv.Itoa(len(body)))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("ETag", `"1"`)
		_, _ = w.Write(body)
	})
}

// encoded answers from the same store as ours, but encodes values afresh with
// encoding/json; configs are passed through as they are kept.
func encoded(b *testing.B, a *api) http.Handler {
	authenticate := bearer(directory(b))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, err := authenticate(r)
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		list, err := a.service.ListJobs(r.Context(), actor, jobs.JobQuery{})
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		page := afresh(list, actor.OrganizationID)
		body, err := json.Marshal(page)
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
}

// BenchmarkGet is a read of one job beside the same bytes, always.
func BenchmarkGet(b *testing.B) {
	a, job := benchAPI(b)
	body := a.do(b, request{to: "GET " + job, status: 200}).Body.Bytes()
	b.Logf("answer of %d bytes", len(body))
	get := gets(job)
	inTurns(b, overLoopback(b, a, get), overLoopback(b, static(bytes.Clone(body)), get), getRatio)
}

// BenchmarkPage is a page of 100 jobs beside one of the same jobs, read from the
// same store, that is encoded afresh: by the handlers alone, and over loopback.
func BenchmarkPage(b *testing.B) {
	const path = "/workloads/jobs"
	a, _ := benchAPI(b)
	floor := encoded(b, a)
	r := newRequest(request{to: "GET " + path})
	require.JSONEq(b, record(floor, r).Body.String(), record(a, r).Body.String())
	b.Run("handler", func(b *testing.B) {
		call := func(h http.Handler) func(n int) {
			return func(n int) {
				w := &discard{header: make(http.Header)}
				for range n {
					clear(w.header)
					h.ServeHTTP(w, r)
				}
			}
		}
		inTurns(b, call(a), call(floor), pageRatio)
	})
	b.Run("loopback", func(b *testing.B) {
		inTurns(b, overLoopback(b, a, gets(path)), overLoopback(b, floor, gets(path)), pageRatio)
	})
}

// gets returns what makes requests for a path.
func gets(path string) func() []byte {
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + owner + "\r\n\r\n")
	return func() []byte { return request }
}

// inTurns measures b.N calls of each in slices, so that what else the machine
// does falls on both.
func inTurns(b *testing.B, ours, floor func(n int), unit string) {
	const slices = 20
	ours(1)
	floor(1)
	var spent, floorSpent time.Duration
	b.ReportAllocs()
	b.ResetTimer()
	for left, n := b.N, max(b.N/slices, 1); left > 0; left -= n {
		n = min(n, left)
		begin := time.Now()
		ours(n)
		spent += time.Since(begin)
		b.StopTimer()
		begin = time.Now()
		floor(n)
		floorSpent += time.Since(begin)
		b.StartTimer()
	}
	b.ReportMetric(float64(floorSpent)/float64(spent), unit)
	b.ReportMetric(float64(b.N)/spent.Seconds(), "req/s")
}

// discard is a response that is thrown away.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

// overLoopback returns what makes n requests over parallel connections that
// stay open. The client is as thin as it can be: it must not be what is
// measured. All requests are answered in as many bytes.
func overLoopback(b *testing.B, h http.Handler, request func() []byte) func(n int) {
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	size := answerSize(b, server.Listener.Addr().String(), request())
	clients := make([]net.Conn, connections)
	for i := range clients {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		require.NoError(b, err)
		b.Cleanup(func() { c.Close() })
		clients[i] = c
	}
	return func(n int) {
		done := make(chan error)
		for i, c := range clients {
			share := n / connections
			if i < n%connections {
				share++
			}
			go func() { done <- ask(c, request, size, share) }()
		}
		for range clients {
			require.NoError(b, <-done)
		}
	}
}

// ask makes n requests, each answered with size bytes.
func ask(c net.Conn, request func() []byte, size, n int) error {
	answer := make([]byte, size)
	for range n {
		if _, err := c.Write(request()); err != nil {
			return err
		}
		if _, err := io.ReadFull(c, answer); err != nil {
			return err
		}
	}
	return nil
}

// answerSize is how long an answer is, head and all: it is always the same.
func answerSize(b *testing.B, addr string, request []byte) int {
	c, err := net.Dial("tcp", addr)
	require.NoError(b, err)
	defer c.Close()
	_, err = c.Write(bytes.Replace(request, []byte("\r\n\r\n"), []byte("\r\nConnection: close\r\n\r\n"), 1))
	require.NoError(b, err)
	answer, err := io.ReadAll(c)
	require.NoError(b, err)
	require.Regexp(b, "^HTTP/1.1 20[01] ", string(answer))
	return len(answer) - len("Connection: close\r\n")
}
