package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/needs"
)

// step is a command of the tour and what it prints.
type step struct {
	command string
	want    []string
}

// steps are the commands in the console blocks of a page: a line with "$ " begins
// one, lines with "> " go on with it.
func steps(t *testing.T, page string) []step {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	var all []step
	inBlock := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		command, begins := strings.CutPrefix(line, "$ ")
		more, goesOn := strings.CutPrefix(line, "> ")
		switch {
		case strings.HasPrefix(line, "```"):
			inBlock = line == "```console"
		case !inBlock:
		case begins:
			all = append(all, step{command: command})
		case goesOn && len(all[len(all)-1].want) == 0:
			all[len(all)-1].command += "\n" + more
		default:
			all[len(all)-1].want = append(all[len(all)-1].want, line)
		}
	}
	return all
}

// tour is the terminal of who follows the page.
type tour struct {
	t   *testing.T
	dir string
	env []string
}

// TestTour runs the commands of docs/tour.md against the real control plane.
func TestTour(t *testing.T) {
	needs.Program(t, "bash")
	tour := &tour{t: t, dir: t.TempDir(), env: append(os.Environ(), "TZ=UTC", "NO_COLOR=1")}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	for _, s := range steps(t, filepath.Join(root, "docs", "tour.md")) {
		t.Logf("$ %s", s.command)
		switch {
		case strings.HasPrefix(s.command, "go build"):
			for _, program := range []string{"controlplane", "ctl"} {
				tour.run(filepath.Join(root, "examples", program), "go build -o "+filepath.Join(tour.dir, "bin", program)+" .")
			}
		case strings.HasSuffix(s.command, " &"):
			tour.serve(strings.TrimSuffix(s.command, " &"))
		case strings.HasPrefix(s.command, "export "):
			name, value, _ := strings.Cut(strings.TrimPrefix(s.command, "export "), "=")
			tour.env = append(tour.env, name+"="+strings.NewReplacer("$PWD", tour.dir, "$PATH", os.Getenv("PATH")).Replace(value))
		case strings.Contains(s.command, "--follow"):
			tour.follow(s)
		default:
			got := tour.run(tour.dir, s.command)
			require.Regexp(t, pattern(s.want), got, s.command)
		}
	}
}

// pattern matches lines in which … stands for anything, and a line of it for any
// number of lines. How wide a column is does not count.
func pattern(lines []string) *regexp.Regexp {
	text := "^"
	for _, line := range lines {
		if line == "…" {
			text += `(?:.*\n)*?`
			continue
		}
		quoted := strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*")
		text += regexp.MustCompile(` {2,}`).ReplaceAllString(quoted, " +") + `\n`
	}
	return regexp.MustCompile(text + "$")
}

func (r *tour) command(ctx context.Context, dir, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "bash", "-c", line)
	cmd.Dir, cmd.Env = dir, r.env
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// run runs a command, and returns what it prints. Its exit code is its own matter:
// what it prints is compared.
func (r *tour) run(dir, line string) string {
	r.t.Helper()
	cmd := r.command(r.t.Context(), dir, line)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	_ = cmd.Run()
	require.NoError(r.t, r.t.Context().Err())
	return out.String()
}

// serve starts the control plane on a free port, and ends it with the test. It is
// ready when it has told of the demo, which it makes first.
func (r *tour) serve(line string) {
	r.t.Helper()
	cmd := r.command(r.t.Context(), r.dir, "exec "+line+" -addr 127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	require.NoError(r.t, err)
	cmd.Stderr = r.t.Output()
	require.NoError(r.t, cmd.Start())
	r.t.Cleanup(func() { _ = cmd.Wait() })
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/api/v1`)
	isReady := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		isReady = isReady || strings.Contains(lines.Text(), "demo-admin")
		if url := address.FindString(lines.Text()); isReady && url != "" {
			r.env = append(r.env, "JOBLEDGER_SERVER="+url)
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return
		}
	}
	r.t.Fatal("the control plane printed no address")
}

// follow reads what a command prints until that is what is wanted, and interrupts
// it: then it ends well.
func (r *tour) follow(s step) {
	r.t.Helper()
	ctx, interrupt := context.WithCancel(r.t.Context())
	defer interrupt()
	cmd := r.command(ctx, r.dir, "exec "+s.command)
	out, err := cmd.StdoutPipe()
	require.NoError(r.t, err)
	cmd.Stderr = r.t.Output()
	require.NoError(r.t, cmd.Start())
	want, got := pattern(s.want), ""
	for lines := bufio.NewScanner(out); !want.MatchString(got) && lines.Scan(); {
		got += lines.Text() + "\n"
	}
	require.Regexp(r.t, want, got)
	interrupt()
	var exit *exec.ExitError
	require.NotErrorAs(r.t, cmd.Wait(), &exit)
}
