// Package broken makes stores with one fault each, from a correct store. Every fault
// must be caught by the cases of the suite that are named here. This shows that the
// suite can fail.
package broken

import (
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// Store is a way to break a store.
type Store struct {
	Name   string
	Breaks func(whole storage.Store) storage.Store
	// CaughtBy names the cases that must fail, as "group/name". Each of them passes
	// on the correct store.
	CaughtBy []string
}

// Stores returns all of them.
func Stores() []Store {
	return slices.Concat(writers, states, readers, pages, journals, removals, copies)
}

// Forgetful returns the stores that are correct until they are opened again, which
// Breaks does. The cases of durability catch them.
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
