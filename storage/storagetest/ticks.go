package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

var tickCases = []testCase{
	{
		name: "ticks are listed newest first",
		why:  "who asks why a job did not run looks at the last ticks",
		run: func(p *probe) {
			p.create(ref("job"), "key", withTicks(3, 1))
			p.edit(ref("job"), withTicks(2, -200))
			p.ticked(jobs.TickQuery{Limit: 9}, 3, 2, 1, -200)
			p.ticked(jobs.TickQuery{Limit: 2}, 3, 2)
			p.ticked(jobs.TickQuery{Limit: 4}, 3, 2, 1, -200)
		},
	},
	{
		name: "ticks go on before a time",
		why:  "the ledger is read backwards, page by page",
		run: func(p *probe) {
			p.create(ref("job"), "key", withTicks(1, 2, 4))
			p.ticked(jobs.TickQuery{Before: minute(5), Limit: 9}, 4, 2, 1)
			p.ticked(jobs.TickQuery{Before: minute(4), Limit: 9}, 2, 1)
			p.ticked(jobs.TickQuery{Before: minute(3), Limit: 1}, 2)
			p.ticked(jobs.TickQuery{Before: minute(1), Limit: 9})
		},
	},
	{
		name: "a tick of the same time replaces the one before",
		why:  "a run of ticks with one fate grows in place, and is one row",
		run: func(p *probe) {
			p.create(ref("job"), "key", withTicks(1, 2))
			p.edit(ref("job"), withTicks(2), func(c *jobs.Change) { c.PutTicks[0].Doc = []byte("replaced") })
			ticks := p.ticks(jobs.TickQuery{JobRef: ref("job"), Limit: 9})
			require.Len(p, ticks, 2)
			require.Equal(p, "replaced", string(ticks[0].Doc))
			require.Equal(p, "tick 1", string(ticks[1].Doc))
		},
	},
	{
		name: "keeping some ticks removes the older ones, after those that are put",
		why:  "the ledger of a job is bounded, and holds the newest",
		run: func(p *probe) {
			keep := func(n int) func(*jobs.Change) { return func(c *jobs.Change) { c.KeepTicks = n } }
			p.create(ref("job"), "key", withTicks(1, 2, 3), keep(5))
			p.edit(ref("job"), withTicks(4, 5, 6), keep(5))
			p.ticked(jobs.TickQuery{Limit: 9}, 6, 5, 4, 3, 2)
			p.edit(ref("job"), withTicks(0), keep(5)) // too old to be kept itself
			p.ticked(jobs.TickQuery{Limit: 9}, 6, 5, 4, 3, 2)
			p.edit(ref("job"), withTicks(6), keep(5)) // replaces, so nothing is too many
			p.ticked(jobs.TickQuery{Limit: 9}, 6, 5, 4, 3, 2)
			p.edit(ref("job"), keep(0))
			p.ticked(jobs.TickQuery{Limit: 9}, 6, 5, 4, 3, 2)
			p.edit(ref("job"), keep(1))
			p.ticked(jobs.TickQuery{Limit: 9}, 6)
		},
	},
	{
		name: "ticks are trimmed without the job's record",
		why:  "retention trims beside heartbeats and edits, and must not fight either",
		run: func(p *probe) {
			p.create(ref("job"), "key", withTicks(1, 2, 3))
			c := p.change(ref("job"))
			c.KeepTicks = 2
			p.commit(c)
			p.ticked(jobs.TickQuery{Limit: 9}, 3, 2)
			require.Equal(p, int64(1), p.job(ref("job")).Revision)
		},
	},
	{
		name: "each job has ticks of its own",
		why:  "many jobs fire at the same minute",
		run: func(p *probe) {
			p.create(ref("a"), "a", withTicks(1, 2))
			p.create(ref("job"), "job", withTicks(1, 2, 3))
			p.edit(ref("a"), func(c *jobs.Change) { c.KeepTicks = 1 })
			p.ticked(jobs.TickQuery{Limit: 9}, 3, 2, 1)
			p.ticked(jobs.TickQuery{JobRef: ref("a"), Limit: 9}, 2)
		},
	},
}

// ticked compares the minutes of the ticks that a query selects, by default of
// the job "job".
func (p *probe) ticked(q jobs.TickQuery, minutes ...int) {
	p.Helper()
	if q.JobID == "" {
		q.JobRef = ref("job")
	}
	var want []jobs.TickRecord
	for _, n := range minutes {
		want = append(want, tick(q.JobRef, n))
	}
	p.same(want, p.ticks(q), "ticks of %+v", q)
}
