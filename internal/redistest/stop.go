//go:build unix

package redistest

import "syscall"

// Stop has the process hold still, as a machine does that hangs, until it is
// continued or killed.
func (s *Server) Stop() error { return s.cmd.Process.Signal(syscall.SIGSTOP) }

// Continue ends what Stop began.
func (s *Server) Continue() error { return s.cmd.Process.Signal(syscall.SIGCONT) }
