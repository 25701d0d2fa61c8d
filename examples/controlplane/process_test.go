package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/examples/controlplane/internal/child"
	"github.com/jobledger/jobledger/internal/torture"
)

// asProgram makes the test binary be the program: what the tests drive is the
// real main, in a process of its own, built as the tests are (with -race, if so).
const asProgram = "CONTROLPLANE_TEST_MAIN"

func TestMain(m *testing.M) {
	child.Main(parts)
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// patience bounds every wait, and how long a process lives: far beyond what one
// takes. The full figures of JOBLEDGER_TORTURE take longer.
var patience = func() time.Duration {
	if torture.On() {
		return 30 * time.Minute
	}
	return time.Minute
}()

// process is the program while it runs.
type process struct {
	// client talks to what the program said that it listens on.
	client
	cmd *exec.Cmd
	// said is what it printed until jobs ran.
	said   []string
	stderr bytes.Buffer
	exited chan struct{}
}

// start runs the program on a free port, its demo without a history unless args say
// otherwise, and waits until jobs run.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	return startIn(t, t.TempDir(), args...)
}

// startIn is start in a folder that another process may have been in.
func startIn(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	p := &process{client: client{t: t}, exited: make(chan struct{})}
	p.cmd = program(ctx, dir, append([]string{"-addr", "127.0.0.1:0", "-history=false"}, args...)...)
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	listening := make(chan bool, 1)
	go func() {
		listening <- p.readUntilListening(stdout)
		_, _ = io.Copy(io.Discard, stdout)
		_ = p.cmd.Wait() // How it ended is in cmd.ProcessState.
		close(p.exited)
	}()
	t.Cleanup(func() {
		cancel()
		<-p.exited
	})
	if !<-listening {
		<-p.exited
		require.FailNow(t, "the program does not listen", p.stderr.String())
	}
	return p
}

// program is the command that runs the program with args in dir.
func program(ctx context.Context, dir string, args ...string) *exec.Cmd {
	binary, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

func (p *process) readUntilListening(stdout io.Reader) bool {
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		line := lines.Text()
		p.said = append(p.said, line)
		if rest, ok := strings.CutPrefix(line, "jobledger listens on "); ok {
			p.url, _, _ = strings.Cut(rest, ",")
		}
		if strings.HasPrefix(line, "Jobs run now") {
			return true
		}
	}
	return false
}

// signal sends a signal and waits until the process has ended.
func (p *process) signal(s os.Signal) *os.ProcessState {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(s))
	<-p.exited // Bounded by the context of the command, which kills it.
	return p.cmd.ProcessState
}

func TestShutdownIsGraceful(t *testing.T) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(s.String(), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "jobs.db")
			p := start(t, "-store", "sqlite:"+path)
			state := p.signal(s)
			require.Zero(t, state.ExitCode(), p.stderr.String())
			require.Contains(t, p.stderr.String(), "shut down")
			require.NoFileExists(t, path+"-wal", "a store that was closed leaves no log behind")
		})
	}
}

func TestWrongCommandLines(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.json")
	require.NoError(t, os.WriteFile(bad, []byte(`{"organizations":[{"id":"o","colour":1}]}`), 0o600))
	good := writeConfig(t)
	for _, test := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"unknown flag", []string{"-port", "1"}, 2, "flag provided but not defined: -port"},
		{"argument", []string{"serve"}, 2, "unexpected argument behind the flags"},
		{"unknown store", []string{"-store", "etcd:here"}, 2, "-store: no such kind of store; there are: memory | sqlite:PATH"},
		{"no path", []string{"-store", "sqlite:"}, 2, `-store "sqlite:": sqlite needs the path of a file`},
		{"memory with a path", []string{"-store", "memory:x"}, 2, `-store "memory:x": memory takes nothing`},
		{"store that cannot be opened", []string{"-store", "sqlite:no/such/folder/x.db"}, 1, `-store "sqlite:no/such/folder/x.db": `},
		{"no config file", []string{"-config", "none.json"}, 1, "-config: open none.json"},
		{"bad config file", []string{"-config", bad}, 1, "organizations[0].colour is not a known member"},
		{"bad address", []string{"-addr", "8080"}, 2, `-addr "8080": must be host:port`},
		{"bad address of metrics", []string{"-metrics", "9464"}, 2, `-metrics "9464": must be host:port`},
		{"no such port", []string{"-addr", "127.0.0.1:99999"}, 1, `-addr "127.0.0.1:99999": `},
		{"relative base", []string{"-base", "api"}, 2, `-base "api": must begin with /`},
		{"no workers", []string{"-workers", "0"}, 2, "-workers 0: must be at least 1"},
		{"writable nothing", []string{"-data-writable"}, 2, "-data-writable: needs -data"},
		{"no results", []string{"-results", ""}, 2, "-results: must name a folder"},
		{"no data", []string{"-data", "none.db"}, 1, `-data "none.db": stat none.db`},
		{"data that is no database", []string{"-data", bad}, 1, "file is not a database"},
		{"data that is a folder", []string{"-data", "."}, 1, `-data ".": is no file`},
		{"data that is the store", []string{"-store", "sqlite:x.db", "-data", "./x.db", "-config", good}, 2, "is the file that -store keeps jobs in"},
		{"redis without a host", []string{"-store", "redis:x"}, 2, "needs a host and port after //"},
		{"no such redis", []string{"-store", "redis://:s3cret@127.0.0.1:1/0"}, 1, `-store "redis://...@127.0.0.1:1/0": redis: open store: `},
		{"base with a pattern", []string{"-base", "/{x}"}, 2, `-base "/{x}": may hold only`},
		{"help", []string{"-help"}, 0, "memory | sqlite:PATH"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			args := append([]string{"-addr", "127.0.0.1:0", "-store", "memory"}, test.args...)
			cmd := program(ctx, t.TempDir(), args...)
			out, err := cmd.CombinedOutput()
			require.Equal(t, test.code, cmd.ProcessState.ExitCode(), "%v\n%s", err, out)
			require.Contains(t, string(out), test.want)
			require.NotContains(t, string(out), "s3cret")
		})
	}
}
