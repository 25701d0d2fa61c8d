package storagetest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/model"
)

var randomCases = []testCase{
	{
		name: "any history leaves what the model has",
		why: "the bugs that nobody thought of a case for: an index entry left behind by a rename beside a grant, " +
			"a cascade that misses what was added last",
		run: func(p *probe) { p.history(1, 150) },
	},
	{
		name: "any other history does",
		why:  "another seed makes another series of changes",
		run:  func(p *probe) { p.history(2, 150) },
	},
	{
		name: "a third history does",
		why:  "a third seed makes it likely that each kind of edit follows each other kind",
		run:  func(p *probe) { p.history(3, 150) },
	},
}

// wholeEvery is after how many changes every job is read, and not only the one
// that was changed, the lists and what is due.
const wholeEvery = 8

// history makes random changes to the store and to the model, and compares
// both answers, and then what both read.
func (p *probe) history(seed uint64, steps int) {
	p.Helper()
	g := newGenerator(p, seed)
	for step := range steps {
		p.turn(g, fmt.Sprintf("seed %d, step %d", seed, step))
	}
	require.Greater(p, g.accepted, steps/2, "too few changes were good")
	require.Greater(p, g.refused, steps/20, "too few changes were stale")
}

// turn makes one random change and compares.
func (p *probe) turn(g *generator, name string) {
	p.Helper()
	c := g.change()
	want := g.model.Commit(p.ctx, c)
	got := p.store.Commit(p.ctx, c)
	if want == nil {
		g.accepted++
		require.NoError(p, got, "%s: %+v", name, c)
	} else {
		g.refused++
		require.ErrorIs(p, want, storage.ErrStale, "%s: the suite made a change that is wrong: %+v", name, c)
		require.ErrorIs(p, got, storage.ErrStale, "%s: %+v", name, c)
	}
	if g.rng.IntN(20) == 0 {
		p.sweep()
		require.NoError(p, sweepAll(p.ctx, g.model, storage.SweepOptions{Limit: 100}))
	}
	refs := []storage.JobRef{c.JobRef}
	if (g.accepted+g.refused)%wholeEvery == 0 {
		refs = p.refs
	}
	expected, err := take(p.ctx, g.model, refs)
	require.NoError(p, err)
	found, err := take(p.ctx, p.store, refs)
	require.NoError(p, err)
	p.same(expected, found, "%s: after %+v", name, c)
	p.questions(g, name)
}

// questions asks both a few random questions that a snapshot does not.
func (p *probe) questions(g *generator, name string) {
	p.Helper()
	for range 4 {
		q := g.jobQuery()
		want, err := listJobs(p.ctx, g.model, q)
		require.NoError(p, err)
		p.same(want, p.list(q), "%s: jobs of %+v", name, q)
	}
	for range 3 {
		q := g.runQuery()
		want, err := listRuns(p.ctx, g.model, q)
		require.NoError(p, err)
		p.same(want, p.runs(q), "%s: runs of %+v", name, q)
	}
	q := g.dueQuery()
	want, err := listDue(p.ctx, g.model, q)
	require.NoError(p, err)
	got := p.due(q)
	p.same(want.Items, got.Items, "%s: due of %+v", name, q)
	if !g.removed() || !tooEarly(got.Next, want.Next, q.Until) { // what a removed job left may make it too early
		p.same(want.Next, got.Next, "%s: next of %+v", name, q)
	}
	ticks := storage.TickQuery{JobRef: g.ref(), Before: minute(g.rng.IntN(40)), Limit: 1 + g.rng.IntN(4)}
	wantTicks, err := listTicks(p.ctx, g.model, ticks)
	require.NoError(p, err)
	p.same(wantTicks, p.ticks(ticks), "%s: ticks of %+v", name, ticks)
	events := g.eventQuery()
	wantEvents, err := listEvents(p.ctx, g.model, events)
	require.NoError(p, err)
	p.same(wantEvents, p.events(events), "%s: events of %+v", name, events)
}

// tooEarly reports whether a time lies between until and the one wanted, of
// which none is later than all.
func tooEarly(got, want, until time.Time) bool {
	return got.After(until) && (want.IsZero() || got.Before(want))
}

