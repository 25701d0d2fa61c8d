package jobs

import (
	"encoding/json"
	"fmt"
	"time"
)

// Fields of a run's document; see document.go.
const (
	runJobVersion        = 2
	runStatus            = 3
	runStatusMessage     = 4
	runTrigger           = 5
	runNominalAt         = 6
	runRetryOf           = 7
	runCleanupMode       = 8
	runDispatchedAt      = 9
	runRunnerStartedAt   = 10
	runRunnerCompletedAt = 11
	runRunnerExecution   = 12
	runFinishedAt        = 13
	runCleanedAt         = 14
	runCancelRequestedAt = 15
	runResults           = 16
	runCreatedBy         = 17
	runUpdatedAt         = 18
	runUpdatedBy         = 19
	runHold              = 20
	runWaiting           = 21
	runReplacing         = 22
	runToken             = 23
	runAcknowledged      = 24
	runAttempts          = 25
	runStepAt            = 26
	runLeaseUntil        = 27
	runTimeoutAt         = 28
	runOwesCancel        = 29
	runOwesCleanup       = 30
	runOwedAt            = 31
	runOwedTries         = 32
	runForgetAt          = 33
	runTimeout           = 34
	runDeleted           = 35
)

func encodeRun(r *runLedger) []byte {
	var e encoder
	e.grow(256 + len(r.StatusMessage) + len(r.Results))
	e.integer(fieldFormat, documentFormat)
	e.integer(runJobVersion, int64(r.JobVersion))
	e.text(runStatus, string(r.Status))
	e.text(runStatusMessage, r.StatusMessage)
	e.text(runTrigger, string(r.Trigger))
	e.time(runNominalAt, r.NominalAt)
	e.text(runRetryOf, r.RetryOf)
	e.text(runCleanupMode, string(r.ResourceCleanupMode))
	e.time(runDispatchedAt, r.DispatchedAt)
	e.time(runRunnerStartedAt, r.RunnerStartedAt)
	e.time(runRunnerCompletedAt, r.RunnerCompletedAt)
	e.integer(runRunnerExecution, r.RunnerExecution.Microseconds())
	e.time(runFinishedAt, r.FinishedAt)
	e.time(runCleanedAt, r.CleanedAt)
	e.time(runCancelRequestedAt, r.CancelRequestedAt)
	e.bytes(runResults, r.Results)
	e.text(runCreatedBy, r.CreatedBy)
	e.time(runUpdatedAt, r.UpdatedAt)
	e.text(runUpdatedBy, r.UpdatedBy)
	e.flag(runHold, r.hold)
	e.flag(runWaiting, r.waiting)
	e.flag(runReplacing, r.replacing)
	e.text(runToken, r.token)
	e.flag(runAcknowledged, r.acknowledged)
	e.integer(runAttempts, int64(r.attempts))
	e.time(runStepAt, r.stepAt)
	e.time(runLeaseUntil, r.leaseUntil)
	e.time(runTimeoutAt, r.timeoutAt)
	e.flag(runOwesCancel, r.owesCancel)
	e.flag(runOwesCleanup, r.owesCleanup)
	e.time(runOwedAt, r.owedAt)
	e.integer(runOwedTries, int64(r.owedTries))
	e.time(runForgetAt, r.forgetAt)
	e.integer(runTimeout, r.timeout.Microseconds())
	e.flag(runDeleted, r.deleted)
	return e.doc
}

func decodeRun(record RunRecord) (runLedger, error) {
	r := runLedger{
		Run: Run{
			ID:             record.ID,
			OrganizationID: record.OrganizationID,
			JobID:          record.JobID,
			Number:         record.Number,
			CreatedAt:      record.CreatedAt,
		},
		revision: record.Revision,
	}
	d := newDecoder(record.Doc)
	for d.next() {
		if d.field < runHold {
			r.decodePublic(&d)
		} else {
			r.decodePrivate(&d)
		}
	}
	if err := d.finish(); err != nil {
		return runLedger{}, fmt.Errorf("document of run %s of job %s: %w", record.ID, record.JobID, err)
	}
	return r, nil
}

// decodePublic reads a field of the run as callers see it.
func (r *runLedger) decodePublic(d *decoder) {
	switch d.field {
	case fieldFormat:
		d.checkFormat(d.integer())
	case runJobVersion:
		r.JobVersion = d.count()
	case runStatus:
		r.Status = RunStatus(d.text())
	case runStatusMessage:
		r.StatusMessage = d.text()
	case runTrigger:
		r.Trigger = Trigger(d.text())
	case runNominalAt:
		r.NominalAt = d.time()
	case runRetryOf:
		r.RetryOf = d.text()
	case runCleanupMode:
		r.ResourceCleanupMode = CleanupMode(d.text())
	case runDispatchedAt:
		r.DispatchedAt = d.time()
	case runRunnerStartedAt:
		r.RunnerStartedAt = d.time()
	case runRunnerCompletedAt:
		r.RunnerCompletedAt = d.time()
	case runRunnerExecution:
		r.RunnerExecution = time.Duration(d.integer()) * time.Microsecond
	case runFinishedAt:
		r.FinishedAt = d.time()
	case runCleanedAt:
		r.CleanedAt = d.time()
	case runCancelRequestedAt:
		r.CancelRequestedAt = d.time()
	case runResults:
		r.Results = json.RawMessage(d.bytes())
	case runCreatedBy:
		r.CreatedBy = d.text()
	case runUpdatedAt:
		r.UpdatedAt = d.time()
	case runUpdatedBy:
		r.UpdatedBy = d.text()
	}
}

// decodePrivate reads a field that is kept beside the run.
func (r *runLedger) decodePrivate(d *decoder) {
	switch d.field {
	case runHold:
		r.hold = d.flag()
	case runWaiting:
		r.waiting = d.flag()
	case runReplacing:
		r.replacing = d.flag()
	case runToken:
		r.token = d.text()
	case runAcknowledged:
		r.acknowledged = d.flag()
	case runAttempts:
		r.attempts = d.count()
	case runStepAt:
		r.stepAt = d.time()
	case runLeaseUntil:
		r.leaseUntil = d.time()
	case runTimeoutAt:
		r.timeoutAt = d.time()
	case runOwesCancel:
		r.owesCancel = d.flag()
	case runOwesCleanup:
		r.owesCleanup = d.flag()
	case runOwedAt:
		r.owedAt = d.time()
	case runOwedTries:
		r.owedTries = d.count()
	case runForgetAt:
		r.forgetAt = d.time()
	case runTimeout:
		r.timeout = time.Duration(d.integer()) * time.Microsecond
	case runDeleted:
		r.deleted = d.flag()
	}
}
