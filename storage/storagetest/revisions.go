package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var revisionCases = []testCase{
	{
		name: "a job's revision counts its writes",
		why:  "writers compare the revision; if it does not rise by one with each write, the guard does not work",
		run: func(p *probe) {
			require.Equal(p, int64(1), p.create(ref("job"), "key").Revision)
			require.Equal(p, int64(2), p.edit(ref("job")).Revision)
			require.Equal(p, int64(3), p.edit(ref("job")).Revision)
		},
	},
	{
		name: "a job is written only at the revision that was read",
		why:  "without the guard, the later of two edits would undo the earlier one",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			first, second := p.editing(ref("job"), withDoc("first")), p.editing(ref("job"), withDoc("second"))
			p.commit(first)
			p.stale(second)
			second.Job.Revision = 3
			p.stale(second)
			require.Equal(p, "first", string(p.job(ref("job")).Doc))
		},
	},
	{
		name: "a new job over one that exists is stale",
		why:  "two jobs created with the same ID would become one",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			c := p.change(ref("job"))
			c.Job = newJob(ref("job"), "other-key")
			p.stale(c)
			c.Job.Key = "key"
			p.stale(c)
		},
	},
	{
		name: "an edit of a job that does not exist is stale",
		why:  "the job was removed and swept after it was read; the edit must not create it again",
		run: func(p *probe) {
			c := p.change(ref("job"))
			c.Job = newJob(ref("job"), "key")
			c.Job.Revision = 1
			p.stale(c)
		},
	},
	{
		name: "a run's revision counts its writes",
		why:  "reports and heartbeats use the run's revision as a guard",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			require.Equal(p, int64(1), p.run(ref("job"), runID(1)).Revision)
			p.putRun(p.run(ref("job"), runID(1)))
			require.Equal(p, int64(2), p.run(ref("job"), runID(1)).Revision)
		},
	},
	{
		name: "a run is written only at the revision that was read",
		why:  "the first terminal report wins; a late one must not overwrite it",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			first, second := p.change(ref("job")), p.change(ref("job"))
			run := p.run(ref("job"), runID(1))
			first.PutRuns, second.PutRuns = []storage.RunRecord{run}, []storage.RunRecord{run}
			first.PutRuns[0].Outcome = succeeded
			second.PutRuns[0].Outcome = failed
			p.commit(first)
			p.stale(second)
			require.Equal(p, succeeded, p.run(ref("job"), runID(1)).Outcome)
		},
	},
	{
		name: "a tombstone is written only at the revision that was read",
		why:  "two replicas may note acknowledged cancels of the same removed job; neither may overwrite what the other wrote",
		run:  revisionsOfTombstones,
	},
}

// putRun commits a run as it is given, without the job.
func (p *probe) putRun(run storage.RunRecord) {
	p.Helper()
	c := p.change(run.JobRef)
	c.PutRuns = []storage.RunRecord{run}
	p.commit(c)
}

func revisionsOfTombstones(p *probe) {
	write := func(revision int64, doc string) storage.Change {
		c := p.change(ref("job"))
		c.Tombstone = &storage.TombstoneRecord{JobRef: ref("job"), Revision: revision, Doc: []byte(doc)}
		return c
	}
	p.stale(write(1, "never removed"))
	p.create(ref("job"), "key")
	p.stale(write(1, "not yet removed"))
	p.remove(ref("job"))

	p.commit(write(1, "first"))
	p.stale(write(1, "second"))
	p.stale(write(3, "too high"))
	want := storage.TombstoneRecord{JobRef: ref("job"), Revision: 2, Doc: []byte("first")}
	p.same(want, p.tombstone(ref("job")), "the tombstone")
}
