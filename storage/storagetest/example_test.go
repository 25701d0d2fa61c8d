package storagetest_test

import (
	"testing"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest"
)

// The author of a backend proves it in one line.
func ExampleRun() {
	_ = func(t *testing.T) { // func TestStore(t *testing.T)
		storagetest.Run(t, func(*testing.T) storage.Store { return memory.New() })
	}
	// Output:
}

// notebook stands for a backend that keeps its data somewhere.
type notebook struct {
	storage.Store

	path string
}

func openNotebook(t *testing.T, path string) *notebook {
	s := &notebook{Store: memory.New(), path: path}
	t.Cleanup(s.close)
	return s
}

func (*notebook) close() {}

// A backend that outlives its process says how it is opened again as well.
func ExampleRunDurable() {
	_ = func(t *testing.T) { // func TestStoreIsDurable(t *testing.T)
		storagetest.RunDurable(t,
			func(t *testing.T) storage.Store {
				return openNotebook(t, t.TempDir())
			},
			func(t *testing.T, store storage.Store) storage.Store {
				was := store.(*notebook)
				was.close()
				return openNotebook(t, was.path)
			})
	}
	// Output:
}
