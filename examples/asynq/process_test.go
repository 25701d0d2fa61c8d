package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asProgram makes the test binary be the program, with the work of the tests.
// It names the folder in which they and the work tell each other things.
const asProgram = "ASYNQ_TEST_FOLDER"

func TestMain(m *testing.M) {
	folder := os.Getenv(asProgram)
	if folder == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr, testWork(folder))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// testWork notes that a run starts, and then does what the job's SQL says:
// "succeed", "hang" until it is stopped, "hang once" only at its first start,
// "wait" until the test lets it go on.
func testWork(folder string) Work {
	return func(ctx context.Context, task Task) (json.RawMessage, error) {
		before, err := noteStart(folder, task)
		if err != nil {
			return nil, err
		}
		var config struct{ SQL struct{ Source string } }
		if err := json.Unmarshal(task.Config, &config); err != nil {
			return nil, err
		}
		switch source := config.SQL.Source; {
		case source == "hang", source == "hang once" && before == 0:
			<-ctx.Done()
			return nil, ctx.Err()
		case source == "wait":
			if err := awaitFile(ctx, filepath.Join(folder, "go")); err != nil {
				return nil, err
			}
		}
		return echo(ctx, task)
	}
}

// noteStart notes a start, and returns how many of the job there were before.
func noteStart(folder string, task Task) (before int, err error) {
	all, err := starts(folder)
	if err != nil {
		return 0, err
	}
	for _, s := range all {
		if s.jobID == task.JobID {
			before++
		}
	}
	f, err := os.OpenFile(filepath.Join(folder, "starts"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	_, err = fmt.Fprintln(f, task.JobID, task.RunID, os.Getpid())
	return before, errors.Join(err, f.Close())
}

// aStart is one start of a run in a worker.
type aStart struct {
	jobID, runID string
	pid          int
}

func starts(folder string) ([]aStart, error) {
	text, err := os.ReadFile(filepath.Join(folder, "starts"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var all []aStart
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			return nil, fmt.Errorf("a line of starts is %q", line)
		}
		pid, _ := strconv.Atoi(fields[2])
		all = append(all, aStart{fields[0], fields[1], pid})
	}
	return all, err
}

func awaitFile(ctx context.Context, path string) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// process is the program in a process of its own.
type process struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	// said is the first line that it printed.
	said   string
	exited chan struct{}
}

// start runs the program, and waits for its first line.
func start(t *testing.T, folder string, args ...string) *process {
	t.Helper()
	binary, err := os.Executable()
	require.NoError(t, err)
	p := &process{cmd: exec.Command(binary, args...), exited: make(chan struct{})}
	p.cmd.Dir = folder
	p.cmd.Env = append(os.Environ(), asProgram+"="+folder)
	p.cmd.Stderr = &p.stderr
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	said := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		lines.Scan()
		said <- lines.Text()
		_ = p.cmd.Wait() // how it ended is in cmd.ProcessState
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%v said:\n%s", args, p.stderr.String())
		}
	})
	p.said = <-said
	require.NotEmpty(t, p.said, "the program did not begin")
	return p
}

// kill ends the process at once, as a machine that loses power does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.exited
}

// pid is the process's ID.
func (p *process) pid() int { return p.cmd.Process.Pid }

// terminate asks the process to end.
func (p *process) terminate() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
