package storagetest

import (
	"strconv"
	"sync/atomic"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
)

var volumeCases = []testCase{
	{
		name: "a job with thousands of runs is removed at once and swept in steps",
		why:  "a backend that erases all runs in one statement, or in the removal itself, may exceed a limit with large jobs",
		run:  volumeOfRuns,
	},
	{
		name: "a wake reaches hundreds of jobs",
		why:  "a job that very many jobs depend on must wake all of them, or none",
		run:  volumeOfScope,
	},
	{
		name: "a change of hundreds of records is whole",
		why:  "after an outage, one commit may record many ticks and remove many runs",
		run:  volumeOfChange,
	},
	{
		name: "sweepers beside each other erase each thing once",
		why:  "every replica sweeps; the sum of what they report must be what was erased",
		run:  volumeOfSweepers,
	},
}

func volumeOfRuns(p *probe) {
	const commits, each = 5, 500
	job := p.create(ref("job"), "key")
	for n := range commits {
		c := p.change(ref("job"))
		c.Job = &job
		for i := range each {
			run := newRun(ref("job"), n*each+i+1)
			run.Outcome = succeeded
			withRuns(run)(&c)
		}
		p.commit(c)
		job.Revision++
	}
	p.create(ref("stays"), "stays", withRuns(newRun(ref("stays"), 1)))
	require.Len(p, p.runs(storage.RunQuery{JobRef: ref("job"), Limit: plenty}), commits*each)
	p.remove(ref("job"))
	require.Empty(p, p.runs(storage.RunQuery{JobRef: ref("job"), Limit: plenty}))
	require.Len(p, p.runs(storage.RunQuery{JobRef: ref(""), Limit: plenty}), 1, "runs of the organization")
	p.sweep()
	p.notFound("Tombstone", second(p.store.Tombstone(p.ctx, ref("job"))))
	require.Len(p, p.runs(storage.RunQuery{JobRef: ref(""), Limit: plenty}), 1, "runs of the organization")
}

func volumeOfScope(p *probe) {
	const dependents = 200
	p.create(ref("up"), "up")
	for i := range dependents {
		c := p.change(ref("down-" + strconv.Itoa(i)))
		c.Job = newJob(c.JobRef, c.JobID)
		c.Job.Scopes = []string{"up"}
		p.commit(c)
	}
	p.commit(p.waking(5))
	require.Len(p, p.due(storage.DueQuery{Until: minute(5), Limit: plenty}).Items, dependents)
	page := p.list(storage.JobQuery{OrganizationID: org, AllTeams: true, Scope: "up", Limit: plenty})
	require.Equal(p, dependents, page.Total)
	for _, job := range page.Jobs {
		require.Equal(p, int64(2), job.Revision, job.JobID)
	}
}

func volumeOfChange(p *probe) {
	const many = 400
	p.create(ref("job"), "key")
	whole := p.edit(ref("job"), func(c *storage.Change) {
		for n := 1; n <= many; n++ {
			withRuns(newRun(ref("job"), n))(c)
			withTicks(n)(c)
			withVersions(n)(c)
		}
	})
	require.Equal(p, int64(many), p.latest(whole).Number)
	late := p.editing(ref("job"), func(c *storage.Change) {
		for n := 1; n < many; n++ {
			c.RemoveRuns = append(c.RemoveRuns, storage.RunGuard{ID: runID(n), Revision: 1})
		}
		c.TrimTicks = minute(many)
	})
	last := deep.Copy(late)
	last.OperationID += " with one guard too many"
	last.RemoveRuns = append(last.RemoveRuns, storage.RunGuard{ID: runID(many), Revision: 2})
	require.ErrorIs(p, p.store.Commit(p.ctx, last), storage.ErrStale)
	require.Len(p, p.runs(storage.RunQuery{JobRef: ref("job"), Limit: plenty}), many)
	require.Len(p, p.ticks(storage.TickQuery{JobRef: ref("job"), Limit: plenty}), many)

	p.commit(late)
	p.numbers(storage.RunQuery{JobRef: ref("job"), Limit: plenty}, many)
	require.Len(p, p.ticks(storage.TickQuery{JobRef: ref("job"), Limit: plenty}), many-storage.TrimAtOnce)
	versions := p.versions(storage.VersionQuery{JobRef: ref("job"), Offset: many - 1, Limit: plenty})
	require.Equal(p, many, versions.Total)
	require.Len(p, versions.Versions, 1)
}

// volumeOfSweepers lets one sweeper, and then a crowd, erase the same again.
func volumeOfSweepers(p *probe) {
	sweep := func(sweepers int) int64 {
		p.Helper()
		for i := range 10 {
			at := ref("job-" + strconv.Itoa(i))
			p.create(at, at.JobID, withVersions(1, 2), withTicks(1, 2))
			p.remove(at)
		}
		var total atomic.Int64
		p.together(sweepers, func(int) error {
			for {
				erased, err := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: 3})
				total.Add(int64(erased))
				if err != nil || erased == 0 {
					return err
				}
			}
		})
		return total.Load()
	}
	alone := sweep(1)
	require.Positive(p, alone)
	require.Equal(p, alone, sweep(crowd), "erased by %d sweepers, and by one", crowd)
	for i := range 10 {
		p.notFound("Tombstone", second(p.store.Tombstone(p.ctx, ref("job-"+strconv.Itoa(i)))))
	}
}
