package storagetest

import (
	"strconv"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var durableCases = []durableCase{
	{
		name: "an empty store is empty when it is opened again",
		why:  "a store sets itself up when it is opened first; opening it again must change nothing",
		run: func(p *probe, reopen func()) {
			p.operation(ref("job"))
			want := p.snapshot()
			reopen()
			p.same(want, p.snapshot(), "after reopening")
			p.create(ref("job"), "key")
		},
	},
	{
		name: "everything that could be read is read again",
		why:  "a ledger must lose nothing when the process restarts",
		run: func(p *probe, reopen func()) {
			g := newGenerator(p, 7)
			for step := range 60 {
				p.turn(g, "step "+strconv.Itoa(step))
				if step%20 != 19 {
					continue
				}
				want := p.snapshot()
				reopen()
				p.same(want, p.snapshot(), "after reopening at step %d", step)
			}
		},
	},
	{
		name: "documents and times survive byte for byte",
		why:  "a cache in memory would hide that the disk has lost something",
		run: func(p *probe, reopen func()) {
			for i, doc := range documents() {
				p.create(ref(runID(i)), runID(i), withDoc("doc:"+string(doc.bytes)), withWakeAt(instants[i%len(instants)]))
			}
			want := p.snapshot()
			reopen()
			p.same(want, p.snapshot(), "after reopening")
		},
	},
	{
		name: "operation IDs are remembered",
		why:  "when a process dies after a commit and before the answer, the caller repeats the change at the next process",
		run: func(p *probe, reopen func()) {
			c := everything(p)
			p.commit(c)
			want := p.snapshot()
			reopen()
			p.commit(c)
			p.same(want, p.snapshot(), "after the change was repeated")
			next := p.edit(ref("job"), withDoc("later"))
			reopen()
			p.commit(c)
			p.same(next, p.job(ref("job")), "the job after another repeat")
		},
	},
	{
		name: "a refused operation is not remembered",
		why:  "a stale change must leave nothing on the disk, not even its operation ID",
		run: func(p *probe, reopen func()) {
			p.create(ref("job"), "key")
			c := p.editing(ref("job"), withDoc("in the end"), withGraph(1, true))
			p.stale(c)
			reopen()
			c.Graph.Expect = 0
			p.commit(c)
			require.Equal(p, "in the end", string(p.job(ref("job")).Doc))
		},
	},
	{
		name: "revisions, the graph counter and the journal go on",
		why:  "if a counter starts again, a guard accepts a decision that is out of date",
		run:  durableGuards,
	},
	{
		name: "tombstones are kept, and what is left is swept",
		why:  "the next process must send the cancels of removed jobs, and erase what they left",
		run:  durableTombstones,
	},
	{
		name: "the store's time does not go back",
		why:  "a restart must not let a cursor settle a tick twice",
		run: func(p *probe, reopen func()) {
			c := p.change(ref("job"))
			c.Job, c.At = newJob(ref("job"), "key"), minute(90)
			p.commit(c)
			read := func() time.Time { return p.due(storage.DueQuery{Until: start, Limit: 1}).Time }
			last := read()
			reopen()
			require.False(p, read().Before(last), "%v, then %v", last, read())
		},
	},
	{
		name: "what many writers were told is there",
		why:  "commits may share one flush to the disk; none of them may be acknowledged before it",
		run: func(p *probe, reopen func()) {
			const each = 12
			p.together(crowd, func(i int) error {
				for n := range each {
					c := p.change(ref("job-" + strconv.Itoa(i) + "-" + strconv.Itoa(n)))
					c.Job = newJob(c.JobRef, c.JobID)
					if err := p.store.Commit(p.ctx, c); err != nil {
						return err
					}
				}
				return nil
			})
			want := p.snapshot()
			require.Equal(p, crowd*each, want.Organizations[org].Total)
			reopen()
			p.same(want, p.snapshot(), "after reopening")
		},
	},
}

func durableGuards(p *probe, reopen func()) {
	p.create(ref("up"), "up", withRuns(newRun(ref("up"), 1)), withVersions(1), withGraph(0, true), withEvents("first"))
	p.create(ref("down"), "down", withScopes("up"), withGraph(1, true), withEvents("second"))
	hold := p.change(ref(""))
	hold.Organization = &storage.OrganizationRecord{OrganizationID: org, Doc: []byte("held")}
	p.commit(hold)
	edit := p.editing(ref("up"), withDoc("edited"))
	late := p.editing(ref("up"), withDoc("late"))
	reopen()

	require.Equal(p, int64(2), p.graph(org))
	p.commit(edit)
	p.stale(late)
	p.stale(p.editing(ref("up"), withGraph(0, false)))
	p.stale(p.editing(ref("up"), withVersions(1)))
	p.stale(p.editing(ref("up"), withRuns(newRun(ref("up"), 1))))
	p.stale(p.editing(ref("up"), func(c *storage.Change) { c.ForbidScope = "up" }))
	p.stale(p.editing(ref("down"), withKey("up")))
	p.commit(p.waking(5))
	p.woken(ref("down"), 5, 2)
	p.edit(ref("up"), withGraph(2, true), withEvents("third"))
	hold.OperationID += " again"
	p.stale(hold)
	p.stale(p.editing(ref("up"), func(c *storage.Change) { c.RequireOrganization = new(int64(0)) }))
	require.Equal(p, int64(3), p.events(storage.EventQuery{OrganizationID: org, Limit: 1}).Events[0].Seq)
}

func durableTombstones(p *probe, reopen func()) {
	for _, id := range []string{"owed", "stays"} {
		p.full(ref(id))
	}
	p.create(ref("done"), "done", withVersions(1, 2), withTicks(1, 2))
	p.remove(ref("owed"))
	p.remove(ref("done"))
	stays := p.snapshot().Jobs[ref("stays")]
	reopen()
	p.gone(ref("owed"))
	p.gone(ref("done"))
	erased, err := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: 1})
	require.NoError(p, err)
	require.LessOrEqual(p, erased, 1)
	reopen()
	p.sweep()
	reopen()

	p.notFound("Tombstone of which nothing is left", second(p.store.Tombstone(p.ctx, ref("done"))))
	require.Equal(p, int64(1), p.tombstone(ref("owed")).Revision)
	p.left(ref("owed"), 1, 2, 3)
	p.same(stays, p.snapshot().Jobs[ref("stays")], "the job that stays")
	p.create(ref("done"), "done")
	p.gone(ref("owed"))
}
