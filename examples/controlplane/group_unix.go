//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// inGroup has a command run in a process group of its own, of which all
// processes are killed when its context ends, and by kill, after it has ended.
func inGroup(cmd *exec.Cmd) (kill func()) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // There may be none.
}
