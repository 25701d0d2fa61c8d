//go:build !unix

package sqlite

// syncFolder does nothing: on this system, names in a folder are durable with
// the file, or cannot be made durable.
func syncFolder(string) error { return nil }
