//go:build race

package sqlchild_test

// raceDetector is whether the tests run under it.
const raceDetector = true
