// Package fault tells what members read of a run that failed from what only the
// log says: paths, and the words of the operating system.
package fault

import "errors"

// Error is a failure of the machine, not of a job.
type Error struct {
	// Says is for members.
	Says string
	// Err is for the log.
	Err error
}

// New is nil without an err.
func New(says string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{says, err}
}

// Error returns what members read.
func (e *Error) Error() string { return e.Says }

// Detail is what the log says of an error; nil when that is what members read.
func Detail(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Err
	}
	return nil
}
