package storage

import "errors"

// The errors of a [Store]. A store that cannot answer for another reason returns
// another error, and has then written nothing.
var (
	// ErrStale means that a guard of the change does not hold. Nothing was
	// written. Read again, and decide again.
	ErrStale = errors.New("storage: decided on a state that has changed since")
	// ErrOutcomeUnknown means that the change may or may not have been made.
	// Commit the same change again to find out; see [Store.Commit].
	ErrOutcomeUnknown = errors.New("storage: unknown whether the change was made")
	// ErrNotFound means that the record does not exist.
	ErrNotFound = errors.New("storage: not found")
	// ErrInvalid means that the change or the query is wrong, whatever is
	// stored. This is a bug in the caller. Nothing was written, and trying
	// again does not help.
	ErrInvalid = errors.New("storage: invalid request")
	// ErrOutdated means that a newer version of the store's package has changed
	// the layout of the stored data. Nothing was written. Upgrade this process.
	ErrOutdated = errors.New("storage: the stored data belongs to a newer version")
)
