//go:build !linux

package sqlchild

// limitMemory does nothing where only SQLite itself is limited.
func limitMemory(int64) error { return nil }
