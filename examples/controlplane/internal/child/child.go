// Package child runs parts of a program in processes of their own. The program
// starts itself again, and an environment variable says which part to run. Such
// a process can be killed at any time, whatever it is doing.
package child

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// variable is the environment variable that names the part of a process.
const variable = "JOBLEDGER_CHILD"

// Main runs the part that the environment names, and exits the process with the
// code that the part returns. When the environment names none, it returns. A
// program must call it first, and so must TestMain of a test that starts
// children.
func Main(parts map[string]func() int) {
	if part, ok := parts[os.Getenv(variable)]; ok {
		os.Exit(part())
	}
}

// grace is how long a child may take to end after it was told to.
const grace = 5 * time.Second

// Process is a child. It ends when its leash is closed, which also happens when
// the parent dies: a part reads its standard input to the end, and then ends.
type Process struct {
	*exec.Cmd
	leash io.WriteCloser
}

// New returns a part of this program that is not started yet. When ctx ends,
// the leash is closed, and some seconds later the process is killed. The
// process gets only the environment env.
func New(ctx context.Context, part string, env []string, args ...string) (*Process, error) {
	binary, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program: %w", err)
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	// Under the race detector a process sleeps for a second before it ends.
	cmd.Env = append(env, variable+"="+part, "GORACE=atexit_sleep_ms=0")
	leash, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	cmd.Cancel = leash.Close
	cmd.WaitDelay = grace
	return &Process{Cmd: cmd, leash: leash}, nil
}

// Kill ends the child at once.
func (p *Process) Kill() error { return p.Process.Kill() }

// Say writes to the child's standard input, which stays open.
func (p *Process) Say(text []byte) error {
	_, err := p.leash.Write(text)
	return err
}

// Environment is what a child gets of our environment: where programs are, and
// dir in place of the home and temporary folders; "" for none.
func Environment(dir string) []string {
	env := []string{"LANG=C.UTF-8"}
	if dir != "" {
		env = append(env, "HOME="+dir, "TMPDIR="+dir, "TEMP="+dir, "TMP="+dir)
	}
	for _, name := range []string{"PATH", "SYSTEMROOT"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
