package outages_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rounds is how often something is done: the full figure, or a part of it that
// takes a second.
func rounds(short, full int) int {
	if os.Getenv("JOBLEDGER_TORTURE") != "" {
		return full
	}
	return short
}
