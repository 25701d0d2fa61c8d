package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var graphCases = []testCase{
	{
		name: "the counter starts at zero",
		why:  "the first publish of an organization expects what it read",
		run: func(p *probe) {
			require.Zero(p, p.graph(org))
			p.create(ref("job"), "key")
			require.Zero(p, p.graph(org), "a change without a graph guard does not count")
		},
	},
	{
		name: "a change that raises the counter raises it by one",
		why:  "two publishes that close a cycle together must not both be made",
		run: func(p *probe) {
			p.create(ref("a"), "a", withGraph(0, true))
			require.Equal(p, int64(1), p.graph(org))
			c := p.change(ref("b"))
			c.Job = newJob(ref("b"), "b")
			c.Graph = &storage.GraphGuard{Expect: 0, Raise: true}
			p.stale(c)
			c.Graph.Expect = 2
			p.stale(c)
			c.Graph.Expect = 1
			p.commit(c)
			require.Equal(p, int64(2), p.graph(org))
		},
	},
	{
		name: "a change that only expects the counter leaves it",
		why:  "readers of the graph must not fight each other",
		run: func(p *probe) {
			p.create(ref("a"), "a", withGraph(0, false))
			p.edit(ref("a"), withGraph(0, false))
			require.Zero(p, p.graph(org))
			p.edit(ref("a"), withGraph(0, true))
			p.stale(p.editing(ref("a"), withGraph(0, false)))
			p.edit(ref("a"), withGraph(1, false))
			require.Equal(p, int64(1), p.graph(org))
		},
	},
	{
		name: "the counter counts past removals",
		why:  "a counter that falls back lets a decision on an older graph pass",
		run: func(p *probe) {
			p.create(ref("a"), "a", withGraph(0, true))
			p.create(ref("b"), "b", withGraph(1, true))
			p.remove(ref("a"))
			p.sweep()
			require.Equal(p, int64(2), p.graph(org))
		},
	},
}

func withGraph(expect int64, raise bool) func(*storage.Change) {
	return func(c *storage.Change) { c.Graph = &storage.GraphGuard{Expect: expect, Raise: raise} }
}
