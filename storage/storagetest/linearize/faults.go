package linearize

import "github.com/jobledger/jobledger/storage/storagetest/faultstore"

// fault is the one kind of fault of a run.
type fault struct {
	name  string
	rates func(rate float64) faultstore.Rates
}

var faults = []fault{
	{"no fault", func(float64) faultstore.Rates { return faultstore.Rates{} }},
	{"error", func(rate float64) faultstore.Rates { return faultstore.Rates{Error: rate} }},
	{"lost reply", func(rate float64) faultstore.Rates { return faultstore.Rates{LostReply: rate} }},
	// Three times as many, because most calls are over by then, or not begun.
	{"cancelled context", func(rate float64) faultstore.Rates { return faultstore.Rates{Cancel: 3 * rate} }},
}
