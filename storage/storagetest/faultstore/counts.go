package faultstore

import "sync/atomic"

// Counts say what was injected, for each method that was called.
type Counts map[Method]Count

// Count says what was injected into the calls of one method.
type Count struct {
	// Calls counts the calls that were made while the faults were on. Calls
	// that nothing happened to are among them.
	Calls int64
	// The calls that suffered each fault. Cancels are those whose context did
	// end on the way, however the store answered.
	Errors, LostReplies, Cancels, Delays int64
}

// Total adds up the counts of all methods.
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

// Faults counts the calls that failed, or may have: all faults but delays.
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
