package linearize

import (
	"time"

	"github.com/jobledger/jobledger/storage"
)

// outcomes are how a run ended, or that it did not.
var outcomes = []storage.Outcome{storage.Open, "succeeded", "failed"}

// startRun inserts a run, which is then the latest. Sometimes it wakes the jobs
// that depend on its job.
func startRun(c *client, change *storage.Change, n *note) {
	n.run++
	run := storage.RunRecord{
		JobRef: change.JobRef, ID: runID(n.run), Number: n.run, Doc: []byte(change.OperationID),
		CreatedAt: epoch.Add(time.Duration(n.run) * time.Second),
	}
	change.PutRuns = []storage.RunRecord{run}
	change.Job.LatestRunID = run.ID
	if c.random.IntN(3) == 0 {
		change.Wake = &storage.Wake{At: epoch.Add(time.Duration(c.random.IntN(60)) * time.Minute), Scope: after(change.Job.Key)}
	}
}

// endRun writes the outcome of the run that was the latest, without the job's
// record, and wakes the jobs that depend on it. Sometimes its engine is still
// owed something.
func endRun(c *client, change *storage.Change, n *note) {
	known := c.known[change.JobRef]
	if known.LatestRun == nil {
		startRun(c, change, n)
		return
	}
	run := *known.LatestRun
	run.Outcome, run.Doc, run.OwedAt = pick(c.random, outcomes[1:]), []byte(change.OperationID), time.Time{}
	if c.random.IntN(3) == 0 {
		run.OwedAt = epoch
	}
	change.Job = nil
	change.PutRuns = []storage.RunRecord{run}
	change.Wake = &storage.Wake{At: epoch, Scope: after(known.Key)}
}

// removeRun removes the run that was the latest.
func removeRun(c *client, change *storage.Change, _ *note) {
	if latest := c.known[change.JobRef].LatestRun; latest != nil {
		change.Job = nil
		change.RemoveRuns = []storage.RunGuard{{ID: latest.ID, Revision: latest.Revision}}
	}
}
