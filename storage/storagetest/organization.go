package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var organizationCases = []testCase{
	{
		name: "the graph counter starts at zero",
		why:  "before the first publish a caller reads the counter, and expects that value in its guard",
		run: func(p *probe) {
			require.Zero(p, p.graph(org))
			p.create(ref("job"), "key")
			require.Zero(p, p.graph(org), "a change without a graph guard does not count")
		},
	},
	{
		name: "a change that raises the counter raises it by one",
		why:  "two publishes that together form a cycle must not both be made",
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
		why:  "two changes that only read the graph must not make each other stale",
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
		name: "the organization outlives its jobs",
		why:  "if a counter or a revision goes back, a guard accepts a decision that is out of date",
		run: func(p *probe) {
			p.create(ref("a"), "a", withGraph(0, true), withEvents("created"))
			p.commit(p.holding(0, "held"))
			want := p.organization(org)
			require.Equal(p, int64(1), want.Graph)
			p.remove(ref("a"))
			p.sweep()
			p.same(want, p.organization(org), "the organization without jobs")
			p.same(int64(1), p.events(storage.EventQuery{OrganizationID: org, Limit: 9}).Newest, "the journal's newest event")
		},
	},
	{
		name: "an organization's record is read as it was written",
		why:  "the organization's record has the hold on it; if the record is lost, everything runs again",
		run: func(p *probe) {
			want := storage.OrganizationRecord{OrganizationID: org}
			p.same(want, p.organization(org), "one that was never written")
			for n, doc := range []string{"held", "\x00[]\xff", ""} {
				p.commit(p.holding(int64(n), doc))
				want.Revision, want.Doc = int64(n)+1, []byte(doc)
				p.same(want, p.organization(org), "after write %d", n+1)
			}
			p.create(ref("job"), "key", withGraph(0, true))
			want.Graph = 1
			p.same(want, p.organization(org), "with the counter raised")
			p.same(want, p.find(storage.FindQuery{OrganizationID: org, IDs: []string{"job", "nobody"}}).Organization, "beside jobs")
		},
	},
	{
		name: "an organization's record is written only at the revision that was read",
		why:  "when a hold and its lift are decided on the same state, the second must fail",
		run: func(p *probe) {
			p.stale(p.holding(1, "early"))
			p.commit(p.holding(0, "first"))
			p.stale(p.holding(0, "second"))
			p.stale(p.holding(2, "too high"))
			p.commit(p.holding(1, "third"))
			require.Equal(p, "third", string(p.organization(org).Doc))
		},
	},
	{
		name: "writing an organization's record leaves its counter",
		why:  "the record that a caller writes has the counter that was read with it, which may be old",
		run: func(p *probe) {
			p.create(ref("job"), "key", withGraph(0, true))
			c := p.holding(0, "held")
			c.Organization.Graph = 77
			p.commit(c)
			require.Equal(p, int64(1), p.graph(org))
			c = p.holding(1, "held again")
			c.Graph = &storage.GraphGuard{Expect: 1, Raise: true}
			p.commit(c)
			require.Equal(p, int64(2), p.graph(org))
		},
	},
	{
		name: "a change can require the organization's revision",
		why:  "after a hold was acknowledged, a commit that was decided without it must not start a run",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			settle := p.editing(ref("job"), withDoc("fired"), func(c *storage.Change) { c.RequireOrganization = new(int64(0)) })
			report := p.change(ref("job"))
			report.PutRuns = []storage.RunRecord{p.run(ref("job"), runID(1))}
			report.RequireOrganization = new(int64(1))
			p.stale(report)
			p.commit(p.holding(0, "held"))
			p.stale(settle)
			p.commit(report)
			p.edit(ref("job"), func(c *storage.Change) { c.RequireOrganization = new(int64(1)) })
			p.edit(ref("job"), withDoc("whatever the revision"))
			require.Equal(p, int64(1), p.organization(org).Revision, "requiring a revision writes none")
		},
	},
	{
		name: "a job and the organization's record are written in one change",
		why:  "a change may write a job and the hold of its organization together",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			both := p.editing(ref("job"), withDoc("edited"), func(c *storage.Change) {
				c.Organization = &storage.OrganizationRecord{OrganizationID: org, Revision: 1, Doc: []byte("held")}
				c.RequireOrganization = new(int64(1))
			})
			p.stale(both)
			both.Organization.Revision, both.RequireOrganization = 0, new(int64(0))
			p.commit(both)
			require.Equal(p, "edited", string(p.job(ref("job")).Doc))
			require.Equal(p, "held", string(p.organization(org).Doc))
		},
	},
}

func withGraph(expect int64, raise bool) func(*storage.Change) {
	return func(c *storage.Change) { c.Graph = &storage.GraphGuard{Expect: expect, Raise: raise} }
}

// holding returns a change that writes the organization's record.
func (p *probe) holding(revision int64, doc string) storage.Change {
	c := p.change(ref(""))
	c.Organization = &storage.OrganizationRecord{OrganizationID: org, Revision: revision, Doc: []byte(doc)}
	return c
}
