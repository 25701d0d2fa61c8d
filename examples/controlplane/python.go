package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/examples/controlplane/internal/child"
	"github.com/jobledger/jobledger/examples/controlplane/internal/contain"
	"github.com/jobledger/jobledger/examples/controlplane/internal/fault"
	"github.com/jobledger/jobledger/jobs"
)

// pythonTask holds what this program uses of the member python of a job's config.
type pythonTask struct {
	Source          string            `json:"source"`
	PackageName     string            `json:"packageName"`
	Parameters      [][]string        `json:"parameters"`
	NamedParameters map[string]string `json:"namedParameters"`
}

const (
	// maxStdout is the most bytes that a Python job may print to standard output.
	maxStdout = 64 << 20
	// keptStderr is how many bytes from the end of standard error are reported. A
	// status message holds 4 KiB.
	keptStderr = 4<<10 - 128
	// noFolder is what members read when there is no folder to run in.
	noFolder = "the control plane could not make a folder for the program; its log says why"
)

var errTooMuchOutput = fmt.Errorf("printed more than %d MiB", maxStdout>>20)

// runPython executes a Python job in a folder of its own, and removes the folder
// afterwards. What the job prints is the run's output, also when the job fails.
//
// It is no sandbox: the job has the rights of this process, so it runs only with
// -allow-python. The job does not get the environment and the input of this process.
// The processes that it started end with it; package contain says on which systems.
func (r *runner) runPython(ctx context.Context, run jobs.RunRef, t *pythonTask, parameters map[string]string) (_ *output, err error) {
	switch {
	case !r.settings.python:
		return nil, errors.New("this control plane runs no Python: start it with -allow-python if those who may edit jobs are trusted with its machine")
	case t.Source == "":
		return nil, fmt.Errorf("this control plane runs no packages, such as %q: give the job a config.python.source", t.PackageName)
	}
	interpreter, err := exec.LookPath("python3")
	if err != nil {
		return nil, errors.New("there is no python3 on the PATH of the control plane")
	}
	dir, err := os.MkdirTemp("", "jobledger-python-")
	if err != nil {
		return nil, fault.New(noFolder, err)
	}
	defer func() {
		err = errors.Join(err, fault.New("the control plane could not remove what the program left; its log says why", os.RemoveAll(dir)))
	}()
	script := filepath.Join(dir, "job.py")
	if err := os.WriteFile(script, []byte(t.Source), 0o600); err != nil {
		return nil, fault.New(noFolder, err)
	}
	file, err := r.results.create(run, ".out")
	if err != nil {
		return nil, fault.New(noResults, err)
	}
	defer file.discard()
	runErr := runProgram(ctx, dir, append([]string{interpreter, "-I", "-X", "utf8", script}, t.arguments(parameters)...), file)
	path, err := file.commit()
	if err != nil {
		return nil, errors.Join(runErr, fault.New(noResults, err))
	}
	return &output{OutputPath: path}, runErr
}

// arguments returns the command line of a job: its parameters, then its named
// parameters as options. A parameter of the run replaces the named one.
func (t *pythonTask) arguments(ofRun map[string]string) []string {
	arguments := slices.Concat(t.Parameters...)
	named := maps.Clone(t.NamedParameters)
	if named == nil {
		named = map[string]string{}
	}
	maps.Copy(named, ofRun)
	for _, name := range slices.Sorted(maps.Keys(named)) {
		arguments = append(arguments, "--"+name+"="+named[name])
	}
	return arguments
}

// runProgram runs a program in a folder. It stops the program and all processes that
// the program started when ctx ends or when the program prints too much. When the
// program ends by itself, it stops the processes that are left.
func runProgram(ctx context.Context, dir string, args []string, stdout io.Writer) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var stderr tail
	err := contain.Run(ctx, contain.Program{
		Args:   args,
		Dir:    dir,
		Env:    child.Environment(dir),
		Stdout: &bounded{w: stdout, left: maxStdout, full: func() { cancel(errTooMuchOutput) }},
		Stderr: &stderr,
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if failure, ok := errors.AsType[*exec.ExitError](err); ok {
		err = exitError(failure.ExitCode())
	} else {
		err = fault.New("the control plane could not execute the program; its log says why", err)
	}
	if said := stderr.String(); err != nil && said != "" {
		return fmt.Errorf("%w: %s", err, said)
	}
	return err
}

// exitError says how a program ended. Above 128, as in shells, a signal ended it.
func exitError(code int) error {
	if code > 128 {
		return fmt.Errorf("signal %d", code-128)
	}
	return fmt.Errorf("exit status %d", code)
}

// bounded passes on a bounded number of bytes. When more come, it calls full.
type bounded struct {
	w    io.Writer
	left int
	full func()
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(p) > b.left {
		b.full()
		return 0, errTooMuchOutput
	}
	b.left -= len(p)
	return b.w.Write(p)
}

// tail keeps the end of what is written.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p[max(0, len(p)-keptStderr):]...)
	t.kept = slices.Delete(t.kept, 0, max(0, len(t.kept)-keptStderr))
	return len(p), nil
}

func (t *tail) String() string {
	return strings.TrimSpace(strings.ToValidUTF8(string(t.kept), "?"))
}
