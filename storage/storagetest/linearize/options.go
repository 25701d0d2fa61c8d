package linearize

import "time"

// Options change how much [Run] does. The zero value, and nil, make a short
// check for every run of a test suite.
type Options struct {
	// Runs is how many histories are made, each on a store of its own. The kinds
	// of faults take turns; by default each has one.
	Runs int
	// Operations is how many calls one history has at the least; 300 by default.
	Operations int
	// Clients is how many goroutines make them; 6 by default.
	Clients int
	// Seed is the first run's; the others have those that follow. 1 by default.
	Seed uint64
	// Rate is the share of calls that suffer the run's fault; 0.1 by default.
	Rate float64
	// Timeout bounds the search for an order in the calls of one organization;
	// one minute by default. A search that takes longer fails the test: the
	// history may be in order, but that is not known.
	Timeout time.Duration
	// Allow says which errors the store may answer with by itself, such as
	// those of a connection that the test cuts. By default none: a store that
	// cannot answer, although nothing was done to it, fails the test.
	Allow func(error) bool
}

func (o *Options) withDefaults() Options {
	var filled Options
	if o != nil {
		filled = *o
	}
	if filled.Runs == 0 {
		filled.Runs = len(faults)
	}
	if filled.Operations == 0 {
		filled.Operations = 300
	}
	if filled.Clients == 0 {
		filled.Clients = 6
	}
	if filled.Seed == 0 {
		filled.Seed = 1
	}
	if filled.Rate == 0 {
		filled.Rate = 0.1
	}
	if filled.Timeout == 0 {
		filled.Timeout = time.Minute
	}
	return filled
}
