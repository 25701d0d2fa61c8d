package main

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs/local"
)

// pythonStory has a job of a Python program, and says whether there is a
// python3 to run it.
func pythonStory(t *testing.T, source, more string) (s *World, path string, available bool) {
	t.Helper()
	s = tell(t, "memory", runSettings{longest: defaultLongest, limits: defaultLimits, python: true})
	_, err := exec.LookPath("python3")
	return s, s.create(pythonConfig(source, more), everyMinute), err == nil
}

func pythonConfig(source, more string) string {
	return strings.Replace(strings.Replace(sqlConfig(source), `"sql"`, `"python"`, 1), `}}`, more+`}}`, 1)
}

// ran runs the job on its schedule. Without python3 it checks that the run
// says so, and reports false.
func (s *World) ran(path string, available bool) (map[string]any, bool) {
	s.t.Helper()
	s.settle(path, 0)
	run := s.latest(path)
	if !available {
		require.Equal(s.t, "failed", run["status"])
		require.Equal(s.t, "there is no python3 on the PATH of the control plane", run["statusMessage"])
	}
	return run, available
}

func TestPython(t *testing.T) {
	t.Setenv("JOBLEDGER_SECRET", "x")
	s, path, available := pythonStory(t, `
import os, sys
open("scratch", "w").write("gone afterwards")
print(sys.argv[1:], sys.stdin.read(), sorted(os.listdir(".")), os.environ.get("JOBLEDGER_SECRET"), "é")
print(os.getcwd())
`, `,"parameters":[["--a","b"],["c"]],"namedParameters":{"y":"2","x":"1"}`)
	run, ok := s.ran(path, available)
	if !ok {
		return
	}
	lines := strings.Split(s.output(run), "\n")
	require.Equal(t, "['--a', 'b', 'c', '--x=1', '--y=2']  ['job.py', 'scratch'] None é", lines[0])
	require.NoDirExists(t, lines[1])
	require.Equal(t, ".out", filepath.Ext(run["results"].(map[string]any)["outputPath"].(string)))
	require.NotContains(t, run["results"], "rows")
}

func TestPythonThatFails(t *testing.T) {
	s, path, available := pythonStory(t, `
import sys
print("so far")
sys.stderr.write("x" * 100000)
raise SystemExit("the end")`, "")
	run, ok := s.ran(path, available)
	if !ok {
		return
	}
	require.Equal(t, "failed", run["status"])
	message := run["statusMessage"].(string)
	require.True(t, strings.HasPrefix(message, "exit status 1: xxx"), message)
	require.True(t, strings.HasSuffix(message, "xxxthe end"), message)
	require.Greater(t, len(message), 3900)
	require.LessOrEqual(t, len(message), 4096)
	require.FileExists(t, run["results"].(map[string]any)["outputPath"].(string))
}

func TestPythonThatPrintsTooMuch(t *testing.T) {
	s, path, available := pythonStory(t, `
while True:
    print("x" * 1000000)`, "")
	run, ok := s.ran(path, available)
	if ok {
		require.Equal(t, "failed", run["status"])
		require.Equal(t, "printed more than 64 MiB", run["statusMessage"])
	}
}

// A cancel ends the program, and what it has started.
func TestPythonIsKilledWithItsGroup(t *testing.T) {
	s, path, available := pythonStory(t, `
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
print(child.pid, flush=True)
child.wait()`, "")
	if !available {
		s.ran(path, available)
		return
	}
	run := s.begun(path)
	eventually(t, "the child runs", func() bool { return s.printed() != "" })
	child := strings.TrimSpace(s.printed())
	require.True(t, alive(t, child))
	s.expect(http.StatusOK, "tok-contrib", "POST", run+"/cancel", "")
	s.tick()
	require.ErrorIs(t, s.end(), local.ErrRunCancelled)
	require.Equal(t, "cancelled", s.ended("tok-auditor", run)["status"])
	eventually(t, "the child has ended", func() bool { return !alive(t, child) })
}

// What a program leaves running when it ends by itself is ended, too.
func TestPythonLeavesNothingRunning(t *testing.T) {
	s, path, available := pythonStory(t, `
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"]).pid)`, "")
	run, ok := s.ran(path, available)
	if !ok {
		return
	}
	child := strings.TrimSpace(s.output(run))
	eventually(t, "the child has ended", func() bool { return !alive(t, child) })
}

// printed is what the only run has printed so far.
func (s *World) printed() string {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.results, "*", ".*.tmp"))
	require.NoError(s.t, err)
	if len(files) == 0 {
		return ""
	}
	text, err := os.ReadFile(files[0])
	require.NoError(s.t, err)
	return string(text)
}

// alive reports whether a process runs. One that has ended and that nobody has
// asked about does not.
func alive(t *testing.T, pid string) bool {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ps", "-o", "stat=", "-p", pid).Output()
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		return false
	}
	require.NoError(t, err)
	return !strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
}

func TestPythonThatIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	s, path, available := pythonStory(t, `print(1)`, "")
	_, ok := s.ran(path, available)
	require.False(t, ok)
}
