//go:build !unix

package bench_test

import "time"

var began = time.Now()

// cpu stands in for the processor time of this process where that is not to be
// had: what is measured is then wall time.
func cpu() time.Duration { return time.Since(began) }
