// Package torture says how much a test does: a part of it that takes a moment,
// in every run of the tests, or the full figures that docs/reliability.md
// promises. Both do the same kinds of things; the full figures do more of them.
package torture

import "os"

// On reports whether the full figures are wanted. "make torture" wants them: it
// sets JOBLEDGER_TORTURE.
func On() bool { return os.Getenv("JOBLEDGER_TORTURE") != "" }

// Figure is the short figure, or the full one.
func Figure[T any](short, full T) T {
	if On() {
		return full
	}
	return short
}
