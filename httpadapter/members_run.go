package httpadapter

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// runMembers is the documented run object, and what we add to it.
var runMembers = show(
	shownText("id", documented, ledgerID(), func(r *jobs.Run) string { return r.ID }),
	shownText("jobId", documented, ledgerID(), func(r *jobs.Run) string { return r.JobID }),
	shownNumber("jobVersion", documented, numbered(), func(r *jobs.Run) int { return r.JobVersion }),
	shownText("status", documented, runStatus(), func(r *jobs.Run) string { return string(r.Status) }),
	shownOptional("statusMessage", documented, text(), func(r *jobs.Run) string { return r.StatusMessage }),
	shownText("resourceCleanupMode", documented, cleanupMode(), func(r *jobs.Run) string { return string(r.ResourceCleanupMode) }),
	shownMaybeTime("dispatchedAt", documented, func(r *jobs.Run) time.Time { return r.DispatchedAt }),
	shownMaybeTime("finishedAt", documented, func(r *jobs.Run) time.Time { return r.FinishedAt }),
	shownMaybeTime("runnerStartedAt", documented, func(r *jobs.Run) time.Time { return r.RunnerStartedAt }),
	shownMaybeTime("runnerCompletedAt", documented, func(r *jobs.Run) time.Time { return r.RunnerCompletedAt }),
	shown[jobs.Run]{name: "runnerExecutionTimeUs", origin: documented, schema: nullable(microseconds()), write: appendExecution},
	shownText("trigger", documented, runTrigger(), func(r *jobs.Run) string { return string(r.Trigger) }),
	shownTime("createdAt", documented, moment(), func(r *jobs.Run) time.Time { return r.CreatedAt }),
	shownText("createdBy", documented, embedderID(), func(r *jobs.Run) string { return r.CreatedBy }),
	shownTime("updatedAt", documented, moment(), func(r *jobs.Run) time.Time { return r.UpdatedAt }),
	shownRaw("results", documented, func(r *jobs.Run) []byte { return r.Results }),
	shownText("updatedBy", documented, embedderID(), func(r *jobs.Run) string { return r.UpdatedBy }),
	shownMaybeTime("cleanedAt", documented, func(r *jobs.Run) time.Time { return r.CleanedAt }),
	shownText("jobKey", ours, jobKey(), func(r *jobs.Run) string { return r.JobKey }),
	shownNumber("number", ours, about("Counts the job's runs from 1.", numbered()), func(r *jobs.Run) int { return int(r.Number) }),
	shownNumber("attempt", ours, about("Counts the attempts of a chain of retries from 1.", numbered()), func(r *jobs.Run) int { return r.Attempt }),
	shownOptional("retryOf", ours, about("The run that this one repeats.", ledgerID()), func(r *jobs.Run) string { return r.RetryOf }),
	shownMaybeTime("nominalAt", ours, func(r *jobs.Run) time.Time { return r.NominalAt }),
	shown[jobs.Run]{name: "parameters", origin: ours, schema: about("The version's defaults, with what was given.", runParameters()), write: func(b []byte, name string, r *jobs.Run) []byte {
		return appendPairs(b, name, r.Parameters)
	}},
	shownMaybeTime("runAt", ours, func(r *jobs.Run) time.Time { return r.RunAt }),
	shownMaybeTime("cancelRequestedAt", ours, func(r *jobs.Run) time.Time { return r.CancelRequestedAt }),
	shownOptional("waitingFor", ours, waitingFor(), func(r *jobs.Run) string { return string(r.WaitingFor) }),
)

// reportedMembers is the run as its engine sees it: with when somebody asked it
// to stop, and without what is not the run's own.
var reportedMembers = runMembers.without("jobKey").with(shownTime("cancelRequestedAt", decided,
	about("When somebody asked the run to stop: the engine is to stop it. RFC 3339, UTC, six digits of a second.", nullable(moment())),
	func(r *jobs.Run) time.Time { return r.CancelRequestedAt }))

// appendExecution writes how long the runner ran, null while that is not known.
// A runner that was over at once has run for 0.
func appendExecution(b []byte, name string, run *jobs.Run) []byte {
	b = append(b, name...)
	if run.RunnerExecution == 0 && (run.RunnerStartedAt.IsZero() || run.RunnerCompletedAt.IsZero()) {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, run.RunnerExecution.Microseconds(), 10)
}

