//go:build !unix

package redistest

import "errors"

// Stop returns an error: only Unix can stop a process.
func (s *Server) Stop() error { return errors.ErrUnsupported }

// Continue returns an error, as Stop does.
func (s *Server) Continue() error { return errors.ErrUnsupported }
