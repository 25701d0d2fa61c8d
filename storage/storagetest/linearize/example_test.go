package linearize_test

import (
	"testing"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest/linearize"
)

// What the author of a backend writes: the short check, and the full one.
func ExampleRun() {
	_ = func(t *testing.T) { // TestLinearizable
		linearize.Run(t, func(*testing.T) storage.Store { return memory.New() }, nil)
	}
	_ = func(t *testing.T) { // TestLinearizableInFull
		linearize.Run(t, func(*testing.T) storage.Store { return memory.New() }, &linearize.Options{
			Runs: 52, Operations: 2000, Clients: 8,
		})
	}
	// Output:
}
