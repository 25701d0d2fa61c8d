package jobs

import (
	"encoding/json"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// RunStatus says where a run is in its life. A run begins as pending, ready or
// starting, and ends with one of four terminal statuses. The first terminal status
// that is committed is final. Source: the documented Jobs API.
type RunStatus string

// The statuses, in the order a run passes through them.
const (
	// RunPending: the run waits for what Run.WaitingFor says. A run that a member
	// made is pending until a scheduler claims it.
	RunPending RunStatus = "pending"
	// RunReady: the run waits until the engine has room.
	RunReady RunStatus = "ready"
	// RunStarting: a scheduler has claimed the run, and hands it to the engine.
	RunStarting RunStatus = "starting"
	// RunCreatingSail, RunWaitingForSail and RunCreatingRunner are phases
	// that an engine may report.
	RunCreatingSail   RunStatus = "creating_sail"
	RunWaitingForSail RunStatus = "waiting_for_sail"
	RunCreatingRunner RunStatus = "creating_runner"
	// RunRunning: the engine reported that the run executes.
	RunRunning RunStatus = "running"

	// RunSucceeded: the engine reported success. Terminal.
	RunSucceeded RunStatus = "succeeded"
	// RunFailed: the engine reported a failure or refused the run, the run could
	// not be dispatched, or it was lost. Terminal.
	RunFailed RunStatus = "failed"
	// RunCancelled: the run was stopped before its end, or it never started.
	// Terminal.
	RunCancelled RunStatus = "cancelled"
	// RunTimeout: the run took longer than the version's timeout. Terminal.
	RunTimeout RunStatus = "timeout"
)

// progress is the order of the statuses that are not terminal.
var progress = map[RunStatus]int{
	RunPending: 1, RunReady: 2, RunStarting: 3, RunCreatingSail: 4,
	RunWaitingForSail: 5, RunCreatingRunner: 6, RunRunning: 7,
}

// Terminal reports whether a run of this status has ended.
func (s RunStatus) Terminal() bool {
	switch s {
	case RunSucceeded, RunFailed, RunCancelled, RunTimeout:
		return true
	}
	return false
}

// dispatched reports whether an engine may have a run of this status.
func (s RunStatus) dispatched() bool { return !s.Terminal() && progress[s] >= progress[RunStarting] }

// outcome is how the run ended, for the store; [storage.Open] when it has not.
func (s RunStatus) outcome() storage.Outcome {
	if s.Terminal() {
		return storage.Outcome(s)
	}
	return storage.Open
}

// Sets of outcomes, for queries.
var (
	isOpen    = []storage.Outcome{storage.Open}
	succeeded = []storage.Outcome{RunSucceeded.outcome()}
	ended     = []storage.Outcome{RunSucceeded.outcome(), RunFailed.outcome(), RunCancelled.outcome(), RunTimeout.outcome()}
)

// Trigger says why a run was made.
type Trigger string

// The triggers. TriggerManual is from the documented API, the others are ours.
// TriggerRetry is for retries by the version's retry policy, and for retries by
// [Service.RetryRun].
const (
	TriggerManual     Trigger = "manual"
	TriggerSchedule   Trigger = "schedule"
	TriggerDependency Trigger = "dependency"
	TriggerRetry      Trigger = "retry"
	TriggerBackfill   Trigger = "backfill"
)

// WaitingFor says why a run was not dispatched yet.
type WaitingFor string

// What a run may wait for: its release by [Service.ReleaseRun]; a time (RunAt,
// jitter or the backoff of a retry); the runs of its dependencies.
const (
	WaitingForRelease      WaitingFor = "release"
	WaitingForTime         WaitingFor = "time"
	WaitingForDependencies WaitingFor = "dependencies"
	// WaitingForPredecessor: other runs of the job must end first.
	WaitingForPredecessor WaitingFor = "predecessor"
	// WaitingForEngine: the run starts when an engine takes it.
	WaitingForEngine WaitingFor = "engine"
)

// CleanupMode says after which runs [Dispatcher.Cleanup] is called.
type CleanupMode string

// The modes: after every run, after runs that succeeded, or never.
const (
	// CleanupAlways is the default.
	CleanupAlways    CleanupMode = "always"
	CleanupOnSuccess CleanupMode = "on_success"
	CleanupNever     CleanupMode = "never"
)

// Run is one execution of one version of a job. Once it has ended, only CleanedAt
// changes.
type Run struct {
	// ID is what Options.NewID made; by default 10 characters of A-Z and 0-9.
	ID             string
	OrganizationID string
	JobID          string
	// JobKey is the job's key when the run was read. [Service.ReportRun] leaves it
	// empty.
	JobKey string
	// Number counts the job's runs from 1.
	Number int64
	// JobVersion is the number of the version that the run executes.
	JobVersion    int
	Status        RunStatus
	StatusMessage string
	// WaitingFor says why the run was not dispatched yet, when it was read; empty
	// once it was.
	WaitingFor WaitingFor
	Trigger    Trigger
	// NominalAt is the nominal time of the tick that made the run; zero when no
	// tick did. A retry has that of the run that it repeats.
	NominalAt time.Time
	// Attempt is the run's number in its chain of retries, from 1. A retry by hand
	// begins a new chain.
	Attempt int
	// RetryOf is the ID of the run that this one repeats; empty for none.
	RetryOf string
	// Parameters are the parameters of the version, with the values given for this
	// run or the version's defaults. They never change. Nil for none.
	Parameters map[string]string
	// RunAt is NewRun.RunAt; zero for at once.
	RunAt               time.Time
	ResourceCleanupMode CleanupMode
	// DispatchedAt is when the run was first claimed for a dispatch that the engine
	// may have taken; zero before that.
	DispatchedAt      time.Time
	RunnerStartedAt   time.Time
	RunnerCompletedAt time.Time
	// RunnerExecution is how long the runner ran, in whole microseconds.
	RunnerExecution time.Duration
	FinishedAt      time.Time
	CleanedAt       time.Time
	// CancelRequestedAt is when somebody first asked the run to stop after it was
	// dispatched; zero for never.
	CancelRequestedAt time.Time
	// Results is what the engine reported, a JSON object; nil for nothing.
	Results json.RawMessage

	CreatedAt time.Time
	// CreatedBy is the member who asked for the run. For a run that a schedule or a
	// dependency made, it is the member who published the version.
	CreatedBy string
	UpdatedAt time.Time
	UpdatedBy string
}
