//go:build linux && !race

package sqlchild

import "golang.org/x/sys/unix"

// limitMemory has the system refuse this process more than so many bytes.
func limitMemory(most int64) error {
	return unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: uint64(most), Max: uint64(most)}) //nolint:gosec // is positive
}
