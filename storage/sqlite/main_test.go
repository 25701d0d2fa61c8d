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

// figure is how often a test does what it is about: a few times in every run
// of the tests, and as often as we promise when JOBLEDGER_TORTURE is set.
func figure(short, full int) int {
	if os.Getenv("JOBLEDGER_TORTURE") != "" {
		return full
	}
	return short
}
