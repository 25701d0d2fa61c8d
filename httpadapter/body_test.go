package httpadapter_test

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/stretchr/testify/require"
)

// counting counts what is read of a body.
type counting struct {
	io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// endless is a JSON string that does not end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// A body over the limit is refused before more than a byte too much is read,
// and unread when its length says so.
func TestBodyLimit(t *testing.T) {
	const limit = 4096
	w := newWorld(t, memory.New())
	begin := w.writing()
	a := &api{Handler: newHandler(t, httpadapter.New(w.service, bearer(directory(t)), &httpadapter.Options{MaxBodyBytes: limit}), nil)}
	fill := func(n int) string { return `{"description":"x"` + strings.Repeat(" ", n-19) + `}` }
	for _, write := range writes {
		if strings.HasSuffix(write.to, "/apply") {
			continue // is read as a stream, and has a limit of its own
		}
		req := begin(write.to)
		req.body = fill(limit)
		require.NotEqual(t, 413, a.do(t, req).Code)
		req.body, req.status, req.code = fill(limit+1), 413, "body_too_large"
		a.do(t, req)
		for _, declared := range []int64{-1, limit, limit + 1, 1 << 40} {
			r := newRequest(request{as: req.as, to: req.to, media: "application/json"})
			body := &counting{Reader: endless{}}
			r.Body, r.ContentLength = io.NopCloser(body), declared
			w := httptest.NewRecorder()
			a.ServeHTTP(w, r)
			require.Equal(t, 413, w.Code)
			require.Equal(t, "close", w.Header().Get("Connection"))
			if declared > limit {
				require.Zero(t, body.n)
			}
			require.LessOrEqual(t, body.n, int64(limit+1))
		}
	}
}

// Everything that a request costs stays within four times the limit.
func TestBodyMemory(t *testing.T) {
	const limit = 1 << 20
	a := newMemoryAPI(t)
	a.Handler = unchecked(a.Handler)
	repeat := func(before, unit, after string) string {
		return before + strings.Repeat(unit, (limit-len(before)-len(after))/len(unit)) + after
	}
	members := func() string {
		var b strings.Builder
		for i := 0; b.Len() < limit-32; i++ {
			fmt.Fprintf(&b, `"%x":0,`, i)
		}
		return `{"config":{` + b.String() + `"z":0}}`
	}
	for name, body := range map[string]string{
		"one string":    repeat(`{"description":"`, "x", `"}`),
		"escapes":       repeat(`{"description":"`, `\n`, `"}`),
		"config":        repeat(`{"config":{"sql":{"source":"`, "x", `"}}}`),
		"teams":         repeat(`{"teamIds":[""`, `,""`, `]}`),
		"dependencies":  repeat(`{"dependsOn":[{}`, `,{}`, `]}`),
		"members":       members(),
		"white space":   repeat(`{`, " ", `}`),
		"too large":     repeat(`{"description":"`, "xx", `"}`) + "xxxxxxxx",
		"not JSON":      repeat("", "\x00", ""),
		"open brackets": repeat("", "[", ""),
	} {
		for _, length := range []int64{-1, int64(len(body))} {
			r := func() *http.Request {
				r := newRequest(request{to: "POST /workloads/jobs", body: body})
				r.ContentLength = length
				return r
			}
			require.GreaterOrEqual(t, record(a, r()).Code, 400, name)
			require.LessOrEqualf(t, leastAllocated(a, r), uint64(4*limit), "%s, length %d", name, length)
		}
	}
}

// leastAllocated is what answering a request allocates, with every pool empty.
// What the runtime counts is the whole process's, so that other goroutines, and
// the race detector's pools, which lose at random what they are given, can only
// add to it: of several measurements the least is the request's own.
func leastAllocated(h http.Handler, newRequest func() *http.Request) uint64 {
	least := uint64(math.MaxUint64)
	for range 5 {
		r, w := newRequest(), httptest.NewRecorder()
		runtime.GC() // twice, since a pool's items outlive one collection
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		h.ServeHTTP(w, r)
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

// failing is a body that fails after its beginning.
type failing struct {
	io.Reader
	err error
}

func (f failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err == io.EOF {
		err = f.err
	}
	return n, err
}

func TestBrokenBodies(t *testing.T) {
	a := newMemoryAPI(t)
	for _, row := range []struct {
		err    error
		status int
	}{
		{os.ErrDeadlineExceeded, 408},
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, 408},
		{io.ErrUnexpectedEOF, 400},
		{&http.MaxBytesError{Limit: 5}, 413},
	} {
		for _, to := range []string{"POST /workloads/jobs", "POST /workloads/jobs/JOB/draft"} {
			r := newRequest(request{to: to, media: "application/json"})
			r.Body, r.ContentLength = io.NopCloser(failing{strings.NewReader("{"), row.err}), -1
			w := httptest.NewRecorder()
			a.ServeHTTP(w, r)
			require.Equal(t, row.status, w.Code)
			require.Equal(t, "close", w.Header().Get("Connection"))
			answer{w}.problem(t)
		}
	}
}

// A body that stalls is given up, and its connection freed, on many sockets at
// once: also by requests that are refused before their body is looked at.
func TestStalledBodies(t *testing.T) {
	const sockets = 200
	a := newAPI(t, memory.New(), &httpadapter.Options{BodyTimeout: 50 * time.Millisecond})
	server := httptest.NewServer(a)
	defer server.Close()
	var all sync.WaitGroup
	statuses := make([]string, sockets)
	for i := range sockets {
		all.Go(func() {
			c, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				return
			}
			defer c.Close()
			token := []string{owner, "nobody"}[i%2]
			fmt.Fprintf(c, "POST /workloads/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", token)
			r := bufio.NewReader(c)
			statuses[i], _ = r.ReadString('\n')
			_, _ = io.Copy(io.Discard, r) // until the server closes
		})
	}
	all.Wait()
	for i, status := range statuses {
		want := []string{"408 Request Timeout", "401 Unauthorized"}[i%2]
		require.Equal(t, "HTTP/1.1 "+want+"\r\n", status)
	}
}

// The bound on a body is lifted once the body is there: it does not end the
// connection, nor the request that is being worked on.
func TestBodyTimeoutIsLifted(t *testing.T) {
	a := newAPI(t, memory.New(), &httpadapter.Options{BodyTimeout: time.Minute})
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	a.ServeHTTP(w, newRequest(request{to: "POST /workloads/jobs", body: jobBody("job")}))
	require.Equal(t, 201, w.Code)
	require.Len(t, w.set, 2)
	require.False(t, w.set[0].IsZero())
	require.True(t, w.set[1].IsZero())
}

type deadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error {
	d.set = append(d.set, t)
	return nil
}

// Requests that need no body are answered with one that is not there, however
// that is said.
func TestNoBody(t *testing.T) {
	a := newMemoryAPI(t)
	server := httptest.NewServer(a)
	defer server.Close()
	for _, row := range []struct {
		body   io.Reader
		media  string
		status int
	}{
		{nil, "", 201},
		{nil, "text/plain", 201},
		{io.MultiReader(), "", 201}, // chunked, and empty
		{io.MultiReader(), "application/json", 201},
		{io.MultiReader(strings.NewReader(" \n")), "application/json", 201},
		{io.MultiReader(strings.NewReader("{}")), "application/json", 201},
		{io.MultiReader(strings.NewReader("{}")), "", 415},
		{strings.NewReader("{}"), "", 415},
	} {
		job := a.create(t, fmt.Sprintf("job %p", &row))
		r, err := http.NewRequest("POST", server.URL+"/workloads/jobs/"+job+"/draft", row.body)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+owner)
		if row.media != "" {
			r.Header.Set("Content-Type", row.media)
		}
		w, err := server.Client().Do(r)
		require.NoError(t, err)
		require.NoError(t, w.Body.Close())
		require.Equal(t, row.status, w.StatusCode)
		a.do(t, request{to: "DELETE /workloads/jobs/" + job, status: 204})
	}
}
