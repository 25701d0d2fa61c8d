package storagetest

import (
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/stretchr/testify/require"
)

// together runs n goroutines that all set off at once, and fails the case with
// the errors that they return. The goroutines use the store, and of the probe
// only what is said to be safe.
func (p *probe) together(n int, run func(i int) error) {
	p.Helper()
	var wg sync.WaitGroup
	setOff := make(chan struct{})
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					errs[i] = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
				}
			}()
			<-setOff
			errs[i] = run(i)
		})
	}
	close(setOff)
	wg.Wait()
	for i, err := range errs {
		require.NoError(p, err, "goroutine %d of %d", i, n)
	}
}

// rounds is how often something is raced. A case that can fail at all fails
// within a few; the rest is for the unlucky.
const rounds = 40

// beside takes steps of a writer, numbered from 1, while readers run over and
// over: at least so many rounds, and more while a reader has not had half as
// many, so that a fast store is not through before they began.
// Each reader runs once more after the last step.
func (p *probe) beside(step func(n int) error, readers ...func() error) {
	p.Helper()
	reads := make([]atomic.Int64, len(readers))
	done := make(chan struct{})
	write := func() error {
		defer close(done)
		for n := 1; n <= 10*rounds && (n <= rounds || fewest(reads) < rounds/2); n++ {
			if err := step(n); err != nil {
				return fmt.Errorf("step %d: %w", n, err)
			}
		}
		return nil
	}
	p.together(1+len(readers), func(i int) error {
		if i == 0 {
			return write()
		}
		for last := false; !last; reads[i-1].Add(1) {
			select {
			case <-done:
				last = true
			default:
			}
			if err := readers[i-1](); err != nil {
				return err
			}
		}
		return nil
	})
}

func fewest(counts []atomic.Int64) int64 {
	least := counts[0].Load()
	for i := range counts {
		least = min(least, counts[i].Load())
	}
	return least
}

// expect returns an error when something is not so.
func expect(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}
