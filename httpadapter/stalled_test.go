package httpadapter_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage/memory"
)

// pipes is a listener whose connections hold nothing: what is written waits
// until it is read.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// dial connects to the server.
func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.conns <- server
	return client
}

// Clients that begin to read a list and then do not go on cost little each,
// wherever they stop and however long the list is. With JOBLEDGER_TORTURE=1 there
// are 200 of them, and a list of 25 MiB.
func TestClientsThatDoNotRead(t *testing.T) {
	const most = 4 << 20
	clients, books := int64(8), 32
	if torture.On() {
		clients, books = 200, 100
	}
	w := newLibrary(t, memory.New(), books)
	listener := newPipes()
	server := &http.Server{Handler: unchecked(w.Handler)}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	for quarters := range 4 {
		taken := int64(quarters*books*(255<<10)/4 + 1)
		before := liveBytes()
		for range clients {
			c := listener.dial()
			defer c.Close()
			fmt.Fprintf(c, "GET /me/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", owner)
			_, err := io.CopyN(io.Discard, c, taken)
			require.NoError(t, err)
		}
		each := (liveBytes() - before) / clients
		t.Logf("%d KiB for each of %d clients that took %d MiB", each>>10, clients, taken>>20)
		require.LessOrEqual(t, each, int64(most))
	}
}

// liveBytes is what the heap holds that somebody still needs.
func liveBytes() int64 {
	runtime.GC() // twice, since a pool's items outlive one collection
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A client that does not take its answer is left, and its connection freed, on
// many sockets at once.
func TestStalledReaders(t *testing.T) {
	const sockets = 200
	w := newLibrary(t, memory.New(), 8)
	h := httpadapter.New(w.service, bearer(directory(t)), &httpadapter.Options{WriteTimeout: 50 * time.Millisecond})
	server := httptest.NewUnstartedServer(h)
	var open sync.WaitGroup
	open.Add(sockets)
	server.Config.ConnState = func(c net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			_ = c.(*net.TCPConn).SetWriteBuffer(4 << 10) // the system must not take it all
		case http.StateClosed:
			open.Done()
		}
	}
	server.Start()
	defer server.Close()
	for range sockets {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		require.NoError(t, err)
		defer c.Close()
		require.NoError(t, c.(*net.TCPConn).SetReadBuffer(4<<10))
		fmt.Fprintf(c, "GET /me/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", owner)
	}
	freed := make(chan struct{})
	go func() { open.Wait(); close(freed) }()
	select {
	case <-freed:
	case <-time.After(30 * time.Second):
		t.Fatal("connections are held by clients that do not read")
	}
}

// The time to take an answer is lifted once it is taken: it is not about the
// next request on the connection. A short answer has none.
func TestWriteTimeoutIsLifted(t *testing.T) {
	w := newLibrary(t, memory.New(), 3)
	for limit, set := range map[string]bool{"0": false, "1": true, "3": true} {
		d := &writeDeadlines{ResponseRecorder: httptest.NewRecorder()}
		w.ServeHTTP(d, newRequest(request{to: "GET /me/jobs?limit=" + limit}))
		require.Equal(t, http.StatusOK, d.Code)
		require.Equal(t, set, len(d.set) > 0)
		if set {
			require.True(t, d.set[len(d.set)-1].IsZero())
			require.GreaterOrEqual(t, len(d.set), d.Body.Len()/(64<<10))
		}
	}
}

type writeDeadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *writeDeadlines) SetWriteDeadline(t time.Time) error {
	d.set = append(d.set, t)
	return nil
}
