package linearize

import (
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// decision fills in a change to a job that the client knows. The note is
// written into the job's document afterwards, if there is still a record.
type decision func(c *client, change *storage.Change, n *note)

// decisions are what a client does to a job, as often as they are listed.
var decisions = []decision{
	edit,
	settle, settle,
	grant, grant,
	move,
	rename,
	putDraft, putDraft, putDraft,
	removeDraft,
	publish, publish, publish,
	publishAgain,
	startRun, startRun, startRun,
	endRun, endRun, endRun,
	removeRun,
}

// decide returns a change to a job.
func (c *client) decide(ctx context.Context, t target, ref storage.JobRef) (*storage.Change, error) {
	known, ok := c.known[ref]
	if !ok {
		if c.random.IntN(8) == 0 {
			return c.retouch(ctx, ref)
		}
		return c.create(ref), nil
	}
	change := c.begin(ref)
	known.LatestRun = nil
	change.Job = &known
	if !t.single() && c.random.IntN(8) == 0 || c.random.IntN(40) == 0 {
		c.remove(change)
		return change, nil
	}
	n := noteOf(known)
	n.by = change.OperationID
	if !t.single() && c.random.IntN(3) == 0 {
		if err := c.depend(ctx, t, change, &n); err != nil {
			return nil, err
		}
	} else {
		pick(c.random, decisions)(c, change, &n)
	}
	if change.Job != nil && len(change.Job.Doc) > 0 {
		change.Job.Doc = n.doc()
	}
	if c.found.Organization.OrganizationID == ref.OrganizationID && c.random.IntN(4) == 0 {
		change.RequireOrganization = new(c.found.Organization.Revision)
	}
	return change, nil
}

// create makes a job with a first version.
func (c *client) create(ref storage.JobRef) *storage.Change {
	change := c.begin(ref)
	n := note{version: 1, by: change.OperationID}
	change.Job = &storage.JobRecord{
		JobRef: ref, Key: pick(c.random, someKeys), CreatedAt: epoch, TeamIDs: some(c.random, allTeams), Doc: n.doc(),
	}
	change.AddVersions = []storage.VersionRecord{version(change, 1)}
	return change
}

// remove leaves a tombstone, which stays: nobody sweeps.
func (c *client) remove(change *storage.Change) {
	change.Tombstone = &storage.TombstoneRecord{JobRef: change.JobRef, Doc: []byte(change.OperationID)}
	change.ForbidScope = after(change.Job.Key)
}

// retouch writes the tombstone of a job that was removed, if it was, and
// removes a run that it left.
func (c *client) retouch(ctx context.Context, ref storage.JobRef) (*storage.Change, error) {
	got, err := c.recorder.read(ctx, listRuns(storage.RunQuery{JobRef: ref, Removed: true, Limit: pageSize}))
	if err != nil {
		return nil, err
	}
	change := c.begin(ref)
	change.Tombstone = &storage.TombstoneRecord{JobRef: ref, Revision: 1 + c.random.Int64N(3), Doc: []byte(change.OperationID)}
	if left, _ := got.value.([]storage.RunRecord); len(left) > 0 {
		change.RemoveRuns = []storage.RunGuard{{ID: left[0].ID, Revision: left[0].Revision}}
	}
	return change, nil
}

func edit(*client, *storage.Change, *note) {} // the note is enough

// settle writes what the scheduler keeps, and a tick, and leaves the document.
func settle(c *client, change *storage.Change, _ *note) {
	change.Job.Doc, change.Job.State = nil, []byte(change.OperationID)
	minute := func() time.Time { return epoch.Add(time.Duration(c.random.IntN(20)) * time.Minute) }
	change.PutTicks = []storage.TickRecord{{JobRef: change.JobRef, NominalAt: minute(), Doc: []byte(change.OperationID)}}
	if c.random.IntN(3) == 0 {
		change.TrimTicks = minute()
	}
}

func grant(c *client, change *storage.Change, _ *note) { change.Job.TeamIDs = some(c.random, allTeams) }

// move gives the job another scope that is listed by key.
func move(c *client, change *storage.Change, _ *note) {
	others := slices.DeleteFunc(slices.Clone(change.Job.Scopes), func(s string) bool { return slices.Contains(keyScopes, s) })
	change.Job.KeyScopes = []string{pick(c.random, keyScopes)}
	change.Job.Scopes = slices.Sorted(slices.Values(append(others, change.Job.KeyScopes...)))
}

// rename gives the job a key that may be taken.
func rename(c *client, change *storage.Change, _ *note) {
	change.ForbidScope = after(change.Job.Key)
	change.Job.Key = pick(c.random, someKeys)
}

func putDraft(_ *client, change *storage.Change, n *note) {
	if n.draft == 0 {
		n.version++
		n.draft = n.version
	}
	draft := version(change, n.draft)
	change.PutDraft = &draft
}

func removeDraft(_ *client, change *storage.Change, n *note) {
	change.RemoveDraft = true
	n.draft = 0
}

// publish publishes the draft or, without one, a new version.
func publish(_ *client, change *storage.Change, n *note) {
	if n.draft == 0 {
		n.version++
		n.draft = n.version
	}
	change.AddVersions = []storage.VersionRecord{version(change, n.draft)}
	change.RemoveDraft = true
	n.draft = 0
}

// publishAgain uses a number that is, most of the time, taken.
func publishAgain(c *client, change *storage.Change, n *note) {
	change.AddVersions = []storage.VersionRecord{version(change, 1+c.random.IntN(n.version+1))}
	n.version++
}

func version(change *storage.Change, number int) storage.VersionRecord {
	return storage.VersionRecord{JobRef: change.JobRef, Number: number, Doc: []byte(change.OperationID)}
}
