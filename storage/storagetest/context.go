package storagetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var contextCases = []testCase{
	{
		name: "a context that has ended ends every method",
		why:  "a request whose client has gone must not go on to use the backend",
		run:  contextEnded,
	},
	{
		name: "a commit whose context has ended writes nothing",
		why:  "the caller is told that its context ended before anything was written; that must be true",
		run: func(p *probe) {
			c := everything(p)
			before := p.snapshot()
			for _, ctx := range endedContexts(p.ctx) {
				require.Error(p, p.store.Commit(ctx, c))
				p.same(before, p.snapshot(), "written")
			}
			p.commit(c) // and the operation counts as not applied
			require.Equal(p, "new-key", p.job(ref("job")).Key)
		},
	},
	{
		name: "a commit whose context ends on the way is whole or not at all",
		why:  "a client may time out at any moment; the job must stay consistent, and the caller must be able to repeat the change",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			for looks := 1; looks <= 24; looks++ {
				ctx := endsAfter(p.ctx, looks)
				p.interrupted(ctx, looks, func() {})
				ctx.end()
			}
		},
	},
	{
		name: "a commit whose context ends beside it is whole or not at all",
		why:  "another goroutine may end the context while the backend waits",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			for round := 1; round <= 24; round++ {
				ctx, cancel := context.WithCancel(p.ctx)
				p.interrupted(ctx, round, func() { go cancel() })
				cancel()
			}
		},
	},
	{
		name: "a read whose context ends on the way is right or an error",
		why:  "a caller must not take half an answer for the whole answer",
		run:  contextOfReads,
	},
	{
		name: "an expired context among many commits harms no other",
		why:  "a store may group commits; a commit whose caller gave up must be made whole or not at all, and the others of its group must be made",
		run:  expiredAmongMany,
	},
}

// methods call every method of a store on the job "job".
var methods = []struct {
	name string
	call func(ctx context.Context, s storage.Store) (any, error)
}{
	{"Job", func(ctx context.Context, s storage.Store) (any, error) { return s.Job(ctx, ref("job")) }},
	{"FindJobs", func(ctx context.Context, s storage.Store) (any, error) {
		return s.FindJobs(ctx, storage.FindQuery{OrganizationID: org, IDs: []string{"job"}})
	}},
	{"ListJobs", func(ctx context.Context, s storage.Store) (any, error) {
		return s.ListJobs(ctx, storage.JobQuery{OrganizationID: org, AllTeams: true, Limit: 9})
	}},
	{"ListJobs of teams", func(ctx context.Context, s storage.Store) (any, error) {
		return s.ListJobs(ctx, storage.JobQuery{OrganizationID: org, TeamIDs: []string{"blue", "red"}, Limit: 9})
	}},
	{"Draft", func(ctx context.Context, s storage.Store) (any, error) { return s.Draft(ctx, ref("job")) }},
	{"Version", func(ctx context.Context, s storage.Store) (any, error) { return s.Version(ctx, ref("job"), 1) }},
	{"ListVersions", func(ctx context.Context, s storage.Store) (any, error) {
		return s.ListVersions(ctx, storage.VersionQuery{JobRef: ref("job"), Limit: 9})
	}},
	{"Run", func(ctx context.Context, s storage.Store) (any, error) { return s.Run(ctx, ref("job"), runID(1)) }},
	{"ListRuns", func(ctx context.Context, s storage.Store) (any, error) {
		return s.ListRuns(ctx, storage.RunQuery{JobRef: ref("job"), Limit: 9})
	}},
	{"ListRuns of the organization", func(ctx context.Context, s storage.Store) (any, error) {
		return s.ListRuns(ctx, storage.RunQuery{JobRef: ref(""), Limit: 9})
	}},
	{"ListTicks", func(ctx context.Context, s storage.Store) (any, error) {
		return s.ListTicks(ctx, storage.TickQuery{JobRef: ref("job"), Limit: 9})
	}},
	{"ListEvents", func(ctx context.Context, s storage.Store) (any, error) {
		return s.ListEvents(ctx, storage.EventQuery{OrganizationID: org, Limit: 9})
	}},
	{"Due", func(ctx context.Context, s storage.Store) (any, error) {
		page, err := s.Due(ctx, storage.DueQuery{Until: forever, Limit: 9})
		page.Time = time.Time{} // which moves on by itself where there is a clock
		return page, err
	}},
	{"Tombstone", func(ctx context.Context, s storage.Store) (any, error) { return s.Tombstone(ctx, ref("gone")) }},
	{"Sweep", func(ctx context.Context, s storage.Store) (any, error) {
		return s.Sweep(ctx, storage.SweepOptions{Limit: 9})
	}},
}

