package jobs

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/internal/document"
	"github.com/jobledger/jobledger/storage"
)

var runDocument = document.New(func(r *runLedger) *[]byte { return &r.rest },
	// The fields of Run.
	document.Count(2, func(r *runLedger) *int { return &r.JobVersion }),
	document.Text(3, func(r *runLedger) *RunStatus { return &r.Status }),
	document.Text(4, func(r *runLedger) *string { return &r.StatusMessage }),
	document.Text(5, func(r *runLedger) *Trigger { return &r.Trigger }),
	document.Time(6, func(r *runLedger) *time.Time { return &r.NominalAt }),
	document.Text(7, func(r *runLedger) *string { return &r.RetryOf }),
	document.Text(8, func(r *runLedger) *CleanupMode { return &r.ResourceCleanupMode }),
	document.Time(9, func(r *runLedger) *time.Time { return &r.DispatchedAt }),
	document.Time(10, func(r *runLedger) *time.Time { return &r.RunnerStartedAt }),
	document.Time(11, func(r *runLedger) *time.Time { return &r.RunnerCompletedAt }),
	document.Duration(12, func(r *runLedger) *time.Duration { return &r.RunnerExecution }),
	document.Time(13, func(r *runLedger) *time.Time { return &r.FinishedAt }),
	document.Time(14, func(r *runLedger) *time.Time { return &r.CleanedAt }),
	document.Time(15, func(r *runLedger) *time.Time { return &r.CancelRequestedAt }),
	document.Bytes(16, func(r *runLedger) *json.RawMessage { return &r.Results }),
	document.Text(17, func(r *runLedger) *string { return &r.CreatedBy }),
	document.Time(18, func(r *runLedger) *time.Time { return &r.UpdatedAt }),
	document.Text(19, func(r *runLedger) *string { return &r.UpdatedBy }),
	// The other fields.
	document.Text(20, func(r *runLedger) *waitsFor { return &r.waitsFor }),
	document.Bytes(23, func(r *runLedger) *[]byte { return &r.tokenDigest }),
	document.Flag(24, func(r *runLedger) *bool { return &r.acknowledged }),
	document.Count(25, func(r *runLedger) *int { return &r.handed }),
	document.Time(26, func(r *runLedger) *time.Time { return &r.stepAt }),
	document.Time(27, func(r *runLedger) *time.Time { return &r.leaseUntil }),
	document.Time(28, func(r *runLedger) *time.Time { return &r.timeoutAt }),
	document.Time(41, func(r *runLedger) *time.Time { return &r.claimedAt }),
	document.Time(42, func(r *runLedger) *time.Time { return &r.doubtedAt }),
	document.Flag(29, func(r *runLedger) *bool { return &r.owesCancel }),
	document.Flag(30, func(r *runLedger) *bool { return &r.owesCleanup }),
	document.Time(31, func(r *runLedger) *time.Time { return &r.owedAt }),
	document.Time(33, func(r *runLedger) *time.Time { return &r.forgetAt }),
	document.Duration(34, func(r *runLedger) *time.Duration { return &r.timeout }),
	document.Flag(35, func(r *runLedger) *bool { return &r.deleted }),
	document.Flag(40, func(r *runLedger) *bool { return &r.keyed }),
	document.Flag(36, func(r *runLedger) *bool { return &r.cleans }),
	document.Time(37, func(r *runLedger) *time.Time { return &r.failedAt }),
	document.Duration(38, func(r *runLedger) *time.Duration { return &r.failedFor }),
	document.Pairs(43, func(r *runLedger) *map[string]string { return &r.Parameters }),
	document.Time(44, func(r *runLedger) *time.Time { return &r.RunAt }),
	document.Count(50, func(r *runLedger) *int { return &r.Attempt }),
	document.Count(51, func(r *runLedger) *int { return &r.retry.MaxAttempts }),
	document.Count(52, func(r *runLedger) *int { return &r.retry.BackoffSeconds }),
	document.Count(53, func(r *runLedger) *int { return &r.retry.MaxBackoffSeconds }),
	document.Text(54, func(r *runLedger) *string { return &r.trace.Parent }),
	document.Text(55, func(r *runLedger) *string { return &r.trace.State }),
)

func encodeRun(r *runLedger) []byte {
	return runDocument.Encode(r, 256+len(r.StatusMessage)+len(r.Results)+len(r.trace.State))
}

func decodeRun(record storage.RunRecord) (runLedger, error) {
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
	if err := runDocument.Decode(record.Doc, &r); err != nil {
		return runLedger{}, fmt.Errorf("document of run %s of job %s: %w", record.ID, record.JobID, err)
	}
	return r, nil
}
