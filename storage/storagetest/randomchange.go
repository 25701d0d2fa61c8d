package storagetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
)

// change makes a random change. Nine in ten are as a service would make them;
// the others are spoiled somewhere.
func (g *generator) change() storage.Change {
	if g.rng.IntN(20) == 0 {
		return g.organizationChange()
	}
	at := g.ref()
	c := g.p.change(at)
	job, lives := g.state(at).Job(at.JobID)
	tombstone, removed := g.state(at).Tombstone(at.JobID)
	switch {
	case removed && g.rng.IntN(3) > 0:
		tombstone.WakeAt = minute(g.rng.IntN(9))
		c.Tombstone = &tombstone
		for range g.rng.IntN(3) {
			g.removeRun(&c)
		}
	case !lives:
		c.Job = newJob(at, g.key())
		c.Job.CreatedAt = minute(g.rng.IntN(4))
		g.edit(&c)
	case g.rng.IntN(12) == 0:
		c.Job = &job
		c.Tombstone = &storage.TombstoneRecord{JobRef: at, WakeAt: minute(g.rng.IntN(9))}
	case g.rng.IntN(3) == 0:
		g.beside(&c)
	default:
		c.Job = &job
		g.edit(&c)
	}
	for range g.rng.IntN(3) {
		withEvents(c.OperationID)(&c)
	}
	g.guard(&c)
	if g.rng.IntN(10) == 0 {
		g.spoil(&c)
	}
	return deep.Copy(c)
}

// organizationChange makes a change to an organization alone.
func (g *generator) organizationChange() storage.Change {
	c := g.p.change(storage.JobRef{OrganizationID: pick(g, "org-1", "org-2")})
	record := g.state(c.JobRef).Organization()
	record.Doc = []byte(c.OperationID)
	if g.rng.IntN(5) == 0 {
		record.Revision++
	}
	c.Organization = &record
	withEvents(c.OperationID)(&c)
	return c
}

// edit adds a few edits to a change that writes the job.
func (g *generator) edit(c *storage.Change) {
	c.Job.Doc, c.Job.State = pick(g, []byte(c.OperationID), nil), pick(g, []byte(c.OperationID), nil)
	if c.Job.Revision == 0 {
		c.Job.Doc = []byte(c.OperationID)
	}
	edits := []func(*storage.Change){
		withKey(g.key()), withTeams(some(g, "blue", "green", "red")...),
		withScopes(some(g, "key-east", "key-west", "up", "up-2")...), withWakeAt(minute(g.rng.IntN(9))), withWakeAt(storage.Change{}.At),
		withDraft(1 + g.rng.IntN(9)), withoutDraft, g.addVersion, g.putState, g.insertRun, g.insertRun, g.updateRun, g.removeRun,
		withTicks(g.rng.IntN(40), 40), trimmed(g.rng.IntN(40)),
	}
	for range 1 + g.rng.IntN(5) {
		i := g.rng.IntN(len(edits))
		edits[i](c)
		edits = slices.Delete(edits, i, i+1)
	}
	if c.RemoveDraft {
		c.PutDraft = nil
	}
}

// beside makes a change that leaves the job's record alone.
func (g *generator) beside(c *storage.Change) {
	pick(g, g.updateRun, g.removeRun)(c)
	c.Wake = &storage.Wake{At: minute(g.rng.IntN(9)), Scope: pick(g, "other", "up", "key-east")}
}

func (g *generator) addVersion(c *storage.Change) {
	withVersions(1 + len(c.AddVersions) + g.versions(c.JobRef))(c)
}

// putState puts the state of a version that exists, more often than not.
func (g *generator) putState(c *storage.Change) {
	if stored := g.versions(c.JobRef); stored > 0 {
		withStates(c.OperationID, 1+g.rng.IntN(stored))(c)
	}
}

// versions counts the versions of a job.
func (g *generator) versions(at storage.JobRef) int {
	page, err := g.model.ListVersions(g.p.ctx, storage.VersionQuery{JobRef: at})
	require.NoError(g.p, err)
	return page.Total
}

