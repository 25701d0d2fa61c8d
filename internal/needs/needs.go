// Package needs skips tests that need a program which this machine does not
// have, and says how to get it. "make test" collects what it says.
package needs

import (
	"os/exec"
	"testing"
)

// Program returns the path of a program, or skips the test.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("there is no %s: make tools, or the packages of your system", name)
	}
	return path
}
