package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// Dispatch is a run on its way to an engine.
type Dispatch struct {
	Run Run
	// JobKey is the job's key when the run was claimed.
	JobKey string
	// Version is what is to be run.
	Version versions.Version
	// Token lets the engine report on this dispatch; see [Service.ReportRun].
	// It is a secret, of which the store keeps only a digest.
	Token string
	// Lease is how long the engine may be silent before the run is lost. An
	// engine heartbeats several times within it.
	Lease time.Duration
}

// RunRef names one run.
type RunRef struct {
	OrganizationID string
	JobID          string
	RunID          string
}

// job names the run's job in the store.
func (r RunRef) job() storage.JobRef {
	return storage.JobRef{OrganizationID: r.OrganizationID, JobID: r.JobID}
}

var (
	// ErrEngineBusy is what [Dispatcher.Dispatch] returns when the engine takes no
	// run now and has not taken this one: it is dispatched again later, and that
	// does not count towards RunOptions.DispatchFor.
	ErrEngineBusy = errors.New("jobs: the engine takes no run now")
	// ErrRejected is what Dispatch returns when the engine has not taken the run
	// and never will: it fails at once. Any other error is tried again.
	ErrRejected = errors.New("jobs: the engine refuses the run")
)

// Capacity is what a [Dispatcher] may also say of its engine. Without it a
// scheduler finds out by being told that the engine is busy.
type Capacity interface {
	// Free is how many further runs of an organization the engine would take now;
	// of any, when the ID is empty. It is called often, from many goroutines, and
	// answers at once: one that takes longer than 100 ms counts as 0. While it is 0
	// for any, runs that wait cost nothing.
	Free(organizationID string) int
	// Freed gets a value when there may be room again.
	Freed() <-chan struct{}
	// Cleans is whether Cleanup does anything. Where it does not, it is not
	// called, and nothing is written for it.
	Cleans() bool
}

// Dispatcher hands runs to an engine. Package jobs/local has one that runs a Go
// function; users who outgrow one process write one for an engine that exists.
//
// Each method is called again after an error, or when its answer was lost, so
// an engine should recognise a run by its ID: it is how a run whose
// acknowledgement was lost is kept from starting twice. A repeated Dispatch
// carries a new token, and earlier ones count no more: an engine that has the
// run already goes on with it under the new token. Methods are called
// from many goroutines, and return when the engine has taken the request, not
// when the run has ended. One that does not return when its context ends keeps its
// slot for as long, and no more than half of the slots are one organization's.
type Dispatcher interface {
	// Dispatch takes the run. The engine then reports with the token, and
	// heartbeats more often than the lease lasts: one that does not report within
	// two leases is asked again.
	Dispatch(ctx context.Context, d Dispatch) error
	// Cancel asks the engine to stop a run; nil when it has taken the request
	// or does not know the run. The run ends when the engine reports so, or a
	// grace ends.
	Cancel(ctx context.Context, run RunRef) error
	// Cleanup asks the engine to free what a run that has ended still holds.
	// Nil when that is done, or there is nothing.
	Cleanup(ctx context.Context, run RunRef) error
}
