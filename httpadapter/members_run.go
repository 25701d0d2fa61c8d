package httpadapter

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// runMembers are the members of the documented run object, and those that this
// library adds.
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
	shownNumber("number", ours, about("The number of the run among the job's runs, from 1.", numbered()), func(r *jobs.Run) int { return int(r.Number) }),
	shownNumber("attempt", ours, about("Which attempt of its chain of retries the run is, from 1.", numbered()), func(r *jobs.Run) int { return r.Attempt }),
	shownOptional("retryOf", ours, about("The ID of the run that this run repeats.", ledgerID()), func(r *jobs.Run) string { return r.RetryOf }),
	shownMaybeTime("nominalAt", ours, func(r *jobs.Run) time.Time { return r.NominalAt }),
	shown[jobs.Run]{name: "parameters", origin: ours, schema: about("The values of the version's parameters: those that were given, and defaults for the others.", runParameters()), write: func(b []byte, name string, r *jobs.Run) []byte {
		return appendPairs(b, name, r.Parameters)
	}},
	shownMaybeTime("runAt", ours, func(r *jobs.Run) time.Time { return r.RunAt }),
	shownMaybeTime("cancelRequestedAt", ours, func(r *jobs.Run) time.Time { return r.CancelRequestedAt }),
	shownOptional("waitingFor", ours, waitingFor(), func(r *jobs.Run) string { return string(r.WaitingFor) }),
)

// reportedMembers are the members of a run as its engine sees it. They include
// cancelRequestedAt, also with DocumentedOnly, and leave out the job's key.
var reportedMembers = runMembers.without("jobKey").with(shownTime("cancelRequestedAt", decided,
	about("When somebody asked the run to stop. If it is not null, the engine must stop the run. RFC 3339, UTC, six digits of a second.", nullable(moment())),
	func(r *jobs.Run) time.Time { return r.CancelRequestedAt }))

// appendExecution writes how long the runner ran. It writes null while this is
// not known, and 0 for a runner that ended at once.
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
	take("hold", decided, about("Whether the run stays pending until a member releases it.", nullable(with(flag(), "default", false))), func(n *newRun) *bool { return &n.hold }),
	take("resourceCleanupMode", decided, nullable(with(cleanupMode(), "default", string(jobs.CleanupAlways))), func(n *newRun) *jobs.CleanupMode { return &n.cleanupMode }),
	take("runAt", ours, about("When the run is to start, at most a year ahead.", nullable(moment())), func(n *newRun) **string { return &n.runAt }),
	taken[newRun]{name: "parameters", origin: ours, schema: about("Values of parameters that the active version declares. The others keep their defaults.", nullable(runParameters())), read: func(d *jsontext.Decoder, n *newRun) error {
		return readPairs(d, &n.parameters)
	}},
}

func (n *newRun) run(key string) (jobs.NewRun, error) {
	run := jobs.NewRun{Hold: n.hold, ResourceCleanupMode: n.cleanupMode, Parameters: n.parameters, IdempotencyKey: key}
	var errs versions.FieldErrors
	run.RunAt = parseTime(&errs, "runAt", n.runAt)
	return run, errs.Err()
}

// runReport is the body of POST report. A member that is null counts as absent.
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
	take("runnerExecutionTimeUs", decided, nullable(with(with(microseconds(), "minimum", 0), "maximum", int64(9223372036854775))), func(r *runReport) *int64 { return &r.runnerExecutionUs }),
}

// runStatuses are the statuses of runs, in the order in which a run passes
// through them. The last four end the run.
var runStatuses = []jobs.RunStatus{
	jobs.RunPending, jobs.RunReady, jobs.RunStarting, jobs.RunCreatingSail,
	jobs.RunWaitingForSail, jobs.RunCreatingRunner, jobs.RunRunning,
	jobs.RunSucceeded, jobs.RunFailed, jobs.RunCancelled, jobs.RunTimeout,
}

func runStatus() member { return named("RunStatus", enum(texts(runStatuses)...)) }

func cleanupMode() member {
	return named("CleanupMode", enum(string(jobs.CleanupAlways), string(jobs.CleanupOnSuccess), string(jobs.CleanupNever)))
}

var triggers = []jobs.Trigger{jobs.TriggerManual, jobs.TriggerSchedule, jobs.TriggerDependency, jobs.TriggerRetry, jobs.TriggerBackfill}

func runTrigger() member { return named("Trigger", enum(texts(triggers)...)) }

func texts[S ~string](names []S) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = string(name)
	}
	return list
}

// runParameters is the schema of the parameters of a run.
func runParameters() member {
	s := definitionSchema(fieldNamed("parameters"), false)
	return member{"type": "object", "additionalProperties": s["additionalProperties"], "propertyNames": s["propertyNames"], "maxProperties": s["maxProperties"]}
}

func waitingFor() member {
	return named("WaitingFor", enum(string(jobs.WaitingForRelease), string(jobs.WaitingForTime), string(jobs.WaitingForDependencies),
		string(jobs.WaitingForPredecessor), string(jobs.WaitingForEngine)))
}

func microseconds() member { return member{"type": "integer", "format": "int64"} }