// populate stores something for each of the methods to answer with.
func (p *probe) populate() {
	p.Helper()
	p.full(ref("job"))
	p.full(ref("gone"))
	p.remove(ref("gone"))
	p.sweep()
}

// endedContexts returns one that was cancelled and one whose time is over.
func endedContexts(parent context.Context) []context.Context {
	cancelled, cancel := context.WithCancel(parent)
	cancel()
	expired, cancel := context.WithDeadline(parent, time.Unix(1, 0))
	cancel()
	return []context.Context{cancelled, expired}
}

func contextEnded(p *probe) {
	p.populate()
	commit := p.editing(ref("job"))
	for _, ctx := range endedContexts(p.ctx) {
		check := func(name string, err error) {
			p.Helper()
			require.ErrorIs(p, err, ctx.Err(), name)
			for _, sentinel := range []error{storage.ErrStale, storage.ErrNotFound, storage.ErrOutcomeUnknown} {
				require.NotErrorIs(p, err, sentinel, name)
			}
		}
		for _, m := range methods {
			check(m.name, second(m.call(ctx, p.store)))
		}
		check("Commit", p.store.Commit(ctx, commit))
	}
}

func contextOfReads(p *probe) {
	p.populate()
	for _, m := range methods {
		want, err := m.call(p.ctx, p.store)
		require.NoError(p, err, m.name)
		for looks := 1; looks <= 12; looks++ {
			ctx := endsAfter(p.ctx, looks)
			got, err := m.call(ctx, p.store)
			if err == nil {
				p.same(want, got, "%s, cut at look %d", m.name, looks)
			} else {
				require.ErrorIs(p, err, context.Canceled, m.name)
				require.NotErrorIs(p, err, storage.ErrNotFound, m.name)
			}
			ctx.end()
		}
	}
}

// interrupted commits the nth of several changes under a context that ends
// meanwhile, judges the answer, and repeats the change.
func (p *probe) interrupted(ctx context.Context, n int, during func()) {
	p.Helper()
	doc := fmt.Sprint(n)
	c := p.editing(ref("job"), withDoc(doc), withRuns(newRun(ref("job"), n)), withGraph(p.graph(org), true))
	before := p.snapshot()
	during()
	err := p.store.Commit(ctx, c)
	switch {
	case err == nil:
		require.Equal(p, doc, string(p.job(ref("job")).Doc), "acknowledged")
	case errors.Is(err, storage.ErrOutcomeUnknown):
		require.ErrorIs(p, err, context.Canceled, "the context's own error is found, too")
		job := p.job(ref("job"))
		written := job.LatestRun != nil && job.LatestRun.ID == runID(n)
		require.Equal(p, written, string(job.Doc) == doc, "half written: %+v", job)
	default:
		require.ErrorIs(p, err, context.Canceled)
		p.same(before, p.snapshot(), "written, although the outcome is not said to be unknown")
	}

	p.commit(c)
	job := p.job(ref("job"))
	require.Equal(p, c.Job.Revision+1, job.Revision, "the change took effect once")
	require.Equal(p, doc, string(job.Doc))
	require.Equal(p, int64(1), p.run(ref("job"), runID(n)).Revision)
	require.Equal(p, c.Graph.Expect+1, p.graph(org))
}

// endingContext ends when it was looked at so many times: so a context ends in
// the middle of a method, at the same place each time.
type endingContext struct {
	context.Context
	end   context.CancelFunc
	looks atomic.Int64
}

func endsAfter(parent context.Context, looks int) *endingContext {
	ctx := &endingContext{}
	ctx.Context, ctx.end = context.WithCancel(parent)
	ctx.looks.Store(int64(looks))
	return ctx
}

func (c *endingContext) look() {
	if c.looks.Add(-1) == 0 {
		c.end()
	}
}

func (c *endingContext) Done() <-chan struct{} {
	c.look()
	return c.Context.Done()
}

func (c *endingContext) Err() error {
	c.look()
	return c.Context.Err()
}
