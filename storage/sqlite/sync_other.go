//go:build !unix

package sqlite

// syncFolder does nothing: the names in a folder are durable with the file, or
// cannot be made so.
func syncFolder(string) error { return nil }
