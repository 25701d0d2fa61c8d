package redistest

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/jobledger/jobledger/internal/needs"
)

// patience is the longest wait for a server.
const patience = 30 * time.Second

// Server is a redis-server process.
type Server struct {
	// Addr is its host and port.
	Addr string

	cmd   *exec.Cmd
	ended chan struct{}
	log   string
}

// Start runs a server, and waits until it answers. Settings are lines of its
// configuration, such as "maxmemory 6mb". The server writes nothing to disk
// unless the settings say so.
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	return launch(t, nil, append([]string{`save ""`, "appendonly no"}, settings...))
}

// launch starts processes until one has got its port: another program may take
// a port that was free a moment ago.
func launch(t testing.TB, flags, settings []string) *Server {
	t.Helper()
	const program = "redis-server"
	path := needs.Program(t, program)
	for range 5 {
		s := try(t, path, flags, settings)
		if s.answers(t) {
			return s
		}
		t.Logf("no server at %s, trying again:\n%s", s.Addr, s.tail())
	}
	t.Fatalf("%s does not start", program)
	return nil
}

// try starts a process with a configuration file, on a free port.
func try(t testing.TB, path string, flags, settings []string) *Server {
	t.Helper()
	port := freePort(t)
	dir := t.TempDir()
	s := &Server{
		Addr:  net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
		ended: make(chan struct{}),
		log:   filepath.Join(dir, "log"),
	}
	config := append([]string{
		"port " + strconv.Itoa(port), "bind 127.0.0.1", "dir " + dir, "logfile " + s.log, "daemonize no",
	}, settings...)
	file := filepath.Join(dir, "redis.conf")
	must(t, os.WriteFile(file, []byte(strings.Join(config, "\n")+"\n"), 0o600))
	s.cmd = exec.Command(path, append([]string{file}, flags...)...)
	must(t, s.cmd.Start())
	go func() {
		_ = s.cmd.Wait() // it is killed, which is an error
		close(s.ended)
	}()
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Logf("the end of the log of %s:\n%s", s.Addr, s.tail())
		}
	})
	return s
}

// answers waits until this process answers. It returns false when the process
// has ended, as it does when its port was taken.
func (s *Server) answers(t testing.TB) bool {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: s.Addr, DialerRetries: 1, MaxRetries: -1})
	defer func() { _ = client.Close() }()
	self := fmt.Sprintf("process_id:%d\r", s.cmd.Process.Pid)
	alive := false
	Eventually(t, "the server answers", func(ctx context.Context) bool {
		select {
		case <-s.ended:
			return true
		default:
		}
		// The client would go on dialling for a while after it was closed.
		conn, err := net.Dial("tcp", s.Addr)
		if err != nil {
			return false
		}
		_ = conn.Close()
		info, err := client.Info(ctx, "server").Result()
		alive = err == nil && strings.Contains(info, self)
		return alive
	})
	return alive
}

// Kill ends the process at once, and waits for its end.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

// Client returns a client of this server. It is closed when the test ends.
func (s *Server) Client(t testing.TB) *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: s.Addr})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func (s *Server) port() string {
	_, port, _ := net.SplitHostPort(s.Addr)
	return port
}

func (s *Server) tail() string {
	b, err := os.ReadFile(s.log)
	if err != nil {
		return fmt.Sprint(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}

// freePort returns a port on which nobody listens now. It is low enough for a
// cluster, whose bus uses a port that is 10000 higher.
func freePort(t testing.TB) int {
	t.Helper()
	for range 200 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := listener.Addr().(*net.TCPAddr).Port
		_ = listener.Close()
		if port < 55000 {
			return port
		}
	}
	t.Fatal("there is no free port below 55000")
	return 0
}

// Eventually waits until isSo returns true. It fails the test when that takes
// too long.
func Eventually(t testing.TB, what string, isSo func(ctx context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !isSo(ctx) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("gave up after %v: %s", patience, what)
		}
	}
}
