package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

var wakeCases = []testCase{
	{
		name: "a run wakes its own job",
		why:  "a run that ends lets the job's next one begin",
		run: func(p *probe) {
			p.create(ref("job"), "job", withRuns(newRun(ref("job"), 1)))
			c := p.change(ref("job"))
			c.PutRuns = []jobs.RunRecord{p.run(ref("job"), runID(1))}
			c.Wake = &jobs.Wake{At: minute(3), Self: true}
			p.commit(c)
			p.woken(ref("job"), 3, 2)
			p.dueJobs(minute(3), "job")
		},
	},
	{
		name: "a wake wakes the jobs that depend on the key",
		why:  "an upstream's success must reach every downstream, or it never runs",
		run: func(p *probe) {
			p.family()
			p.commit(p.waking(5))
			p.woken(ref("down-a"), 5, 2)
			p.woken(ref("down-b"), 5, 2)
			p.dueJobs(forever, "down-a", "down-b")
			require.Equal(p, int64(1), p.job(ref("up")).Revision, "the job itself was not asked for")
			require.Equal(p, int64(1), p.job(ref("bystander")).Revision)
		},
	},
	{
		name: "a wake moves a wake time to earlier only",
		why:  "a job that has something to do sooner must not be put off",
		run: func(p *probe) {
			p.family()
			p.edit(ref("down-a"), withWakeAt(minute(4)))
			p.edit(ref("down-b"), withWakeAt(minute(9)))
			p.commit(p.waking(6))
			p.woken(ref("down-a"), 4, 3)
			p.woken(ref("down-b"), 6, 3)
			p.commit(p.waking(6))
			p.woken(ref("down-b"), 6, 4)
		},
	},
	{
		name: "a wake makes what was decided on the sleeping job stale",
		why: "a downstream that read its upstreams just before the success would go back to sleep, " +
			"and the wake-up would be lost",
		run: func(p *probe) {
			p.family()
			decided := p.editing(ref("down-a"), withDoc("nothing to do"), withWakeAt(minute(99)))
			earlier := p.edit(ref("down-b"), withWakeAt(minute(1)))
			p.commit(p.waking(5))
			p.stale(decided)
			c := p.change(ref("down-b"))
			c.Job = &earlier
			p.stale(c) // although its wake time was early enough
			p.woken(ref("down-a"), 5, 2)
		},
	},
	{
		name: "who depends is read inside the commit",
		why:  "a downstream that was published a moment ago must not be missed, nor one that let go be woken",
		run: func(p *probe) {
			p.family()
			c := p.waking(5)
			p.create(ref("new"), "new", withDependsOn("up"))
			p.edit(ref("down-a"), withDependsOn())
			p.remove(ref("down-b"), true)
			p.commit(c)
			p.dueJobs(forever, "new")
		},
	},
	{
		name: "who depends is read after the rest of the change",
		why:  "the key that counts is the one that the job has once the change is made",
		run: func(p *probe) {
			p.family()
			p.create(ref("waiting"), "waiting", withDependsOn("renamed"))
			p.commit(p.editing(ref("up"), withKey("renamed"), func(c *jobs.Change) {
				c.Wake = &jobs.Wake{At: minute(5), Dependents: true}
			}))
			p.dueJobs(forever, "waiting")
		},
	},
	{
		name: "a wake leaves everything else of a job",
		why:  "waking is a write to a job that its writer never read",
		run: func(p *probe) {
			p.family()
			p.edit(ref("down-a"), withTeams("blue", "red"), withCluster("east"), withVersions(1), withDraft(2),
				withTicks(1), withRuns(newRun(ref("down-a"), 1)), withDoc("\x00[]\xff"))
			want := p.snapshot().Jobs[ref("down-a")]
			p.commit(p.waking(5))
			got := p.snapshot().Jobs[ref("down-a")]
			want.Job.Revision, want.Found[0].Revision = want.Job.Revision+1, want.Found[0].Revision+1
			want.Job.WakeAt, want.Found[0].WakeAt = minute(5), minute(5)
			p.same(want, got, "the woken job")
			p.listed(jobs.JobQuery{TeamIDs: []string{"red"}, ClusterID: "east", DependsOn: "up"}, 1, "down-a")
		},
	},
	{
		name: "a wake without jobs to wake is fine",
		why:  "most jobs have no downstream",
		run: func(p *probe) {
			p.create(ref("up"), "up")
			p.commit(p.waking(5))
			require.Empty(p, p.due(jobs.DueQuery{Until: forever, Limit: 9}).Items)
		},
	},
}

// family creates an upstream job, two that depend on it, and one that depends
// on something else.
func (p *probe) family() {
	p.Helper()
	p.create(ref("up"), "up")
	p.create(ref("down-a"), "down-a", withDependsOn("up"))
	p.create(ref("down-b"), "down-b", withDependsOn("a", "up", "z"))
	p.create(ref("bystander"), "bystander", withDependsOn("up-2"))
}

// waking returns a change that does nothing but wake what depends on "up".
func (p *probe) waking(n int) jobs.Change {
	c := p.change(ref("up"))
	c.Wake = &jobs.Wake{At: minute(n), Dependents: true}
	return c
}

// woken compares a job's wake time and revision.
func (p *probe) woken(ref jobs.JobRef, n int, revision int64) {
	p.Helper()
	job := p.job(ref)
	require.True(p, job.WakeAt.Equal(minute(n)), "%s wakes at %v", ref.JobID, job.WakeAt)
	require.Equal(p, revision, job.Revision, "revision of %s", ref.JobID)
}
