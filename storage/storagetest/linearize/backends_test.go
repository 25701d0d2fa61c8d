package linearize_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jobledger/jobledger/internal/redistest"
	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/redis"
	"github.com/jobledger/jobledger/storage/sqlite"
	"github.com/jobledger/jobledger/storage/storagetest/linearize"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// size is the short check of every test run or, when JOBLEDGER_TORTURE is set,
// the full one.
func size() *linearize.Options {
	if !torture.On() {
		return nil
	}
	return &linearize.Options{Runs: 52, Operations: 2000, Clients: 8}
}

func TestMemory(t *testing.T) {
	linearize.Run(t, func(*testing.T) storage.Store { return memory.New() }, size())
}

func TestSQLite(t *testing.T) {
	linearize.Run(t, func(t *testing.T) storage.Store {
		store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "jobs.db"), nil)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		return store
	}, size())
}

func TestRedis(t *testing.T) {
	client := redistest.Start(t).Client(t)
	linearize.Run(t, func(t *testing.T) storage.Store {
		store, err := redis.New(t.Context(), client, &redis.Options{Prefix: strings.ReplaceAll(t.Name(), "{", "(")})
		require.NoError(t, err)
		return store
	}, size())
}
