package redistest

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// Proxy passes connections on to a server, and can cut or stall them.
type Proxy struct {
	// Addr is where clients connect.
	Addr string

	target   string
	listener net.Listener
	cuts     atomic.Int64
	wait     sync.WaitGroup

	mu      sync.Mutex
	open    map[net.Conn]struct{}
	closed  bool
	stalled chan struct{} // closed when the stall is over; nil without one
}

// StartProxy starts a proxy of a server. It runs until the test ends.
func StartProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &Proxy{Addr: listener.Addr().String(), target: target, listener: listener, open: map[net.Conn]struct{}{}}
	p.wait.Add(1)
	go p.accept()
	t.Cleanup(p.close)
	return p
}

// CutNext loses the next replies: the server has executed the request, and the
// connection is cut.
func (p *Proxy) CutNext(replies int) { p.cuts.Store(int64(replies)) }

// Stall stops both directions until the returned function is called.
func (p *Proxy) Stall() (end func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	over := make(chan struct{})
	p.stalled = over
	return sync.OnceFunc(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.stalled == over {
			p.stalled = nil
		}
		close(over)
	})
}

func (p *Proxy) accept() {
	defer p.wait.Done()
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		if !p.keep(client, server) {
			return
		}
		p.wait.Add(2)
		go p.pass(client, server, false)
		go p.pass(server, client, true)
	}
}

// keep remembers connections to close at the end.
func (p *Proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		if p.closed {
			_ = conn.Close()
		}
		p.open[conn] = struct{}{}
	}
	return !p.closed
}

// pass copies what comes from one side to the other.
func (p *Proxy) pass(from, to net.Conn, replies bool) {
	defer p.wait.Done()
	defer p.forget(from, to)
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		p.mu.Lock()
		over := p.stalled
		p.mu.Unlock()
		if over != nil {
			<-over
		}
		if replies && p.cuts.Load() > 0 && p.cuts.Add(-1) >= 0 {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (p *Proxy) forget(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		_ = conn.Close()
		delete(p.open, conn)
	}
}

func (p *Proxy) close() {
	_ = p.listener.Close()
	p.mu.Lock()
	p.closed = true
	for conn := range p.open {
		_ = conn.Close()
	}
	if p.stalled != nil {
		close(p.stalled)
		p.stalled = nil
	}
	p.mu.Unlock()
	p.wait.Wait()
}
