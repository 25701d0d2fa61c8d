//go:build !unix

package main

import "os/exec"

// inGroup does nothing where there are no process groups: the command itself
// is killed when its context ends, and what it has started is left.
func inGroup(*exec.Cmd) (kill func()) { return func() {} }