// generator makes random changes and queries. It looks into its model to make
// changes of which most are good.
type generator struct {
	p                 *probe
	rng               *rand.Rand
	model             *model.Store
	accepted, refused int
}

func newGenerator(p *probe, seed uint64) *generator {
	return &generator{p: p, rng: rand.New(rand.NewPCG(seed, seed)), model: model.New()}
}

// pick returns one of the choices.
func pick[V any](g *generator, choices ...V) V { return choices[g.rng.IntN(len(choices))] }

// some returns some of the choices, in their order.
func some(g *generator, choices ...string) []string {
	var chosen []string
	for _, c := range choices {
		if g.rng.IntN(2) == 0 {
			chosen = append(chosen, c)
		}
	}
	return chosen
}

func (g *generator) ref() storage.JobRef {
	return storage.JobRef{OrganizationID: pick(g, "org-1", "org-1", "org-2"), JobID: pick(g, "a", "b", "c", "d", "D", "\u00e9")}
}

func (g *generator) key() string { return pick(g, "k", "K", "k-1", "k-2", "k-10", "k\u00e9", "z") }

// state returns what the model keeps for a job's organization.
func (g *generator) state(ref storage.JobRef) *model.State { return g.model.State(ref.OrganizationID) }

// removed reports whether something is left of a removed job.
func (g *generator) removed() bool {
	for _, at := range g.p.refs {
		if _, ok := g.state(at).Tombstone(at.JobID); ok {
			return true
		}
	}
	return false
}

func (g *generator) jobQuery() storage.JobQuery {
	q := storage.JobQuery{
		OrganizationID: pick(g, "org-1", "org-2"),
		AllTeams:       pick(g, true, false, false),
		TeamIDs:        some(g, "red", "blue", "green"),
		Scope:          pick(g, "", "", "key-east", "up"),
		Order:          pick(g, storage.ByCreation, storage.ByKey),
		Descending:     pick(g, true, false),
		Offset:         pick(g, 0, 0, 1, 3),
		Limit:          pick(g, 1, 2, plenty),
		Brief:          pick(g, true, false, false),
	}
	if q.Scope == "up" {
		q.Order = storage.ByCreation
	}
	if g.rng.IntN(3) == 0 {
		q.After = &storage.JobPosition{CreatedAt: minute(g.rng.IntN(4)), Key: g.key(), JobID: g.ref().JobID}
	}
	return q
}

func (g *generator) runQuery() storage.RunQuery {
	q := storage.RunQuery{JobRef: g.ref(), Ascending: pick(g, true, false), Limit: pick(g, 1, 2, plenty)}
	switch g.rng.IntN(5) {
	case 0, 1:
		q.JobID = ""
	case 2:
		q.Removed = true
	}
	for _, o := range some(g, string(storage.Open), string(succeeded), string(failed)) {
		q.Outcomes = append(q.Outcomes, storage.Outcome(o))
	}
	if g.rng.IntN(2) == 0 {
		q.After = storage.RunPosition{CreatedAt: minute(g.rng.IntN(9)), JobID: g.ref().JobID, Number: 1 + g.rng.Int64N(9)}
	}
	return q
}

func (g *generator) dueQuery() storage.DueQuery {
	q := storage.DueQuery{Kind: pick(g, dueKinds...), Until: minute(g.rng.IntN(12)), Limit: pick(g, 1, 3, plenty)}
	if g.rng.IntN(2) == 0 {
		q.After = storage.DueItem{At: minute(g.rng.IntN(9)), JobRef: g.ref(), RunID: pick(g, "", runID(1))}
	}
	return q
}

func (g *generator) eventQuery() storage.EventQuery {
	return storage.EventQuery{
		OrganizationID: pick(g, "org-1", "org-2"),
		JobID:          pick(g, "", "", "a", "b"),
		Ascending:      pick(g, true, false),
		After:          pick(g, 0, g.rng.Int64N(200)),
		Before:         pick(g, 0, g.rng.Int64N(200)),
		Limit:          pick(g, 1, 5, plenty),
	}
}
