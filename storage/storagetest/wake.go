package storagetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var wakeCases = []testCase{
	{
		name: "a wake wakes the jobs that stand in the scope",
		why:  "a success must wake every dependent, or the dependent never runs",
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
		why:  "a wake must not delay a job that is due earlier",
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
		name: "who stands in a scope is read inside the commit",
		why:  "a wake must reach a dependent that was published just before, and not one that no longer depends on the job",
		run: func(p *probe) {
			p.family()
			c := p.waking(5)
			p.create(ref("new"), "new", withScopes("up"))
			p.edit(ref("down-a"), withScopes())
			p.remove(ref("down-b"))
			p.commit(c)
			p.dueJobs(forever, "new")
		},
	},
	{
		name: "who stands in a scope is read after the rest of the change",
		why:  "a change may move its own job into the scope that it wakes; the scopes after the change count",
		run: func(p *probe) {
			p.family()
			p.commit(p.editing(ref("up"), withScopes("up"), func(c *storage.Change) {
				c.Wake = &storage.Wake{At: minute(5), Scope: "up"}
			}))
			p.dueJobs(forever, "down-a", "down-b", "up")
			p.woken(ref("up"), 5, 3)
			p.commit(p.editing(ref("down-a"), withWakeAt(time.Time{}), withScopes(), func(c *storage.Change) {
				c.Wake = &storage.Wake{At: minute(4), Scope: "up"}
			}))
			p.dueJobs(forever, "down-b", "up")
		},
	},
	{
		name: "a change that removes its job wakes nobody",
		why:  "a job can be removed only when no job depends on it, so its removal wakes none",
		run: func(p *probe) {
			p.family()
			c := p.removing(ref("down-a"))
			c.Wake = &storage.Wake{At: minute(5), Scope: "up"}
			p.commit(c)
			p.dueJobs(forever)
			require.Equal(p, int64(1), p.job(ref("down-b")).Revision)
		},
	},
	{
		name: "a wake leaves everything else of a job",
		why:  "the writer of the change has not read the jobs that it wakes, so the store must keep all else of them",
		run: func(p *probe) {
			p.family()
			p.edit(ref("down-a"), withTeams("blue", "red"), withScopes("key-east", "up"), withVersions(1), withDraft(2),
				withTicks(1), withRuns(newRun(ref("down-a"), 1)), withDoc("\x00[]\xff"))
			want := p.snapshot().Jobs[ref("down-a")]
			p.commit(p.waking(5))
			got := p.snapshot().Jobs[ref("down-a")]
			want.Job.Revision, want.Found[0].Revision = want.Job.Revision+1, want.Found[0].Revision+1
			want.Job.WakeAt, want.Found[0].WakeAt = minute(5), minute(5)
			p.same(want, got, "the woken job")
			p.listed(storage.JobQuery{TeamIDs: []string{"red"}, Scope: "key-east", Order: storage.ByKey}, 1, "down-a")
			p.listed(storage.JobQuery{TeamIDs: []string{"red"}, Scope: "up"}, 1, "down-a")
		},
	},
	{
		name: "a wake without jobs to wake is fine",
		why:  "most jobs have no dependents, so their changes wake nobody",
		run: func(p *probe) {
			p.create(ref("up"), "up")
			p.commit(p.waking(5))
			require.Empty(p, p.due(storage.DueQuery{Until: forever, Limit: 9}).Items)
		},
	},
}

// family creates an upstream job, two that stand in its scope, and one that
// stands in another.
func (p *probe) family() {
	p.Helper()
	p.create(ref("up"), "up")
	p.create(ref("down-a"), "down-a", withScopes("up"))
	p.create(ref("down-b"), "down-b", withScopes("a", "up", "z"))
	p.create(ref("bystander"), "bystander", withScopes("up-2"))
}

// waking returns a change that does nothing but wake the scope "up".
func (p *probe) waking(n int) storage.Change {
	c := p.change(ref("up"))
	c.Wake = &storage.Wake{At: minute(n), Scope: "up"}
	return c
}

// woken compares a job's wake time and revision.
func (p *probe) woken(ref storage.JobRef, n int, revision int64) {
	p.Helper()
	job := p.job(ref)
	require.True(p, job.WakeAt.Equal(minute(n)), "%s wakes at %v", ref.JobID, job.WakeAt)
	require.Equal(p, revision, job.Revision, "revision of %s", ref.JobID)
}
