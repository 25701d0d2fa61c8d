package storagetest

import (
	"errors"
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

var sweepCases = []testCase{
	{
		name: "sweeping an empty store erases nothing",
		why:  "zero means done; a sweeper that is never told so never rests",
		run: func(p *probe) {
			erased, err := p.store.Sweep(p.ctx, 10)
			require.NoError(p, err)
			require.Zero(p, erased)
		},
	},
	{
		name: "sweeping erases nothing of what lives",
		why:  "the sweeper runs beside everything else, all the time",
		run: func(p *probe) {
			p.full(ref("job"))
			p.full(jobs.JobRef{OrganizationID: "org-2", JobID: "job"})
			want := p.snapshot()
			erased, err := p.store.Sweep(p.ctx, plenty)
			require.NoError(p, err)
			require.Zero(p, erased)
			p.same(want, p.snapshot(), "after the sweep")
		},
	},
	{
		name: "sweeping goes in steps up to the limit, to an end",
		why:  "a job with a hundred thousand runs must not hold everybody up while it is erased",
		run:  sweepInSteps,
	},
	{
		name: "what owes nothing is swept",
		why:  "a tombstone that stays keeps the job's ID taken",
		run: func(p *probe) {
			p.full(ref("job"))
			p.remove(ref("job"), false)
			p.sweep()
			p.notFound("Tombstone", second(p.store.Tombstone(p.ctx, ref("job"))))
		},
	},
	{
		name: "what is owed is kept until it is done",
		why:  "the cancel of a run in an engine is repeated until it is acknowledged, by nothing but the tombstone",
		run:  sweepKeepsOwed,
	},
	{
		name: "a swept tombstone is due no more",
		why:  "the scheduler would wake for it and find nothing, for ever",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			c := p.removing(ref("job"), false)
			c.Tombstone.WakeAt = minute(1)
			p.commit(c)
			p.sweep()
			page := p.due(jobs.DueQuery{Until: start, Limit: 9})
			require.Empty(p, page.Items)
			require.True(p, page.Next.IsZero(), "next: %v", page.Next)
		},
	},
	{
		name: "a job made anew after the sweep has nothing of the old one",
		why:  "whichever the order in which a sweep erases, once the ID is free its past is gone",
		run:  sweepBeforeAnew,
	},
}

// sweepInSteps removes jobs and sweeps in steps of every size.
func sweepInSteps(p *probe) {
	for _, limit := range []int{1, 2, 7, plenty} {
		for i := range 3 {
			at := ref(fmt.Sprintf("job-%d-%d", limit, i))
			p.full(at)
			p.remove(at, i == 0)
		}
		before := p.snapshot()
		for steps := 0; ; steps++ {
			require.Less(p, steps, 100, "steps of %d never end", limit)
			erased, err := p.store.Sweep(p.ctx, limit)
			require.NoError(p, err)
			require.LessOrEqual(p, erased, limit)
			require.GreaterOrEqual(p, erased, 0)
			p.same(withoutTombstones(before), withoutTombstones(p.snapshot()), "a sweep can be told by a read")
			if erased == 0 {
				break
			}
		}
		for i := range 3 {
			_, err := p.store.Tombstone(p.ctx, ref(fmt.Sprintf("job-%d-%d", limit, i)))
			require.Equal(p, i != 0, errors.Is(err, jobs.ErrNotFound), "tombstone %d: %v", i, err)
		}
	}
}

// withoutTombstones drops the one thing by which a sweep can be told.
func withoutTombstones(s snapshot) snapshot {
	for ref, state := range s.Jobs {
		state.Tombstone = nil
		s.Jobs[ref] = state
	}
	return s
}

func sweepKeepsOwed(p *probe) {
	p.full(ref("job"))
	p.remove(ref("job"), true)
	p.sweep()
	tombstone, err := p.store.Tombstone(p.ctx, ref("job"))
	require.NoError(p, err)
	require.Equal(p, int64(1), tombstone.Revision)
	p.gone(ref("job"))

	for _, owed := range []bool{true, false} {
		c := p.change(ref("job"))
		tombstone.Owed = owed
		c.Tombstone = &tombstone
		p.commit(c)
		p.sweep()
		tombstone.Revision++
		_, err := p.store.Tombstone(p.ctx, ref("job"))
		require.Equal(p, owed, err == nil, "owed %v: %v", owed, err)
	}
	p.create(ref("job"), "key")
}

// sweepBeforeAnew sweeps record by record until the tombstone is gone, and no
// further, and makes a job of the same ID.
func sweepBeforeAnew(p *probe) {
	p.full(ref("job"))
	p.remove(ref("job"), false)
	for range 100 {
		if second(p.store.Tombstone(p.ctx, ref("job"))) != nil {
			break
		}
		_, err := p.store.Sweep(p.ctx, 1)
		require.NoError(p, err)
	}
	p.notFound("Tombstone", second(p.store.Tombstone(p.ctx, ref("job"))))

	job := p.create(ref("job"), "key of job", func(c *jobs.Change) { c.Job.LatestRunID = runID(1) })
	p.same(jobState{Job: &job, Found: []jobs.JobRecord{job}}, p.snapshot().Jobs[ref("job")], "the new job")
	require.Equal(p, int64(1), job.Revision)
	require.Nil(p, job.LatestRun)
	p.edit(ref("job"), withVersions(1, 2), withRuns(newRun(ref("job"), 1), newRun(ref("job"), 2)), withTicks(1))
	want := p.snapshot()
	p.sweep()
	p.same(want, p.snapshot(), "the new job after the rest of the sweep")
}
