package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/needs"
)

// TestTutorial runs the commands of docs/tutorial.md in one terminal, from an empty
// folder, and compares what they print.
func TestTutorial(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		needs.Program(t, tool)
	}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Symlink(root, filepath.Join(dir, "jobledger")))
	api, worker, receiver := freeAddress(t), freeAddress(t), freeAddress(t)
	t.Cleanup(func() {
		for _, address := range []string{api, worker, receiver} {
			_, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", address)
			require.Error(t, err, "a program of the tutorial goes on at %s", address)
		}
	})
	here := strings.NewReplacer("127.0.0.1:8080", api, "127.0.0.1:9000", worker, "127.0.0.1:9100", receiver)
	bash := openSession(t, dir)
	for _, s := range steps(t, filepath.Join(root, "docs", "tutorial.md")) {
		if strings.HasPrefix(s.command, "git clone ") {
			continue // the clone is this one
		}
		t.Logf("$ %s", s.command)
		if s.command == "go mod tidy" { // the versions that are tested here, not the newest
			bash.run("for r in " + required(t, filepath.Join(root, "examples", "tutorial")) + `; do go mod edit -require="$r"; done`)
		}
		got := bash.run(here.Replace(s.command))
		for i := range s.want {
			s.want[i] = here.Replace(s.want[i])
		}
		require.Regexp(t, pattern(s.want), got, s.command)
		if strings.HasPrefix(s.command, "export MEMBER_TOKEN") {
			bash.run("export JOBLEDGER_SERVER=http://" + api + "/api/v1")
		}
	}
}

// required are the modules of others that a module needs, as PATH@VERSION.
func required(t *testing.T, dir string) string {
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{if not (or .Main .Replace)}}{{.Path}}@{{.Version}}{{end}}", "all")
	list.Dir, list.Env = dir, append(os.Environ(), "GOWORK=off")
	out, err := list.Output()
	require.NoError(t, err)
	return strings.Join(strings.Fields(string(out)), " ")
}

// freeAddress is a port of this machine that nobody listens on.
func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

// session is a bash that commands are typed into.
type session struct {
	t     *testing.T
	in    io.Writer
	lines *bufio.Scanner
}

// ended stands alone on the line behind what a command printed.
const ended = "-- the command has ended --"

func openSession(t *testing.T, dir string) *session {
	// The context of the test ends before its cleanups: bash would be killed, and
	// leave what it has started.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 8*time.Minute)
	cmd := exec.CommandContext(ctx, "bash")
	cmd.Dir, cmd.Stderr = dir, t.Output()
	cmd.Env = append(os.Environ(), "TZ=UTC", "NO_COLOR=1", "GOWORK=", "GOFLAGS=")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	s := &session{t: t, in: in, lines: bufio.NewScanner(out)}
	_, err = fmt.Fprintln(in, "trap 'kill $(jobs -p); wait' EXIT")
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = in.Close() // then bash exits
		_ = cmd.Wait() // its last status says nothing
		cancel()
	})
	return s
}

// run types a command, and returns what it prints, but for what bash says of a
// process that was killed.
func (s *session) run(command string) string {
	s.t.Helper()
	_, err := fmt.Fprintf(s.in, "{ %s\n} 2>&1 </dev/null\necho '%s'\n", command, ended)
	require.NoError(s.t, err)
	said := ""
	for s.lines.Scan() {
		switch line := s.lines.Text(); {
		case line == ended:
			return said
		case !strings.Contains(line, " Killed "):
			said += line + "\n"
		}
	}
	require.Fail(s.t, "bash has ended", said)
	return ""
}
