package jobs

import "github.com/jobledger/jobledger/storage"

// LedgerOf is a job as it is before it is written.
func LedgerOf(job Job) *ledger {
	return &ledger{Job: job, lastVersion: job.Version.Number, lastEdition: job.Edition, cursor: job.CreatedAt}
}

// EncodeJob writes a job's two documents.
func EncodeJob(l *ledger) (doc, state []byte) { return encodeJobDoc(l), encodeJobState(l) }

// DecodeJob reads them.
func DecodeJob(record storage.JobRecord) (Job, error) {
	l, err := decodeLedger(record)
	return l.Job, err
}