func (g *generator) insertRun(c *storage.Change) {
	next := 1 + len(c.PutRuns)
	for _, r := range g.state(c.JobRef).Runs(c.JobID) {
		next = max(next, int(r.Number)+1)
	}
	if slices.ContainsFunc(c.PutRuns, func(r storage.RunRecord) bool { return int(r.Number) == next }) {
		return
	}
	run := newRun(c.JobRef, next)
	run.CreatedAt = minute(g.rng.IntN(9))
	g.dress(&run)
	withRuns(run)(c)
}

func (g *generator) updateRun(c *storage.Change) {
	if run, ok := g.untouchedRun(c); ok {
		g.dress(&run)
		c.PutRuns = append(c.PutRuns, run)
	}
}

func (g *generator) removeRun(c *storage.Change) {
	if run, ok := g.untouchedRun(c); ok {
		c.RemoveRuns = append(c.RemoveRuns, storage.RunGuard{ID: run.ID, Revision: run.Revision})
	}
}

// dress gives a run what may change.
func (g *generator) dress(run *storage.RunRecord) {
	run.Outcome = pick(g, storage.Open, succeeded, failed)
	for _, kind := range runKinds {
		kind.set(run, pick(g, minute(g.rng.IntN(9)), time.Time{}))
	}
	run.Doc = append([]byte(nil), byte(g.rng.IntN(256)), byte(g.rng.IntN(256)))
}

// untouchedRun returns a stored run that the change does not touch yet.
func (g *generator) untouchedRun(c *storage.Change) (storage.RunRecord, bool) {
	stored := g.state(c.JobRef).Runs(c.JobID)
	if len(stored) == 0 {
		return storage.RunRecord{}, false
	}
	run := stored[g.rng.IntN(len(stored))]
	put := slices.ContainsFunc(c.PutRuns, func(r storage.RunRecord) bool { return r.ID == run.ID })
	removed := slices.ContainsFunc(c.RemoveRuns, func(r storage.RunGuard) bool { return r.ID == run.ID })
	return run, !put && !removed
}

// guard adds guards that hold more often than not.
func (g *generator) guard(c *storage.Change) {
	organization := g.state(c.JobRef).Organization()
	if g.rng.IntN(4) == 0 {
		c.Graph = &storage.GraphGuard{Expect: organization.Graph, Raise: pick(g, true, false)}
	}
	if g.rng.IntN(8) == 0 {
		c.RequireOrganization = new(organization.Revision)
	}
	if g.rng.IntN(12) == 0 {
		c.ForbidScope = pick(g, "up", "up-2", "empty")
	}
	if g.rng.IntN(4) > 0 {
		return
	}
	for _, id := range []string{"a", "b", "c"} {
		if job, ok := g.state(c.JobRef).Job(id); ok && id != c.JobID {
			c.RequireKeys = append(c.RequireKeys, storage.KeyGuard{Key: job.Key, JobID: id})
		}
	}
}

// spoil breaks a guard of the change, or repeats an older operation.
func (g *generator) spoil(c *storage.Change) {
	switch {
	case g.rng.IntN(4) == 0:
		c.OperationID = "operation-000001"
	case c.Job != nil && g.rng.IntN(2) == 0:
		c.Job.Revision++
	case len(c.PutRuns) > 0 && c.PutRuns[0].Revision > 0:
		c.PutRuns[0].Revision++
	case len(c.RemoveRuns) > 0:
		c.RemoveRuns[0].Revision++
	case g.rng.IntN(2) == 0:
		c.RequireOrganization = new(g.state(c.JobRef).Organization().Revision + 1)
	case len(c.PutVersionStates) > 0:
		c.PutVersionStates[0].Number += 100
	default:
		c.Graph = &storage.GraphGuard{Expect: g.state(c.JobRef).Organization().Graph + 1}
	}
}
