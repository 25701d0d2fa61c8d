package storagetest

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var sweepCases = []testCase{
	{
		name: "sweeping an empty store erases nothing",
		why:  "a result below the limit means that nothing is left; without it the sweeper never stops",
		run: func(p *probe) {
			erased, err := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: 10})
			require.NoError(p, err)
			require.Zero(p, erased)
		},
	},
	{
		name: "sweeping erases nothing of what lives",
		why:  "the sweeper runs all the time, while jobs are used",
		run: func(p *probe) {
			p.full(ref("job"))
			p.full(storage.JobRef{OrganizationID: "org-2", JobID: "job"})
			p.edit(ref("job"), withEvents("edited"))
			want := p.snapshot()
			erased, err := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: plenty})
			require.NoError(p, err)
			require.Zero(p, erased)
			p.same(want, p.snapshot(), "after the sweep")
		},
	},
	{
		name: "sweeping goes in steps up to the limit, to an end",
		why:  "to erase a job with a hundred thousand runs must not block other callers",
		run:  sweepInSteps,
	},
	{
		name: "a tombstone of which nothing is left is swept",
		why:  "while a tombstone exists, no new job can have its ID",
		run: func(p *probe) {
			p.create(ref("job"), "key", withVersions(1), withTicks(1), func(c *storage.Change) {
				run := newRun(c.JobRef, 1)
				run.Outcome, run.ReadyAt, run.DeadlineAt = succeeded, minute(1), minute(1)
				withRuns(run)(c)
			})
			p.remove(ref("job"))
			p.sweep()
			p.notFound("Tombstone", second(p.store.Tombstone(p.ctx, ref("job"))))
			for _, kind := range dueKinds {
				page := p.due(storage.DueQuery{Kind: kind, Until: start, Limit: 9})
				require.Empty(p, page.Items)
				require.True(p, page.Next.IsZero(), "next of kind %d: %v", kind, page.Next)
			}
		},
	},
	{
		name: "a tombstone with a run that is open or owed is kept",
		why:  "a cancel is repeated until the engine acknowledges it, and only the tombstone leads to the run",
		run: func(p *probe) {
			p.full(ref("job"))
			p.remove(ref("job"))
			want := p.tombstone(ref("job"))
			for range 3 {
				p.sweep()
				p.same(want, p.tombstone(ref("job")), "the tombstone")
				p.left(ref("job"), 1, 2, 3)
			}
		},
	},
	{
		name: "a swept tombstone is due no more",
		why:  "the scheduler would see it as due again and again, and find nothing",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			c := p.removing(ref("job"))
			c.Tombstone.WakeAt = minute(1)
			p.commit(c)
			p.sweep()
			page := p.due(storage.DueQuery{Kind: storage.DueTombstones, Until: start, Limit: 9})
			require.Empty(p, page.Items)
			require.True(p, page.Next.IsZero(), "next: %v", page.Next)
		},
	},
	{
		name: "only sweep erases",
		why:  "if other methods erased too, their cost would depend on how much was removed before",
		run: func(p *probe) {
			p.create(ref("other"), "other")
			p.full(ref("job"))
			p.remove(ref("job"))
			for range 5 {
				p.edit(ref("other"))
				p.tombstone(ref("job"))
				p.left(ref("job"), 1, 2, 3)
			}
			erased, err := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: 100})
			require.NoError(p, err)
			require.Positive(p, erased, "nothing was left to erase")
		},
	},
	{
		name: "a job made anew after the sweep has nothing of the old one",
		why:  "a new job under a free ID must not see runs, versions or ticks of the old one",
		run:  sweepBeforeAnew,
	},
}

// sweepInSteps removes jobs and sweeps in steps of every size. Of the first one
// runs are left that stay.
func sweepInSteps(p *probe) {
	for _, limit := range []int{1, 2, 7, plenty} {
		for i := range 3 {
			at := ref(fmt.Sprintf("job-%d-%d", limit, i))
			p.full(at)
			if i > 0 {
				c := p.change(at)
				for n := 1; n <= 3; n++ {
					run := p.run(at, runID(n))
					run.Outcome, run.OwedAt = succeeded, storage.RunRecord{}.OwedAt
					c.PutRuns = append(c.PutRuns, run)
				}
				p.commit(c)
			}
			p.remove(at)
		}
		before := p.snapshot()
		for steps := 0; ; steps++ {
			require.Less(p, steps, 100, "steps of %d never end", limit)
			erased, err := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: limit})
			require.NoError(p, err)
			require.LessOrEqual(p, erased, limit)
			require.GreaterOrEqual(p, erased, 0)
			p.same(withoutTombstones(before), withoutTombstones(p.snapshot()), "a sweep can be told by a read")
			if erased < limit {
				break
			}
		}
		erased, err := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: limit})
		require.NoError(p, err)
		require.Zero(p, erased, "erased after less than the limit was")
		p.tombstone(ref(fmt.Sprintf("job-%d-0", limit)))
		for i := 1; i < 3; i++ {
			p.notFound("Tombstone", second(p.store.Tombstone(p.ctx, ref(fmt.Sprintf("job-%d-%d", limit, i)))))
		}
	}
}

// withoutTombstones drops the one thing by which a sweep can be told.
func withoutTombstones(s snapshot) snapshot {
	for ref, state := range s.Jobs {
		state.Tombstone = nil
		s.Jobs[ref] = state
	}
	s.Due[storage.DueTombstones] = nil
	return s
}

// sweepBeforeAnew sweeps record by record until the tombstone is gone, and no
// further, and makes a job of the same ID.
func sweepBeforeAnew(p *probe) {
	p.create(ref("job"), "key", withVersions(1, 2), withDraft(3), withTicks(1, 2), func(c *storage.Change) {
		run := newRun(c.JobRef, 1)
		run.Outcome = succeeded
		withRuns(run)(c)
	})
	p.remove(ref("job"))
	for range 100 {
		if second(p.store.Tombstone(p.ctx, ref("job"))) != nil {
			break
		}
		_, err := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: 1})
		require.NoError(p, err)
	}
	p.notFound("Tombstone", second(p.store.Tombstone(p.ctx, ref("job"))))

	job := p.create(ref("job"), "key", func(c *storage.Change) { c.Job.LatestRunID = runID(1) })
	want := jobState{Job: &job, Found: []storage.FoundJob{{JobRecord: job}}}
	p.same(want, p.snapshot().Jobs[ref("job")], "the new job")
	require.Equal(p, int64(1), job.Revision)
	require.Nil(p, job.LatestRun)
	p.edit(ref("job"), withVersions(1, 2), withRuns(newRun(ref("job"), 1), newRun(ref("job"), 2)), withTicks(1))
	after := p.snapshot()
	p.sweep()
	p.same(after, p.snapshot(), "the new job after the rest of the sweep")
}
