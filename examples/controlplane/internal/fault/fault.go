// Package fault separates what members read about a failed run from what only
// the log says: paths, and messages of the operating system.
package fault

import "errors"

// Error is a failure of the machine, not of a job.
type Error struct {
	// Says is the text for members.
	Says string
	// Err is for the log.
	Err error
}

// New returns nil when err is nil.
func New(says string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{says, err}
}

// Error returns the text for members.
func (e *Error) Error() string { return e.Says }

// Detail returns what the log says about an error. It returns nil when that is
// the text for members.
func Detail(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Err
	}
	return nil
}
