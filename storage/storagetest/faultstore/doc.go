// Package faultstore makes a [storage.Store] fail on purpose, to test the code
// that uses a store:
//
//	store := faultstore.New(memory.New(), faultstore.Plan{
//		Seed:  1,
//		Rates: faultstore.Rates{Error: 0.05, LostReply: 0.05},
//	})
//	service := jobs.NewService(store, nil)
//
// It does only what the contract of [storage.Store] allows: an error before
// anything happened, a reply that is lost after everything happened, a context
// that ends during the call, or a slow call. So code that fails with it has a
// bug.
//
// For every error that it makes, errors.Is(err, [ErrInjected]) is true.
//
// # Seeds
//
// The plan's seed, the method and n decide what happens to the nth call of a
// method, and nothing else does. A test that calls from one goroutine gets the
// same faults at the same calls each time, whatever the clock and the other
// methods do. With many goroutines, the nth call that arrives fails; the Go
// scheduler decides whose call that is. When a context ends while a store
// waits, it is not determined which of the two is noticed first.
package faultstore
