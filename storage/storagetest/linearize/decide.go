package linearize

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// decision fills in a change to a job that the client knows. The note is
// written into the job's document afterwards.
type decision func(c *client, change *jobs.Change, n *note)

// decisions are what a client does to a job, as often as they are listed.
var decisions = []decision{
	edit,
	grant, grant,
	rename,
	putDraft, putDraft, putDraft,
	removeDraft,
	publish, publish, publish,
	publishAgain,
	startRun, startRun, startRun,
	endRun, endRun, endRun,
	removeRun,
}

// decide returns a change to a job, or nil when it has nothing to do.
func (c *client) decide(ctx context.Context, p place, ref jobs.JobRef) (*jobs.Change, error) {
	known, ok := c.known[ref]
	if !ok {
		if c.random.IntN(8) == 0 {
			return c.retouch(ref), nil
		}
		return c.create(ref), nil
	}
	change := c.begin(ref)
	known.LatestRun = nil
	change.Job = &known
	if !p.single() && c.random.IntN(8) == 0 || c.random.IntN(40) == 0 {
		c.remove(change)
		return change, nil
	}
	n := noteOf(known)
	n.by = change.OperationID
	if !p.single() && c.random.IntN(3) == 0 {
		if err := c.depend(ctx, p, change, &n); err != nil {
			return nil, err
		}
	} else {
		pick(c.random, decisions)(c, change, &n)
	}
	if change.Job != nil {
		change.Job.Doc = n.doc()
	}
	return change, nil
}

// create makes a job with a first version.
func (c *client) create(ref jobs.JobRef) *jobs.Change {
	change := c.begin(ref)
	n := note{version: 1, by: change.OperationID}
	change.Job = &jobs.JobRecord{
		JobRef: ref, Key: pick(c.random, someKeys), CreatedAt: epoch, TeamIDs: some(c.random, allTeams), Doc: n.doc(),
	}
	change.AddVersions = []jobs.VersionRecord{version(change, 1)}
	return change
}

// remove leaves a tombstone that something is owed for, so that it stays.
func (c *client) remove(change *jobs.Change) {
	change.Tombstone = &jobs.TombstoneRecord{JobRef: change.JobRef, Owed: true, Doc: []byte(change.OperationID)}
	change.ForbidDependents = change.Job.Key
}

// retouch writes the tombstone of a job that was removed, if it was.
func (c *client) retouch(ref jobs.JobRef) *jobs.Change {
	change := c.begin(ref)
	change.Tombstone = &jobs.TombstoneRecord{
		JobRef: ref, Revision: 1 + c.random.Int64N(3), Owed: true, Doc: []byte(change.OperationID),
	}
	return change
}

func edit(*client, *jobs.Change, *note) {} // the note is enough

func grant(c *client, change *jobs.Change, _ *note) { change.Job.TeamIDs = some(c.random, allTeams) }

// rename gives the job a key that may be taken.
func rename(c *client, change *jobs.Change, _ *note) {
	change.ForbidDependents = change.Job.Key
	change.Job.Key = pick(c.random, someKeys)
}

func putDraft(_ *client, change *jobs.Change, n *note) {
	if n.draft == 0 {
		n.version++
		n.draft = n.version
	}
	draft := version(change, n.draft)
	change.PutDraft = &draft
}

func removeDraft(_ *client, change *jobs.Change, n *note) {
	change.RemoveDraft = true
	n.draft = 0
}

// publish publishes the draft or, without one, a new version.
func publish(_ *client, change *jobs.Change, n *note) {
	if n.draft == 0 {
		n.version++
		n.draft = n.version
	}
	change.AddVersions = []jobs.VersionRecord{version(change, n.draft)}
	change.RemoveDraft = true
	n.draft = 0
}

// publishAgain uses a number that is, most of the time, taken.
func publishAgain(c *client, change *jobs.Change, n *note) {
	change.AddVersions = []jobs.VersionRecord{version(change, 1+c.random.IntN(n.version+1))}
	n.version++
}

func version(change *jobs.Change, number int) jobs.VersionRecord {
	return jobs.VersionRecord{JobRef: change.JobRef, Number: number, Doc: []byte(change.OperationID)}
}

// startRun inserts a run, which is the latest, and wakes the job.
func startRun(c *client, change *jobs.Change, n *note) {
	n.run++
	run := jobs.RunRecord{
		JobRef: change.JobRef, ID: runID(n.run), Number: n.run, Doc: []byte(change.OperationID),
		CreatedAt: epoch.Add(time.Duration(n.run) * time.Second),
	}
	change.PutRuns = []jobs.RunRecord{run}
	change.Job.LatestRunID = run.ID
	if c.random.IntN(3) == 0 {
		change.Wake = &jobs.Wake{At: epoch.Add(time.Duration(c.random.IntN(60)) * time.Minute), Self: true}
	}
}

// endRun writes the outcome of the run that was the latest, without the job's
// record, and wakes the jobs that depend on it.
func endRun(c *client, change *jobs.Change, n *note) {
	latest := c.known[change.JobRef].LatestRun
	if latest == nil {
		startRun(c, change, n)
		return
	}
	run := *latest
	run.Outcome, run.Doc = pick(c.random, []jobs.Outcome{jobs.OutcomeSucceeded, jobs.OutcomeFailed}), []byte(change.OperationID)
	change.Job = nil
	change.PutRuns = []jobs.RunRecord{run}
	change.Wake = &jobs.Wake{At: epoch, Self: c.random.IntN(2) == 0, Dependents: true}
}

// removeRun removes the run that was the latest.
func removeRun(c *client, change *jobs.Change, _ *note) {
	if latest := c.known[change.JobRef].LatestRun; latest != nil {
		change.Job = nil
		change.RemoveRuns = []jobs.RunGuard{{ID: latest.ID, Revision: latest.Revision}}
	}
}
