package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/sqlite"
)

// What a child process is told by its environment: its work, and for some of
// that how its jobs are named, how many it writes, and how soon it dies.
const (
	childWork   = "JOBLEDGER_TEST_CHILD_WORK"
	childFile   = "JOBLEDGER_TEST_CHILD_FILE"
	childPrefix = "JOBLEDGER_TEST_CHILD_PREFIX"
	childJobs   = "JOBLEDGER_TEST_CHILD_JOBS"
	childDies   = "JOBLEDGER_TEST_CHILD_DIES"
)

// The works of a child process.
const (
	writeUntilKilled = "write until killed"
	writeSome        = "write some"
	dieOpening       = "die opening"
)

// childWriters write at the same time in one child process.
const childWriters = 4

// newChild is this program once more, for one work. What it complains of is
// collected.
func newChild(work, path string, more ...string) (child *exec.Cmd, complaint *strings.Builder) {
	child, complaint = exec.Command(os.Args[0]), new(strings.Builder)
	child.Env = append(os.Environ(), childWork+"="+work, childFile+"="+path)
	child.Env = append(child.Env, more...)
	child.Stderr = complaint
	return child, complaint
}

// runChild does the work of a child process, and returns its exit code.
func runChild(work string) int {
	dies, limit := numberOf(childDies, 0), numberOf(childJobs, 100_000)
	if work == dieOpening {
		dieAt(int64(dies))
	}
	store, err := sqlite.Open(context.Background(), os.Getenv(childFile), nil)
	if err == nil && work != dieOpening {
		err = writeChains(store, os.Getenv(childPrefix), limit)
	}
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// writeChains has each writer make chains for so many jobs.
func writeChains(store storage.Store, prefix string, limit int) error {
	failures := make([]error, childWriters)
	together(childWriters, func(worker int) {
		for n := 0; n < limit && failures[worker] == nil; n++ {
			ref := storage.JobRef{OrganizationID: "org", JobID: fmt.Sprintf("%s-%d-%d", prefix, worker, n)}
			failures[worker] = writeChain(store, ref)
		}
	})
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// dieAt kills this process in place of its n-th write or sync.
func dieAt(n int64) {
	var done int64
	theDisk.install()
	theDisk.onEach(func() int32 {
		if done++; done == n {
			self, _ := os.FindProcess(os.Getpid())
			_ = self.Kill()
			select {} // it takes a moment
		}
		return 0
	})
}

// numberOf reads a number from the environment.
func numberOf(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}