// newRun is the body of POST runs.
type newRun struct {
	hold        bool
	cleanupMode jobs.CleanupMode
	runAt       *string
	parameters  map[string]string
}

var newRunMembers = taking[newRun]{
	take("hold", decided, about("Keeps the run pending until it is made ready.", nullable(with(flag(), "default", false))), func(n *newRun) *bool { return &n.hold }),
	take("resourceCleanupMode", decided, nullable(with(cleanupMode(), "default", string(jobs.CleanupAlways))), func(n *newRun) *jobs.CleanupMode { return &n.cleanupMode }),
	take("runAt", ours, about("When the run is to start, up to a year ahead.", nullable(moment())), func(n *newRun) **string { return &n.runAt }),
	taken[newRun]{name: "parameters", origin: ours, schema: about("Values for names that the active version declares.", nullable(runParameters())), read: func(d *jsontext.Decoder, n *newRun) error {
		return readPairs(d, &n.parameters)
	}},
}

// run is what the body asks for.
func (n *newRun) run(key string) (jobs.NewRun, error) {
	run := jobs.NewRun{Hold: n.hold, ResourceCleanupMode: n.cleanupMode, Parameters: n.parameters, IdempotencyKey: key}
	var errs versions.FieldErrors
	run.RunAt = parseTime(&errs, "runAt", n.runAt)
	return run, errs.Err()
}

// runReport is the body of POST report. A member that is null says nothing,
// like one that is absent.
type runReport struct {
	status                             jobs.RunStatus
	message                            string
	results                            jsontext.Value
	runnerStartedAt, runnerCompletedAt *string
	runnerExecutionUs                  int64
}

var runReportMembers = taking[runReport]{
	take("status", decided, nullable(named("ReportedStatus", enum(texts(runStatuses[2:])...))), func(r *runReport) *jobs.RunStatus { return &r.status }),
	take("statusMessage", decided, nullable(textUpTo(4096)), func(r *runReport) *string { return &r.message }),
	take("results", decided, nullable(anyObject()), func(r *runReport) *jsontext.Value { return &r.results }),
	take("runnerStartedAt", decided, nullable(moment()), func(r *runReport) **string { return &r.runnerStartedAt }),
	take("runnerCompletedAt", decided, nullable(moment()), func(r *runReport) **string { return &r.runnerCompletedAt }),
	take("runnerExecutionTimeUs", decided, nullable(with(with(microseconds(), "minimum", 0), "maximum", 9223372036854775)), func(r *runReport) *int64 { return &r.runnerExecutionUs }),
}

// runStatuses are the statuses of runs, in the order a run passes through them.
var runStatuses = []jobs.RunStatus{
	jobs.RunPending, jobs.RunReady, jobs.RunStarting, jobs.RunCreatingSail,
	jobs.RunWaitingForSail, jobs.RunCreatingRunner, jobs.RunRunning,
	jobs.RunSucceeded, jobs.RunFailed, jobs.RunCancelled, jobs.RunTimeout,
}

func runStatus() member { return named("RunStatus", enum(texts(runStatuses)...)) }

func cleanupMode() member {
	return named("CleanupMode", enum(string(jobs.CleanupAlways), string(jobs.CleanupOnSuccess), string(jobs.CleanupNever)))
}

// triggers are why there are runs.
var triggers = []jobs.Trigger{jobs.TriggerManual, jobs.TriggerSchedule, jobs.TriggerDependency, jobs.TriggerRetry, jobs.TriggerBackfill}

func runTrigger() member { return named("Trigger", enum(texts(triggers)...)) }

// texts are names as texts.
func texts[S ~string](names []S) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = string(name)
	}
	return list
}

// runParameters are the parameters of a run, by name.
func runParameters() member {
	s := definitionSchema(fieldNamed("parameters"), false)
	return member{"type": "object", "additionalProperties": s["additionalProperties"], "propertyNames": s["propertyNames"], "maxProperties": s["maxProperties"]}
}

// waitingFor is why a run was not dispatched yet.
func waitingFor() member {
	return named("WaitingFor", enum(string(jobs.WaitingForRelease), string(jobs.WaitingForTime), string(jobs.WaitingForDependencies),
		string(jobs.WaitingForPredecessor), string(jobs.WaitingForEngine)))
}

func microseconds() member { return member{"type": "integer", "format": "int64"} }
