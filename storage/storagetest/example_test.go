package storagetest_test

import (
	"testing"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest"
)

// The author of a backend proves it in one line.
func ExampleRun() {
	_ = func(t *testing.T) { // func TestStore(t *testing.T)
		storagetest.Run(t, func(*testing.T) jobs.Store { return memory.New() })
	}
	// Output:
}

// notebook stands for a backend that keeps its data somewhere.
type notebook struct {
	jobs.Store

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
			func(t *testing.T) jobs.Store {
				return openNotebook(t, t.TempDir())
			},
			func(t *testing.T, store jobs.Store) jobs.Store {
				was := store.(*notebook)
				was.close()
				return openNotebook(t, was.path)
			})
	}
	// Output:
}
