package linearize_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest/linearize"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// size is the short check of every test run or, when JOBLEDGER_TORTURE is set,
// the full one.
func size() *linearize.Options {
	if os.Getenv("JOBLEDGER_TORTURE") == "" {
		return nil
	}
	return &linearize.Options{Runs: 52, Operations: 2000, Clients: 8}
}

func TestMemory(t *testing.T) {
	linearize.Run(t, func(*testing.T) storage.Store { return memory.New() }, size())
}
