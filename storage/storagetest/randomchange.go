package storagetest

import (
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// change makes a random change. Nine in ten are as a service would make them;
// the others are spoiled somewhere.
func (g *generator) change() jobs.Change {
	at := g.ref()
	c := g.p.change(at)
	job, lives := g.model.jobs[at]
	tombstone, removed := g.model.tombstones[at]
	switch {
	case removed && g.rng.IntN(3) > 0:
		tombstone.Owed, tombstone.WakeAt = pick(g, true, false), minute(g.rng.IntN(9))
		c.Tombstone = &tombstone
	case !lives:
		c.Job = newJob(at, g.key())
		c.Job.CreatedAt = minute(g.rng.IntN(4))
		g.edit(&c)
	case g.rng.IntN(12) == 0 && g.lives(at.OrganizationID) > 1:
		c.Job = &job
		c.Tombstone = &jobs.TombstoneRecord{JobRef: at, Owed: pick(g, true, false), WakeAt: minute(g.rng.IntN(9))}
	case g.rng.IntN(3) == 0:
		g.beside(&c)
	default:
		c.Job = &job
		g.edit(&c)
	}
	g.guard(&c)
	if g.rng.IntN(10) == 0 {
		g.spoil(&c)
	}
	return copyChange(c)
}

// lives counts an organization's jobs. The last one is never removed: the
// contract has no word for the counter of an organization that lost all.
func (g *generator) lives(organization string) int {
	n := 0
	for ref := range g.model.jobs {
		if ref.OrganizationID == organization {
			n++
		}
	}
	return n
}

// edit adds a few edits to a change that writes the job.
func (g *generator) edit(c *jobs.Change) {
	c.Job.Doc = []byte(c.OperationID)
	edits := []func(*jobs.Change){
		withKey(g.key()), withTeams(some(g, "blue", "green", "red")...), withCluster(pick(g, "", "east", "west")),
		withDependsOn(some(g, "K", "k", "k-1")...), withWakeAt(minute(g.rng.IntN(9))), withWakeAt(jobs.Change{}.At),
		withDraft(1 + g.rng.IntN(9)), withoutDraft, g.addVersion, g.insertRun, g.insertRun, g.updateRun, g.removeRun,
		withTicks(g.rng.IntN(40), 40), func(c *jobs.Change) { c.KeepTicks = 1 + g.rng.IntN(4) },
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
func (g *generator) beside(c *jobs.Change) {
	pick(g, g.updateRun, g.removeRun, func(c *jobs.Change) { c.KeepTicks = 1 + g.rng.IntN(4) })(c)
	c.Wake = &jobs.Wake{At: minute(g.rng.IntN(9)), Self: pick(g, true, false), Dependents: pick(g, true, false)}
}

func (g *generator) addVersion(c *jobs.Change) {
	withVersions(len(g.model.versions[c.JobRef]) + 1)(c)
}

func (g *generator) insertRun(c *jobs.Change) {
	next := 1 + len(c.PutRuns)
	for _, r := range g.model.runs[c.JobRef] {
		next = max(next, int(r.Number)+1)
	}
	if slices.ContainsFunc(c.PutRuns, func(r jobs.RunRecord) bool { return int(r.Number) == next }) {
		return
	}
	run := newRun(c.JobRef, next)
	run.CreatedAt = minute(g.rng.IntN(9))
	g.dress(&run)
	withRuns(run)(c)
}

func (g *generator) updateRun(c *jobs.Change) {
	if run, ok := g.untouchedRun(c); ok {
		g.dress(&run)
		c.PutRuns = append(c.PutRuns, run)
	}
}

func (g *generator) removeRun(c *jobs.Change) {
	if run, ok := g.untouchedRun(c); ok {
		c.RemoveRuns = append(c.RemoveRuns, jobs.RunGuard{ID: run.ID, Revision: run.Revision})
	}
}

// dress gives a run what may change.
func (g *generator) dress(run *jobs.RunRecord) {
	run.Outcome = pick(g, jobs.OutcomeNone, jobs.OutcomeSucceeded, jobs.OutcomeFailed)
	run.WakeAt = pick(g, minute(g.rng.IntN(9)), jobs.Change{}.At)
	run.Doc = append([]byte(nil), byte(g.rng.IntN(256)), byte(g.rng.IntN(256)))
}

// untouchedRun returns a stored run that the change does not touch yet.
func (g *generator) untouchedRun(c *jobs.Change) (jobs.RunRecord, bool) {
	stored := g.model.runs[c.JobRef]
	if len(stored) == 0 {
		return jobs.RunRecord{}, false
	}
	run := stored[g.rng.IntN(len(stored))]
	put := slices.ContainsFunc(c.PutRuns, func(r jobs.RunRecord) bool { return r.ID == run.ID })
	removed := slices.ContainsFunc(c.RemoveRuns, func(r jobs.RunGuard) bool { return r.ID == run.ID })
	return run, !put && !removed
}

// guard adds guards that hold more often than not.
func (g *generator) guard(c *jobs.Change) {
	if g.rng.IntN(4) == 0 {
		c.Graph = &jobs.GraphGuard{Expect: g.model.graphs[c.OrganizationID], Raise: pick(g, true, false)}
	}
	if g.rng.IntN(12) == 0 {
		c.ForbidDependents = pick(g, "k", "k-2")
	}
	if g.rng.IntN(4) > 0 {
		return
	}
	// In the order of the model's map, a random guard would not be the same twice.
	for _, id := range []string{"a", "b", "c"} {
		other := jobs.JobRef{OrganizationID: c.OrganizationID, JobID: id}
		if job, ok := g.model.jobs[other]; ok && other != c.JobRef {
			c.RequireKeys = append(c.RequireKeys, jobs.KeyGuard{Key: job.Key, JobID: id})
		}
	}
}

// spoil breaks a guard of the change, or repeats an older operation.
func (g *generator) spoil(c *jobs.Change) {
	switch {
	case g.rng.IntN(4) == 0:
		c.OperationID = "operation-1"
	case c.Job != nil && g.rng.IntN(2) == 0:
		c.Job.Revision++
	case len(c.PutRuns) > 0 && c.PutRuns[0].Revision > 0:
		c.PutRuns[0].Revision++
	case len(c.RemoveRuns) > 0:
		c.RemoveRuns[0].Revision++
	default:
		c.Graph = &jobs.GraphGuard{Expect: g.model.graphs[c.OrganizationID] + 1}
	}
}
