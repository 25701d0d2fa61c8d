// Package contain runs a program and everything that it starts, and ends all of
// it. This includes processes that have left its process group or session, and
// those that go on when the program itself has ended.
//
// On Linux, a process of ours runs between. It adopts what the program leaves
// behind (as a child subreaper, see prctl(2)), and kills it. On other systems
// only the program itself is ended. This is no sandbox: a program that runs as
// a user who may kill this process is not contained.
package contain

import (
	"context"
	"io"
	"os"

	"github.com/jobledger/jobledger/examples/controlplane/internal/child"
)

// Part is the name of the process that runs between; see [child.Main].
const Part = "contain"

// Program is what is run.
type Program struct {
	Args   []string
	Dir    string
	Env    []string
	Stdout io.Writer
	Stderr io.Writer
}

// Run runs the program. It returns when the program and everything that it has
// started have ended. The error is that of [exec.Cmd.Wait] when the program
// fails by itself, and context.Cause of ctx when the context ended first.
func Run(ctx context.Context, p Program) error {
	process, err := child.New(ctx, Part, p.Env, p.Args...)
	if err != nil {
		return err
	}
	process.Dir, process.Stdout, process.Stderr = p.Dir, p.Stdout, p.Stderr
	err = process.Run()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// Main is the process that runs between.
func Main() int {
	stop := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // Until the leash is closed.
		close(stop)
	}()
	return supervise(os.Args[1:], stop)
}
