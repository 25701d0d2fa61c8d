package replicas_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain runs the tests, or, in a process that a test started, one replica.
func TestMain(m *testing.M) {
	if os.Getenv(childStore) != "" {
		os.Exit(runChild())
	}
	goleak.VerifyTestMain(m)
}
