package jobs

import (
	"encoding/json"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// RunStatus is where a run is in its life. It starts pending and ends in one
// of four terminal statuses, which are final: the first terminal commit wins.
// Source: the documented Jobs API.
type RunStatus string

// The statuses, in the order a run passes through them.
const (
	// RunPending waits: for its release, for its dependencies, for the run
	// that it replaces, or for the scheduler.
	RunPending RunStatus = "pending"
	// RunReady is to be dispatched.
	RunReady RunStatus = "ready"
	// RunStarting was claimed by a scheduler and handed to the engine.
	RunStarting RunStatus = "starting"
	// RunCreatingSail, RunWaitingForSail and RunCreatingRunner are phases
	// that an engine may report.
	RunCreatingSail   RunStatus = "creating_sail"
	RunWaitingForSail RunStatus = "waiting_for_sail"
	RunCreatingRunner RunStatus = "creating_runner"
	// RunRunning runs.
	RunRunning RunStatus = "running"

	// RunSucceeded ended well. Terminal.
	RunSucceeded RunStatus = "succeeded"
	// RunFailed ended badly, could not be dispatched, or was lost. Terminal.
	RunFailed RunStatus = "failed"
	// RunCancelled was stopped, or never started. Terminal.
	RunCancelled RunStatus = "cancelled"
	// RunTimeout took longer than the version's timeout. Terminal.
	RunTimeout RunStatus = "timeout"
)

// progress orders the statuses that are not terminal.
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

// dispatched reports whether the engine has, or may have, a run of this status.
func (s RunStatus) dispatched() bool { return !s.Terminal() && progress[s] >= progress[RunStarting] }

// outcome is the status as a store finds it: how the run ended.
func (s RunStatus) outcome() storage.Outcome {
	if s.Terminal() {
		return storage.Outcome(s)
	}
	return storage.Open
}

// Outcomes of runs, as sets to select by.
var (
	isOpen    = []storage.Outcome{storage.Open}
	succeeded = []storage.Outcome{RunSucceeded.outcome()}
	ended     = []storage.Outcome{RunSucceeded.outcome(), RunFailed.outcome(), RunCancelled.outcome(), RunTimeout.outcome()}
)

// Trigger is why there is a run.
type Trigger string

// The triggers. Source: the documented API for TriggerManual; the others are ours.
const (
	TriggerManual     Trigger = "manual"
	TriggerSchedule   Trigger = "schedule"
	TriggerDependency Trigger = "dependency"
	TriggerRetry      Trigger = "retry"
	TriggerBackfill   Trigger = "backfill"
)

// WaitingFor is what a run waits for that no engine has.
type WaitingFor string

// What a run may wait for; nothing once it was dispatched.
const (
	WaitingForRelease      WaitingFor = "release"
	WaitingForTime         WaitingFor = "time"
	WaitingForDependencies WaitingFor = "dependencies"
	// WaitingForPredecessor: other runs of the job have to end first.
	WaitingForPredecessor WaitingFor = "predecessor"
	// WaitingForEngine: the run may start as soon as an engine takes it.
	WaitingForEngine WaitingFor = "engine"
)

// CleanupMode says when a run's resources are cleaned up.
type CleanupMode string

// The modes.
const (
	// CleanupAlways is the default.
	CleanupAlways    CleanupMode = "always"
	CleanupOnSuccess CleanupMode = "on_success"
	CleanupNever     CleanupMode = "never"
)

// Run is one execution of one version of a job: immutable history once it has
// ended, but for CleanedAt.
type Run struct {
	// ID is what Options.NewID made; by default 10 characters of A-Z and 0-9.
	ID             string
	OrganizationID string
	JobID          string
	// JobKey is the job's key, as of when the run was read; empty in what
	// [Service.ReportRun] returns.
	JobKey string
	// Number counts the job's runs from 1.
	Number int64
	// JobVersion is the version that runs.
	JobVersion    int
	Status        RunStatus
	StatusMessage string
	// WaitingFor says why the run was not dispatched yet, as of when it was read.
	WaitingFor WaitingFor
	Trigger    Trigger
	// NominalAt is the tick that the run was made for; zero for none.
	NominalAt time.Time
	// Attempt counts the runs of a chain of retries from 1: one that has a next
	// attempt has failed for now only.
	Attempt int
	// RetryOf is the run that this one repeats; empty for none.
	RetryOf string
	// Parameters are what the version declares, with the values that were given
	// or else its defaults; fixed when the run is made. Nil for none.
	Parameters map[string]string
	// RunAt is the time that somebody asked for the run to start at; zero for at
	// once.
	RunAt               time.Time
	ResourceCleanupMode CleanupMode
	// DispatchedAt is when it was first handed to the engine.
	DispatchedAt      time.Time
	RunnerStartedAt   time.Time
	RunnerCompletedAt time.Time
	// RunnerExecution is how long the runner ran, in whole microseconds.
	RunnerExecution time.Duration
	FinishedAt      time.Time
	CleanedAt       time.Time
	// CancelRequestedAt is when somebody asked a dispatched run to stop.
	CancelRequestedAt time.Time
	// Results is what the engine reported, a JSON object; nil for nothing.
	Results json.RawMessage

	CreatedAt time.Time
	// CreatedBy is who asked for it; for a schedule's or dependency's run, who
	// published the version.
	CreatedBy string
	UpdatedAt time.Time
	UpdatedBy string
}
