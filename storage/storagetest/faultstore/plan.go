package faultstore

import (
	"context"
	"errors"
	"time"
)

// ErrInjected is in every error that this package makes.
var ErrInjected = errors.New("faultstore: injected fault")

// Method names a method of [storage.Store].
type Method string

// The methods.
const (
	Commit       Method = "Commit"
	Job          Method = "Job"
	FindJobs     Method = "FindJobs"
	ListJobs     Method = "ListJobs"
	Draft        Method = "Draft"
	Version      Method = "Version"
	ListVersions Method = "ListVersions"
	Run          Method = "Run"
	ListRuns     Method = "ListRuns"
	ListTicks    Method = "ListTicks"
	ListEvents   Method = "ListEvents"
	Due          Method = "Due"
	Tombstone    Method = "Tombstone"
	Sweep        Method = "Sweep"
)

// Rates are the shares of calls, from 0 to 1, that suffer a fault. Of Error,
// LostReply and Cancel one call suffers at most one; where they add up to more
// than 1, the later ones give way. A delay comes on top of either.
type Rates struct {
	// Error: the call fails, and nothing happened.
	Error float64
	// LostReply: the call is made, but its answer, whatever it was, does not
	// come back: the caller sees [storage.ErrOutcomeUnknown] of a Commit, and
	// merely an error of anything else.
	LostReply float64
	// Cancel: the context that the store was given ends while it is at work,
	// and what the store makes of it comes back. Most end at one of the first
	// times that the store looks at the context; the others up to a millisecond
	// after it began to wait for Done, which a store that never does is spared.
	// A store that has finished before answers as if nothing had been.
	Cancel float64
	// Delay: the call is made after a while; see [Plan.MaxDelay].
	Delay float64
}

// Plan says which faults a [Store] injects. The zero plan injects none.
type Plan struct {
	// Seed chooses the calls that suffer. Any value is as good as another.
	Seed uint64
	// Rates are those of every method that Methods does not name.
	Rates Rates
	// Methods are the rates of single methods, in place of Rates.
	Methods map[Method]Rates

	// MaxDelay bounds the delays, which are spread evenly up to it; 10
	// milliseconds by default.
	MaxDelay time.Duration
	// Wait makes a delay, and the while before a late Cancel: it returns nil
	// when the time is over, or the context's error when that ends first. By default it waits on a
	// [time.Timer], and so costs nothing within [testing/synctest].
	Wait func(ctx context.Context, d time.Duration) error
}

const defaultMaxDelay = 10 * time.Millisecond

// rates returns those of a method.
func (p *Plan) rates(m Method) Rates {
	if r, ok := p.Methods[m]; ok {
		return r
	}
	return p.Rates
}

// wait waits on a timer.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
