package scenarios_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest/scenarios"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMemory(t *testing.T) {
	scenarios.Run(t, func(*testing.T) storage.Store { return memory.New() })
}
