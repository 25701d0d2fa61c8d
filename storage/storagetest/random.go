package storagetest

import (
	"fmt"
	"math/rand/v2"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
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
		why:  "another seed takes other turns",
		run:  func(p *probe) { p.history(2, 150) },
	},
	{
		name: "a third history does",
		why:  "three are enough for every edit to meet every other in some order",
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
		require.ErrorIs(p, want, jobs.ErrStale, "%s: the suite made a change that is wrong: %+v", name, c)
		require.ErrorIs(p, got, jobs.ErrStale, "%s: %+v", name, c)
	}
	if g.rng.IntN(20) == 0 {
		p.sweep()
		require.NoError(p, second(g.model.Sweep(p.ctx, plenty)))
	}
	refs := []jobs.JobRef{c.JobRef}
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
		want, _ := g.model.ListJobs(p.ctx, q)
		p.same(want, p.list(q), "%s: jobs of %+v", name, q)
	}
	for range 2 {
		q := g.runQuery()
		want, _ := g.model.ListRuns(p.ctx, q)
		p.same(want, p.runs(q), "%s: runs of %+v", name, q)
	}
	q := g.dueQuery()
	want, _ := g.model.Due(p.ctx, q)
	got := p.due(q)
	want.Time, want.Clock = got.Time, got.Clock // a store with a clock has its own
	p.same(want, got, "%s: due of %+v", name, q)
	ticks := jobs.TickQuery{JobRef: g.ref(), Before: minute(g.rng.IntN(40)), Limit: 1 + g.rng.IntN(4)}
	wantTicks, _ := g.model.ListTicks(p.ctx, ticks)
	p.same(wantTicks, p.ticks(ticks), "%s: ticks of %+v", name, ticks)
}

// generator makes random changes and queries. It looks into its model to make
// changes of which most are good.
type generator struct {
	p                 *probe
	rng               *rand.Rand
	model             *model
	accepted, refused int
}

func newGenerator(p *probe, seed uint64) *generator {
	return &generator{p: p, rng: rand.New(rand.NewPCG(seed, seed)), model: newModel()}
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

func (g *generator) ref() jobs.JobRef {
	return jobs.JobRef{OrganizationID: pick(g, "org-1", "org-1", "org-2"), JobID: pick(g, "a", "b", "c", "d", "D", "\u00e9")}
}

func (g *generator) key() string { return pick(g, "k", "K", "k-1", "k-2", "k-10", "k\u00e9", "z") }

func (g *generator) jobQuery() jobs.JobQuery {
	return jobs.JobQuery{
		OrganizationID: pick(g, "org-1", "org-2"),
		AllTeams:       pick(g, true, false, false),
		TeamIDs:        some(g, "red", "blue", "green"),
		GrantedTo:      pick(g, "", "", "red"),
		ClusterID:      pick(g, "", "", "east"),
		DependsOn:      pick(g, "", "", "k"),
		Order:          pick(g, jobs.ByCreation, jobs.ByKey),
		Descending:     pick(g, true, false),
		Offset:         pick(g, 0, 0, 1, 3),
		Limit:          pick(g, 0, 1, 2, plenty),
	}
}

func (g *generator) runQuery() jobs.RunQuery {
	q := jobs.RunQuery{JobRef: g.ref(), Ascending: pick(g, true, false), Limit: pick(g, 1, 2, plenty)}
	if g.rng.IntN(2) == 0 {
		q.JobID = ""
	} else {
		for _, o := range some(g, string(jobs.OutcomeNone), string(jobs.OutcomeSucceeded), string(jobs.OutcomeFailed)) {
			q.Outcomes = append(q.Outcomes, jobs.Outcome(o))
		}
	}
	if g.rng.IntN(2) == 0 {
		q.After = jobs.RunPosition{CreatedAt: minute(g.rng.IntN(9)), JobID: g.ref().JobID, Number: 1 + g.rng.Int64N(9)}
	}
	return q
}

func (g *generator) dueQuery() jobs.DueQuery {
	q := jobs.DueQuery{Until: minute(g.rng.IntN(12)), Limit: pick(g, 1, 3, plenty)}
	if g.rng.IntN(2) == 0 {
		q.After = jobs.DueItem{WakeAt: minute(g.rng.IntN(9)), JobRef: g.ref(), RunID: pick(g, "", runID(1))}
	}
	return q
}
