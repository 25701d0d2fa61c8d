// Package faultstore makes a [storage.Store] fail on purpose, so that what is
// built on one can be tested against what every real store does now and then:
//
//	store := faultstore.New(memory.New(), faultstore.Plan{
//		Seed:  1,
//		Rates: faultstore.Rates{Error: 0.05, LostReply: 0.05},
//	})
//	service := jobs.NewService(store, nil)
//
// Whatever it does is something that the contract of [storage.Store] allows a
// store to do: an error before anything happened, a reply that is lost after
// all of it did, a context that ends on the way, a call that takes long. So
// code that fails on it is wrong, and not merely unlucky.
//
// Every error that it makes is an [ErrInjected] to errors.Is.
//
// # Seeds
//
// What becomes of the nth call of a method follows from the plan's seed, the
// method and n, and from nothing else. A test that calls from one goroutine
// sees the same faults at the same calls each time it runs, whatever the clock
// or the other methods do. With many goroutines it is still the nth call to
// arrive that fails; whose call that is, the scheduler decides. And where a
// context ends while a store waits, what comes first is a race, as in life.
package faultstore
