package storage

import "errors"

// The errors of a [Store]. A store that cannot answer for any other reason
// returns an error that is none of these, and has then written nothing.
var (
	// ErrStale means that a guard of the change does not hold. Nothing was
	// written; read again and decide anew.
	ErrStale = errors.New("storage: decided on a state that has changed since")
	// ErrOutcomeUnknown means that the change may or may not have been made.
	// Committing the same change again tells; see [Store.Commit].
	ErrOutcomeUnknown = errors.New("storage: unknown whether the change was made")
	// ErrNotFound means that there is no such record.
	ErrNotFound = errors.New("storage: not found")
	// ErrInvalid means that the change or the query is wrong in itself, whatever
	// is stored: a bug in the caller. Nothing was written, and trying again
	// does not help.
	ErrInvalid = errors.New("storage: invalid request")
	// ErrOutdated means that a newer version of the store's package has
	// changed the layout of what is stored. Nothing was written. The process
	// must be upgraded.
	ErrOutdated = errors.New("storage: the stored data belongs to a newer version")
)
