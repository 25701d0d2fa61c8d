package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
)

var guardCases = []testCase{
	{
		name: "a failed guard writes nothing",
		why: "a change is a decision; half of one (a run inserted, the tick that fired it not recorded) " +
			"is a state that nobody decided on",
		run: guardsInTurn,
	},
	{
		name: "a failed guard writes nothing to a tombstone",
		why:  "the change that notes an acknowledged cancel must also be made whole or not at all",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			p.create(ref("other"), "other")
			p.remove(ref("job"))
			c := p.change(ref("job"))
			c.Tombstone = &storage.TombstoneRecord{JobRef: ref("job"), Revision: 1, WakeAt: minute(1)}
			c.RequireKeys = []storage.KeyGuard{{Key: "key", JobID: "job"}}
			p.stale(c)
		},
	},
	{
		name: "a failed guard removes nothing",
		why:  "a job with dependents cannot be removed; the refused removal must change nothing, neither its key nor its runs",
		run: func(p *probe) {
			p.commit(everything(p))
			c := p.removing(ref("job"))
			c.ForbidScope = "up"
			p.stale(c)
		},
	},
	{
		name: "a stale operation may be decided anew",
		why:  "a store remembers only changes that it made; the next try of a refused one must not be taken for a repeat",
		run: func(p *probe) {
			c := everything(p)
			job := *c.Job
			c.Job.Revision = 9
			p.stale(c)
			c.Job = &job
			p.commit(c)
			require.Equal(p, "new-key", p.job(ref("job")).Key)
		},
	},
}

// guardsInTurn makes one change that writes everything, once for each of its
// guards with that guard broken, and at last whole.
func guardsInTurn(p *probe) {
	whole := everything(p)
	p.create(ref("blocker"), "blocker", withScopes("blocked"))
	for _, broken := range brokenGuards {
		c := deep.Copy(whole)
		c.OperationID = p.change(ref("job")).OperationID
		broken.spoil(&c)
		before := p.snapshot()
		err := p.store.Commit(p.ctx, c)
		require.ErrorIs(p, err, storage.ErrStale, broken.name)
		p.same(before, p.snapshot(), "written in spite of %s", broken.name)
	}
	p.commit(whole)
	require.Equal(p, "new-key", p.job(ref("job")).Key)
}

// brokenGuards break one guard each of the change that [everything] returns.
var brokenGuards = []struct {
	name  string
	spoil func(*storage.Change)
}{
	{"a job revision that is too low", func(c *storage.Change) { c.Job.Revision = 0 }},
	{"a job revision that is too high", func(c *storage.Change) { c.Job.Revision++ }},
	{"a key that is taken", func(c *storage.Change) { c.Job.Key = "down" }},
	{"a version that exists", func(c *storage.Change) { c.AddVersions[0].Number, c.PutVersionStates = 1, nil }},
	{"a second version that exists", func(c *storage.Change) {
		c.AddVersions, c.PutVersionStates = append(c.AddVersions, version(c.JobRef, 1)), nil
	}},
	{"the state of a version that does not exist", func(c *storage.Change) { c.PutVersionStates[0].Number = 9 }},
	{"the state of a version that is a draft", func(c *storage.Change) { withStates("draft", 3)(c) }},
	{"an organization's revision that is too high", func(c *storage.Change) { c.Organization.Revision = 1 }},
	{"a required revision of the organization that is too high", func(c *storage.Change) { c.RequireOrganization = new(int64(1)) }},
	{"a required revision of the organization alone", func(c *storage.Change) {
		c.Organization, c.RequireOrganization = nil, new(int64(2))
	}},
	{"a new run with an ID that exists", func(c *storage.Change) { c.PutRuns[0].ID = runID(2); c.RemoveRuns = nil }},
	{"a new run with a number that exists", func(c *storage.Change) { c.PutRuns[0].Number = 1 }},
	{"a run revision that is too high", func(c *storage.Change) { c.PutRuns[1].Revision = 2 }},
	{"a changed run that does not exist", func(c *storage.Change) { c.PutRuns[1].ID = "nobody" }},
	{"a removed run's wrong revision", func(c *storage.Change) { c.RemoveRuns[0].Revision = 2 }},
	{"a removed run that does not exist", func(c *storage.Change) { c.RemoveRuns[0].ID = "nobody" }},
	{"a required key that nobody has", func(c *storage.Change) { c.RequireKeys[0].Key = "nobody" }},
	{"a required key of another job", func(c *storage.Change) { c.RequireKeys[0].JobID = "blocker" }},
	{"a required key of a job that does not exist", func(c *storage.Change) { c.RequireKeys[0].JobID = "nobody" }},
	{"the last of several required keys", func(c *storage.Change) {
		c.RequireKeys = append(c.RequireKeys, storage.KeyGuard{Key: "blocker", JobID: "down"})
	}},
	{"a forbidden scope", func(c *storage.Change) { c.ForbidScope = "blocked" }},
	{"a graph counter that is too low", func(c *storage.Change) { c.Graph.Expect = -1 }},
	{"a graph counter that is too high", func(c *storage.Change) { c.Graph.Expect = 1 }},
	{"a graph counter that is only expected", func(c *storage.Change) { c.Graph = &storage.GraphGuard{Expect: 1} }},
}
