package sqlite_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain runs the tests, or, in a process that a test started, that
// process's work.
func TestMain(m *testing.M) {
	if work := os.Getenv(childWork); work != "" {
		os.Exit(runChild(work))
	}
	goleak.VerifyTestMain(m)
}
