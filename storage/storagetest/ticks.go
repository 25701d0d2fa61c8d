package storagetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var tickCases = []testCase{
	{
		name: "ticks are listed newest first",
		why:  "people who ask why a job did not run look at its newest ticks",
		run: func(p *probe) {
			p.create(ref("job"), "key", withTicks(3, 1))
			p.edit(ref("job"), withTicks(2, -200))
			p.ticked(storage.TickQuery{Limit: 9}, 3, 2, 1, -200)
			p.ticked(storage.TickQuery{Limit: 2}, 3, 2)
			p.ticked(storage.TickQuery{Limit: 4}, 3, 2, 1, -200)
		},
	},
	{
		name: "ticks go on before a time",
		why:  "people page through the ledger from the newest tick to the oldest",
		run: func(p *probe) {
			p.create(ref("job"), "key", withTicks(1, 2, 4))
			p.ticked(storage.TickQuery{Before: minute(5), Limit: 9}, 4, 2, 1)
			p.ticked(storage.TickQuery{Before: minute(4), Limit: 9}, 2, 1)
			p.ticked(storage.TickQuery{Before: minute(3), Limit: 1}, 2)
			p.ticked(storage.TickQuery{Before: minute(1), Limit: 9})
		},
	},
	{
		name: "a tick of the same time replaces the one before",
		why:  "when one more tick in a row has the same verdict, its row is replaced, and must stay one row",
		run: func(p *probe) {
			p.create(ref("job"), "key", withTicks(1, 2))
			p.edit(ref("job"), withTicks(2), func(c *storage.Change) { c.PutTicks[0].Doc = []byte("replaced") })
			ticks := p.ticks(storage.TickQuery{JobRef: ref("job"), Limit: 9})
			require.Len(p, ticks, 2)
			require.Equal(p, "replaced", string(ticks[0].Doc))
			require.Equal(p, "tick 1", string(ticks[1].Doc))
		},
	},
	{
		name: "trimming removes what is older than a time, after those that are put",
		why:  "the ledger keeps the ticks of some days; it must not lose newer ones",
		run: func(p *probe) {
			p.create(ref("job"), "key", withTicks(1, 2, 3), trimmed(1))
			p.ticked(storage.TickQuery{Limit: 9}, 3, 2, 1)
			p.edit(ref("job"), withTicks(4, 5), trimmed(3))
			p.ticked(storage.TickQuery{Limit: 9}, 5, 4, 3)
			p.edit(ref("job"), withTicks(0), trimmed(1)) // too old to be kept itself
			p.ticked(storage.TickQuery{Limit: 9}, 5, 4, 3)
			p.edit(ref("job"), func(c *storage.Change) { c.TrimTicks = minute(4).Add(-time.Microsecond) })
			p.ticked(storage.TickQuery{Limit: 9}, 5, 4)
			p.edit(ref("job"))
			p.ticked(storage.TickQuery{Limit: 9}, 5, 4)
			p.edit(ref("job"), trimmed(99))
			p.ticked(storage.TickQuery{Limit: 9})
		},
	},
	{
		name: "one change trims a bounded number of ticks, oldest first",
		why:  "the first commit that trims a long ledger must not take so long that it blocks others",
		run: func(p *probe) {
			const many = 2*storage.TrimAtOnce + 10
			p.create(ref("job"), "key", func(c *storage.Change) {
				for n := range many {
					withTicks(n)(c)
				}
			})
			for _, left := range []int{many - storage.TrimAtOnce, many - 2*storage.TrimAtOnce, 5, 5} {
				p.edit(ref("job"), trimmed(many-5))
				ticks := p.ticks(storage.TickQuery{JobRef: ref("job"), Limit: plenty})
				require.Len(p, ticks, left)
				p.same(tick(ref("job"), many-left), ticks[left-1], "the oldest tick that is left")
			}
		},
	},
	{
		name: "each job has ticks of its own",
		why:  "many jobs have ticks at the same time",
		run: func(p *probe) {
			p.create(ref("a"), "a", withTicks(1, 2))
			p.create(ref("job"), "job", withTicks(1, 2, 3))
			p.edit(ref("a"), trimmed(2))
			p.ticked(storage.TickQuery{Limit: 9}, 3, 2, 1)
			p.ticked(storage.TickQuery{JobRef: ref("a"), Limit: 9}, 2)
		},
	},
}

// trimmed trims the ticks that are older than a minute.
func trimmed(n int) func(*storage.Change) {
	return func(c *storage.Change) { c.TrimTicks = minute(n) }
}

// ticked compares the minutes of the ticks that a query selects, by default of
// the job "job".
func (p *probe) ticked(q storage.TickQuery, minutes ...int) {
	p.Helper()
	if q.JobID == "" {
		q.JobRef = ref("job")
	}
	var want []storage.TickRecord
	for _, n := range minutes {
		want = append(want, tick(q.JobRef, n))
	}
	p.same(want, p.ticks(q), "ticks of %+v", q)
}
