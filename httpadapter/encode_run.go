package httpadapter

import (
	"strconv"

	"github.com/jobledger/jobledger/jobs"
)

// appendRun writes the documented run object.
func appendRun(b []byte, run *jobs.Run) []byte { return append(appendRunMembers(b, run), '}') }

// appendReportedRun writes the run as its engine sees it: with when somebody
// asked it to stop.
func appendReportedRun(b []byte, run *jobs.Run) []byte {
	b = appendRunMembers(b, run)
	return append(appendTime(b, `,"cancelRequestedAt":`, run.CancelRequestedAt), '}')
}

func appendRunMembers(b []byte, run *jobs.Run) []byte {
	b = appendText(b, `{"id":`, run.ID)
	b = appendText(b, `,"jobId":`, run.JobID)
	b = appendNumber(b, `,"jobVersion":`, run.JobVersion)
	b = appendText(b, `,"status":`, string(run.Status))
	b = appendOptional(b, `,"statusMessage":`, run.StatusMessage)
	b = appendText(b, `,"resourceCleanupMode":`, string(run.ResourceCleanupMode))
	b = appendTime(b, `,"dispatchedAt":`, run.DispatchedAt)
	b = appendTime(b, `,"finishedAt":`, run.FinishedAt)
	b = appendTime(b, `,"runnerStartedAt":`, run.RunnerStartedAt)
	b = appendTime(b, `,"runnerCompletedAt":`, run.RunnerCompletedAt)
	b = appendExecution(b, `,"runnerExecutionTimeUs":`, run)
	b = appendText(b, `,"trigger":`, string(run.Trigger))
	b = appendTime(b, `,"createdAt":`, run.CreatedAt)
	b = appendText(b, `,"createdBy":`, run.CreatedBy)
	b = appendTime(b, `,"updatedAt":`, run.UpdatedAt)
	b = appendRaw(b, `,"results":`, run.Results)
	b = appendText(b, `,"updatedBy":`, run.UpdatedBy)
	return appendTime(b, `,"cleanedAt":`, run.CleanedAt)
}

// appendExecution writes how long the runner ran, null while that is not known.
// A runner that was over at once has run for 0.
func appendExecution(b []byte, name string, run *jobs.Run) []byte {
	b = append(b, name...)
	if run.RunnerExecution == 0 && (run.RunnerStartedAt.IsZero() || run.RunnerCompletedAt.IsZero()) {
		return append(b, "null"...)
	}
	return strconv.AppendInt(b, run.RunnerExecution.Microseconds(), 10)
}

// appendTick writes what became of a tick.
func appendTick(b []byte, tick *jobs.Tick) []byte {
	b = appendTime(b, `{"nominalAt":`, tick.NominalAt)
	b = appendText(b, `,"localTime":`, tick.LocalTime)
	b = appendText(b, `,"verdict":`, string(tick.Verdict))
	b = appendOptional(b, `,"reason":`, tick.Reason)
	b = appendOptional(b, `,"runId":`, tick.RunID)
	b = appendFlag(b, `,"shifted":`, tick.Shifted)
	b = appendNumber(b, `,"count":`, tick.Count)
	return append(appendTime(b, `,"until":`, tick.Until), '}')
}

// appendFire writes a time at which a schedule fires.
func appendFire(b []byte, fire *jobs.Fire) []byte {
	b = appendTime(b, `{"nominalAt":`, fire.NominalAt)
	b = appendText(b, `,"localTime":`, fire.LocalTime)
	return append(appendFlag(b, `,"shifted":`, fire.Shifted), '}')
}

func appendFlag(b []byte, name string, set bool) []byte {
	return strconv.AppendBool(append(b, name...), set)
}
