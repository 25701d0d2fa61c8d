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

// Rates are the shares of calls, from 0 to 1, that suffer a fault. A call
// suffers at most one of Error, LostReply and Cancel. When these add up to more
// than 1, the later ones are reduced. A delay can be added to each of them.
type Rates struct {
	// Error: the call fails, and nothing happens.
	Error float64
	// LostReply: the call is made, but its answer is lost. A Commit returns
	// [storage.ErrOutcomeUnknown], and any other method another error.
	LostReply float64
	// Cancel: the context that the store gets ends during the call, and the
	// store's answer is returned. Most of these contexts end at one of the
	// first times that the store checks its context. The others end up to a
	// millisecond after the store begins to wait for Done. A store that
	// finishes earlier answers as usual.
	Cancel float64
	// Delay: the call is made after a delay; see [Plan.MaxDelay].
	Delay float64
}

// Plan says which faults a [Store] injects. The zero plan injects none.
type Plan struct {
	// Seed decides which calls suffer a fault. Any value can be used.
	Seed uint64
	// Rates are the rates of all methods that Methods does not name.
	Rates Rates
	// Methods are the rates of single methods. They replace Rates.
	Methods map[Method]Rates

	// MaxDelay is the longest delay; 10 milliseconds by default. Delays are
	// spread evenly from 0 to MaxDelay.
	MaxDelay time.Duration
	// Wait waits for a delay, or before a late Cancel. It returns nil when d
	// has passed, or the context's error when the context ends first. By
	// default it uses a [time.Timer], which takes no real time within
	// [testing/synctest].
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
