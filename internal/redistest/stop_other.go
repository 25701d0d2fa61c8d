//go:build !unix

package redistest

import "errors"

// Stop has the process hold still, which only Unix can do.
func (s *Server) Stop() error { return errors.ErrUnsupported }

// Continue ends what Stop began.
func (s *Server) Continue() error { return errors.ErrUnsupported }
