//go:build unix

package redistest

import "syscall"

// Stop stops the process, like a machine that hangs, until Continue or Kill.
func (s *Server) Stop() error { return s.cmd.Process.Signal(syscall.SIGSTOP) }

// Continue lets a stopped process go on.
func (s *Server) Continue() error { return s.cmd.Process.Signal(syscall.SIGCONT) }
