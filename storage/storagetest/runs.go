package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var runCases = []testCase{
	{
		name: "a new run needs the job at its revision",
		why:  "two replicas fire the same tick; the job's revision lets one of them insert the run",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			first := p.editing(ref("job"), withRuns(newRun(ref("job"), 1)))
			second := p.editing(ref("job"), withRuns(newRun(ref("job"), 2)))
			p.commit(first)
			p.stale(second)
		},
	},
	{
		name: "a run is written whatever the job's revision",
		why:  "a heartbeat must not make an edit of the job stale, nor the other way round",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			heartbeat := p.change(ref("job"))
			heartbeat.PutRuns = []storage.RunRecord{p.run(ref("job"), runID(1))}
			heartbeat.PutRuns[0].Doc = []byte("alive")
			edit := p.editing(ref("job"), withDoc("edited"))
			p.edit(ref("job"))
			edit.Job.Revision++
			p.commit(heartbeat)
			p.commit(edit) // which the heartbeat did not make stale
			require.Equal(p, int64(3), p.job(ref("job")).Revision)
			require.Equal(p, "alive", string(p.run(ref("job"), runID(1)).Doc))
		},
	},
	{
		name: "a run's ID and number are new",
		why:  "a number must always name the same run: dependents remember the numbers of the successes that they used",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			clash := newRun(ref("job"), 2)
			clash.ID = runID(1)
			p.stale(p.editing(ref("job"), withRuns(clash)))
			clash = newRun(ref("job"), 1)
			clash.ID = runID(2)
			p.stale(p.editing(ref("job"), withRuns(clash)))
			p.edit(ref("job"), withRuns(newRun(ref("job"), 2)))
		},
	},
	{
		name: "two runs of one change never share a number",
		why:  "a run and the run that replaces it need different numbers",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			twin := newRun(ref("job"), 1)
			twin.ID = runID(2)
			before := p.snapshot()
			require.Error(p, p.store.Commit(p.ctx, p.editing(ref("job"), withRuns(newRun(ref("job"), 1), twin))))
			p.same(before, p.snapshot(), "written in spite of the error")
		},
	},
	{
		name: "two jobs may have runs of one ID and number",
		why:  "IDs and numbers of runs are unique only within a job",
		run: func(p *probe) {
			for _, id := range []string{"a", "b"} {
				p.create(ref(id), id, withRuns(newRun(ref(id), 1)))
			}
			run := p.run(ref("a"), runID(1))
			run.Outcome = failed
			p.putRun(run)
			require.Equal(p, storage.Open, p.run(ref("b"), runID(1)).Outcome)
			c := p.change(ref("a"))
			c.RemoveRuns = []storage.RunGuard{{ID: runID(1), Revision: 2}}
			p.commit(c)
			p.notFound("Run", second(p.store.Run(p.ctx, ref("a"), runID(1))))
			p.run(ref("b"), runID(1))
		},
	},
	{
		name: "the latest run is joined as it is now",
		why:  "a job shows its latest run, and a report writes the run without the job",
		run:  runsLatest,
	},
	{
		name: "the latest run given with a job is ignored",
		why:  "a caller that reads a job and writes it must not overwrite the run with an old copy",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			edit := p.editing(ref("job"))
			run := p.run(ref("job"), runID(1))
			run.Outcome = succeeded
			p.putRun(run)
			p.commit(edit)
			require.Equal(p, succeeded, p.run(ref("job"), runID(1)).Outcome)
			require.Equal(p, succeeded, p.latest(p.job(ref("job"))).Outcome)
		},
	},
	{
		name: "a removed run is gone from every read",
		why:  "a removed run that stays in an index is listed, and cannot be read",
		run:  runsRemoved,
	},
	{
		name: "a removed run is guarded by its revision",
		why:  "retention must not remove a run that was written meanwhile",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			c := p.change(ref("job"))
			c.RemoveRuns = []storage.RunGuard{{ID: runID(1), Revision: 1}}
			p.putRun(p.run(ref("job"), runID(1)))
			p.stale(c)
			c.RemoveRuns[0].Revision = 2
			p.commit(c)
			c = p.change(ref("job"))
			c.RemoveRuns = []storage.RunGuard{{ID: runID(1), Revision: 2}}
			p.stale(c)
		},
	},
}

func runsLatest(p *probe) {
	job := p.create(ref("job"), "key")
	require.Nil(p, job.LatestRun, "a job without runs")
	job = p.edit(ref("job"), withRuns(newRun(ref("job"), 1), newRun(ref("job"), 2)))
	require.Equal(p, int64(2), p.latest(job).Number)
	run := p.run(ref("job"), runID(2))
	run.Outcome, run.Doc = failed, []byte("ended")
	p.putRun(run)
	want := p.run(ref("job"), runID(2))
	p.same(want, p.latest(p.job(ref("job"))), "of a job")
	p.same(want, p.latest(p.list(storage.JobQuery{OrganizationID: org, AllTeams: true, Limit: 1}).Jobs[0]), "of a list")

	job = p.edit(ref("job"), func(c *storage.Change) { c.Job.LatestRunID = runID(1) })
	require.Equal(p, int64(1), p.latest(job).Number, "the ID decides, not the number")
	job = p.edit(ref("job"), func(c *storage.Change) { c.Job.LatestRunID = "nobody" })
	require.Nil(p, job.LatestRun, "a run that does not exist")
	require.Equal(p, "nobody", job.LatestRunID)
	job = p.edit(ref("job"), func(c *storage.Change) { c.Job.LatestRunID = "" })
	require.Nil(p, job.LatestRun, "no latest run")
}

func runsRemoved(p *probe) {
	first, last := newRun(ref("job"), 1), newRun(ref("job"), 2)
	first.ReadyAt, last.ReadyAt = minute(1), minute(2)
	p.create(ref("job"), "key", withRuns(first, last))
	c := p.change(ref("job"))
	c.RemoveRuns = []storage.RunGuard{{ID: last.ID, Revision: 1}}
	p.commit(c)

	p.notFound("Run", second(p.store.Run(p.ctx, ref("job"), last.ID)))
	job := p.job(ref("job"))
	require.Nil(p, job.LatestRun)
	require.Equal(p, int64(1), job.Revision, "removing a run writes no job")
	first.Revision = 1
	p.same([]storage.RunRecord{first}, p.runs(storage.RunQuery{JobRef: ref("job"), Limit: 9}), "the job's runs")
	p.same([]storage.RunRecord{first}, p.runs(storage.RunQuery{JobRef: ref(""), Limit: 9}), "the organization's runs")
	due := p.due(storage.DueQuery{Kind: storage.DueReady, Until: minute(1), Limit: 9})
	require.Len(p, due.Items, 1)
	require.True(p, due.Next.IsZero(), "next: %v", due.Next)
}
