package faultstore

import "sync/atomic"

// Counts says what was injected, for each method that was called.
type Counts map[Method]Count

// Count says what was injected into the calls of one method.
type Count struct {
	// Calls counts the calls that were made while the faults were on, including
	// those without a fault.
	Calls int64
	// These count the calls that suffered each fault. Cancels counts the calls
	// whose context ended during the call, whatever the store answered.
	Errors, LostReplies, Cancels, Delays int64
}

// Total returns the sum of the counts of all methods.
func (c Counts) Total() Count {
	var sum Count
	for _, n := range c {
		sum.Calls += n.Calls
		sum.Errors += n.Errors
		sum.LostReplies += n.LostReplies
		sum.Cancels += n.Cancels
		sum.Delays += n.Delays
	}
	return sum
}

// Faults counts the calls that failed or may have failed: all faults except
// delays.
func (c Count) Faults() int64 { return c.Errors + c.LostReplies + c.Cancels }

// tally counts for one method.
type tally struct {
	calls, errors, lostReplies, cancels, delays atomic.Int64
}

func (t *tally) count() Count {
	return Count{
		Calls:       t.calls.Load(),
		Errors:      t.errors.Load(),
		LostReplies: t.lostReplies.Load(),
		Cancels:     t.cancels.Load(),
		Delays:      t.delays.Load(),
	}
}
