package linearize

import "time"

// Options change how much [Run] does. The zero value and nil make a short
// check, for every run of a test suite.
type Options struct {
	// Runs is how many histories are made, each on its own store. The kinds of
	// faults take turns. By default there is one run for each kind.
	Runs int
	// Operations is the least number of calls in one history; 300 by default.
	Operations int
	// Clients is how many goroutines make the calls; 6 by default.
	Clients int
	// Seed is the seed of the first run; each later run has the next number.
	// The default is 1.
	Seed uint64
	// Rate is the share of calls that suffer the run's fault, from 0 to 1; 0.1
	// by default.
	Rate float64
	// Timeout is the longest search for an order of one organization's calls;
	// one minute by default. A longer search fails the test, although it is not
	// known whether there is an order.
	Timeout time.Duration
	// Allow reports whether the store may return an error that was not
	// injected, such as that of a connection that the test cuts. By default
	// every such error fails the test.
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
