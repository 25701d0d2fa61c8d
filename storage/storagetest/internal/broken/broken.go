// Package broken holds stores with one fault each, made of a store that is
// whole. The suite catches every one of them, by a case that is named here: that
// is how it is known that the suite can fail.
package broken

import (
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// Store is a way to break a store.
type Store struct {
	Name   string
	Breaks func(whole storage.Store) storage.Store
	// CaughtBy names the cases that see it, as "group/name". Each of them passes
	// on the store that is whole.
	CaughtBy []string
}

// Stores returns all of them.
func Stores() []Store {
	return slices.Concat(writers, states, readers, pages, journals, removals, copies)
}

// Forgetful returns the stores that are whole until they are opened again:
// Breaks opens one. They are caught by the cases of durability.
func Forgetful() []Store {
	return []Store{
		{"forgets operation IDs", twist(twisted{commit: renameOperation}), []string{
			"operation IDs are remembered",
		}},
		{"forgets the graph counter", twist(twisted{find: resetGraph}), []string{
			"revisions, the graph counter and the journal go on",
		}},
		{"forgets the journal", twist(twisted{events: renumber}), []string{
			"revisions, the graph counter and the journal go on",
		}},
		{"forgets tombstones", twist(twisted{tombstone: forgetTombstone}), []string{
			"tombstones are kept, and what is left is swept",
		}},
	}
}
