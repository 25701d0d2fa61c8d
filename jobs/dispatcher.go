package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// Dispatch is what a [Dispatcher] hands to an engine: a claimed run, with all that
// the engine needs to execute it.
type Dispatch struct {
	Run Run
	// JobKey is the job's key when the run was claimed.
	JobKey string
	// Version is the version to execute.
	Version versions.Version
	// Token lets the engine report on this dispatch; see [Service.ReportRun]. It is
	// a secret. The store keeps only its digest.
	Token string
	// Lease is how long the engine may be silent. It should send several heartbeats
	// within each lease. See RunOptions.Lease.
	Lease time.Duration
	// Trace is the trace context of the dispatch. The engine may continue the
	// trace, and send it with its reports. Zero unless Hooks.Trace returned one.
	Trace TraceContext
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
	// ErrEngineBusy is what [Dispatcher.Dispatch] returns when the engine has no
	// room and has not taken the run. A scheduler dispatches the run again later.
	// The time until then does not count towards RunOptions.DispatchFor.
	ErrEngineBusy = errors.New("jobs: the engine takes no run now")
	// ErrRejected is what [Dispatcher.Dispatch] returns when the engine has not
	// taken the run and never will. The run fails at once. It is not retried, even
	// if its version has a retry. After any other error a scheduler dispatches the
	// run again.
	ErrRejected = errors.New("jobs: the engine refuses the run")
)

// Capacity is an interface that a [Dispatcher] may also implement, to say how many
// runs its engine takes. Without it, a scheduler learns that an engine has no room
// only from [ErrEngineBusy].
type Capacity interface {
	// Free returns how many more runs of an organization the engine would take now;
	// with an empty ID, how many of all organizations together. It must answer at
	// once: after 100 ms the answer counts as 0. It is called often, from many
	// goroutines. While Free("") is 0, the scheduler does not read which runs wait.
	Free(organizationID string) int
	// Freed returns a channel that gets a value when there may be room again.
	Freed() <-chan struct{}
	// Cleans reports whether [Dispatcher.Cleanup] does anything. If not, it is
	// never called, and no cleanup is recorded.
	Cleans() bool
}

// Dispatcher hands runs to an engine. Package jobs/local has one that runs a Go
// function in this process. To use another engine, write a Dispatcher for it.
//
// A scheduler calls each method from many goroutines. A method returns when the
// engine has taken the request, not when the run has ended. It must return when its
// context ends: until it does, it keeps one of the scheduler's slots. One
// organization holds at most half of the slots.
//
// A scheduler repeats a call after an error, and when it could not learn the
// answer. So the engine should recognise a run by its ID, or it may start the run
// twice. A repeated Dispatch has a new token, and earlier tokens are no longer
// valid: an engine that already has the run continues it under the new token. Reports
// under the earlier token fail with [ErrNotFound] for a moment before the new one
// arrives, so an engine should wait for about a lease before it stops a run for that.
type Dispatcher interface {
	// Dispatch asks the engine to take the run. The engine then reports with the
	// token, and sends heartbeats more often than once a lease; see
	// [Service.ReportRun]. If no report comes within about two leases, a scheduler
	// dispatches the run again. Errors: [ErrEngineBusy], [ErrRejected], or any
	// other.
	Dispatch(ctx context.Context, d Dispatch) error
	// Cancel asks the engine to stop a run. It returns nil when the engine has
	// taken the request, or does not know the run. The run ends when the engine
	// reports its end, or when RunOptions.CancelGrace is over.
	Cancel(ctx context.Context, run RunRef) error
	// Cleanup asks the engine to free what an ended run still holds. It returns nil
	// when that is done, or when the run holds nothing.
	Cleanup(ctx context.Context, run RunRef) error
}
