//go:build !linux || race

package sqlchild

// limitMemory does nothing where only SQLite itself is limited: elsewhere than on
// Linux, and under the race detector, which maps far more than the program uses.
func limitMemory(int64) error { return nil }
