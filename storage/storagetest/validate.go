package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

var validateCases = []testCase{
	{
		name: "a change that is wrong in itself is refused",
		why:  "a bug in the caller must be an error at once, not a record that no read can make sense of",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			for _, wrong := range wrongChanges {
				c := p.editing(ref("job"))
				wrong.spoil(&c)
				p.refused(c, wrong.name)
			}
		},
	},
	{
		name: "a change is validated before anything else",
		why:  "whether a bug in the caller shows must not depend on what is stored",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			applied := p.editing(ref("job"))
			p.commit(applied)
			applied.KeepTicks = -1
			p.refused(applied, "an operation that was applied")
			stale := p.editing(ref("job"))
			stale.Job.Revision, stale.KeepTicks = 9, -1
			p.refused(stale, "a revision that is stale")
		},
	},
}

// refused makes a change that must be refused as a bug, and write nothing.
func (p *probe) refused(c jobs.Change, name string) {
	p.Helper()
	before := p.snapshot()
	err := p.store.Commit(p.ctx, c)
	require.Error(p, err, name)
	for _, sentinel := range []error{jobs.ErrStale, jobs.ErrNotFound, jobs.ErrOutcomeUnknown} {
		require.NotErrorIs(p, err, sentinel, name)
	}
	p.same(before, p.snapshot(), "written in spite of %s", name)
}

// wrongChanges make an edit of a job wrong, whatever is stored.
var wrongChanges = []struct {
	name  string
	spoil func(*jobs.Change)
}{
	{"no organization", func(c *jobs.Change) { c.OrganizationID = "" }},
	{"no job", func(c *jobs.Change) { c.JobID = "" }},
	{"no operation ID", func(c *jobs.Change) { c.OperationID = "" }},
	{"no time", func(c *jobs.Change) { c.At = jobs.Change{}.At }},
	{"a negative number of ticks kept", func(c *jobs.Change) { c.KeepTicks = -1 }},
	{"no key", func(c *jobs.Change) { c.Job.Key = "" }},
	{"no creation time", func(c *jobs.Change) { c.Job.CreatedAt = jobs.Change{}.At }},
	{"teams out of order", func(c *jobs.Change) { c.Job.TeamIDs = []string{"b", "a"} }},
	{"a team twice", func(c *jobs.Change) { c.Job.TeamIDs = []string{"a", "a"} }},
	{"a dependency without a name", func(c *jobs.Change) { c.Job.DependsOn = []string{""} }},
	{"another job's record", func(c *jobs.Change) { c.Job.JobID = "other" }},
	{"another organization's record", func(c *jobs.Change) { c.Job.OrganizationID = "other" }},
	{"another job's version", func(c *jobs.Change) {
		c.AddVersions = []jobs.VersionRecord{version(ref("other"), 1)}
	}},
	{"another job's draft", func(c *jobs.Change) { c.PutDraft = &jobs.VersionRecord{JobRef: ref("other")} }},
	{"another job's run", func(c *jobs.Change) { c.PutRuns = []jobs.RunRecord{newRun(ref("other"), 2)} }},
	{"another job's tick", func(c *jobs.Change) { c.PutTicks = []jobs.TickRecord{tick(ref("other"), 1)} }},
	{"another job's tombstone", func(c *jobs.Change) { c.Tombstone = &jobs.TombstoneRecord{JobRef: ref("other")} }},
	{"a job beside its old tombstone", func(c *jobs.Change) {
		c.Tombstone = &jobs.TombstoneRecord{JobRef: ref("job"), Revision: 1}
	}},
	{"a removal without the job", func(c *jobs.Change) {
		c.Job, c.Tombstone = nil, &jobs.TombstoneRecord{JobRef: ref("job")}
	}},
	{"a version without the job", func(c *jobs.Change) { withVersions(1)(c); c.Job = nil }},
	{"a draft without the job", func(c *jobs.Change) { withDraft(1)(c); c.Job = nil }},
	{"a draft removed without the job", func(c *jobs.Change) { c.Job, c.RemoveDraft = nil, true }},
	{"a tick without the job", func(c *jobs.Change) { withTicks(1)(c); c.Job = nil }},
	{"a new run without the job", func(c *jobs.Change) { withRuns(newRun(ref("job"), 2))(c); c.Job = nil }},
	{"a run without an ID", func(c *jobs.Change) { c.PutRuns = []jobs.RunRecord{{JobRef: ref("job"), Number: 1}} }},
	{"a run written twice", func(c *jobs.Change) {
		c.PutRuns = []jobs.RunRecord{newRun(ref("job"), 2), newRun(ref("job"), 2)}
	}},
	{"a run written and removed", func(c *jobs.Change) {
		c.PutRuns = []jobs.RunRecord{newRun(ref("job"), 2)}
		c.RemoveRuns = []jobs.RunGuard{{ID: runID(2), Revision: 1}}
	}},
}
