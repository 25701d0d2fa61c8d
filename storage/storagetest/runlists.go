package storagetest

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/model"
)

var runListCases = []testCase{
	{
		name: "a job's runs are ordered by number, newest first",
		why:  "a run that a replica with a slow clock made must not be listed among older runs",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			for _, n := range []int{2, 10, 1, 9} {
				run := newRun(ref("job"), n)
				run.CreatedAt = minute(-n)
				p.edit(ref("job"), withRuns(run))
			}
			p.numbers(storage.RunQuery{JobRef: ref("job"), Limit: 9}, 10, 9, 2, 1)
			p.numbers(storage.RunQuery{JobRef: ref("job"), Limit: 9, Ascending: true}, 1, 2, 9, 10)
			p.numbers(storage.RunQuery{JobRef: ref("job"), Limit: 2}, 10, 9)
		},
	},
	{
		name: "a job's runs go on behind a number",
		why:  "people page through the history while new runs are added",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1), newRun(ref("job"), 2), newRun(ref("job"), 4)))
			after := func(n int, ascending bool) storage.RunQuery {
				position := storage.RunPosition{Number: int64(n), JobID: "ignored", CreatedAt: minute(99)}
				return storage.RunQuery{JobRef: ref("job"), After: position, Ascending: ascending, Limit: 9}
			}
			p.numbers(after(4, false), 2, 1)
			p.numbers(after(3, false), 2, 1)
			p.numbers(after(1, false))
			p.numbers(after(1, true), 2, 4)
			p.numbers(after(3, true), 4)
			p.numbers(after(4, true))
		},
	},
	{
		name: "runs are selected by outcome",
		why:  "for each tick the scheduler asks for the open runs and the last success",
		run:  runListsByOutcome,
	},
	{
		name: "a run's outcome moves it between lists",
		why:  "a run that ended must not count as active any longer",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			active := storage.RunQuery{JobRef: ref("job"), Outcomes: []storage.Outcome{storage.Open}, Limit: 9}
			ended := storage.RunQuery{JobRef: ref("job"), Outcomes: []storage.Outcome{failed}, Limit: 9}
			p.numbers(active, 1)
			run := p.run(ref("job"), runID(1))
			run.Outcome = failed
			p.putRun(run)
			p.numbers(active)
			p.numbers(ended, 1)
			c := p.change(ref("job"))
			c.RemoveRuns = []storage.RunGuard{{ID: runID(1), Revision: 2}}
			p.commit(c)
			p.numbers(ended)
		},
	},
	{
		name: "an organization's runs are selected by outcome",
		why:  "a list of the failed runs of all jobs must not read the runs that did not fail",
		run:  runListsByOutcomeEverywhere,
	},
	{
		name: "an organization's runs are ordered by creation, job and number",
		why:  "people page through the newest runs of all jobs; the order must not change meanwhile",
		run:  runListsOfOrganization,
	},
	{
		name: "pages of a selection lose nothing",
		why:  "few runs may match: a page that is short because the store looked at many others is not the last",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			for n := 1; n <= 40; n++ {
				run := newRun(ref("job"), n)
				if n%8 == 0 {
					run.Outcome = succeeded
				}
				p.edit(ref("job"), withRuns(run))
			}
			for _, q := range []storage.RunQuery{{JobRef: ref("job")}, {JobRef: ref("")}} {
				for _, q.Limit = range []int{1, 2, 5} {
					q.Outcomes = []storage.Outcome{succeeded}
					var got []int64
					for range 99 {
						page, err := p.store.ListRuns(p.ctx, q)
						require.NoError(p, err)
						require.LessOrEqual(p, len(page.Runs), q.Limit)
						for _, r := range page.Runs {
							got = append(got, r.Number)
						}
						if q.After = page.Next; !page.More {
							break
						}
					}
					require.Equal(p, []int64{40, 32, 24, 16, 8}, got, "%+v", q)
				}
			}
		},
	},
}

// numbers compares the numbers of the runs that a query selects.
func (p *probe) numbers(q storage.RunQuery, want ...int64) {
	p.Helper()
	var got []int64
	for _, r := range p.runs(q) {
		got = append(got, r.Number)
	}
	p.same(want, got, "run numbers of %+v", q)
}

func runListsByOutcome(p *probe) {
	outcomes := []storage.Outcome{storage.Open, succeeded, failed}
	p.create(ref("job"), "key")
	for n := 1; n <= 9; n++ {
		run := newRun(ref("job"), n)
		run.Outcome = outcomes[n%3]
		p.edit(ref("job"), withRuns(run))
	}
	with := func(outcomes ...storage.Outcome) storage.RunQuery {
		return storage.RunQuery{JobRef: ref("job"), Outcomes: outcomes, Limit: 9}
	}
	p.numbers(with(), 9, 8, 7, 6, 5, 4, 3, 2, 1)
	p.numbers(with(storage.Open), 9, 6, 3)
	p.numbers(with(succeeded), 7, 4, 1)
	p.numbers(with(failed), 8, 5, 2)
	p.numbers(with(failed, storage.Open), 9, 8, 6, 5, 3, 2)
	p.numbers(with(outcomes...), 9, 8, 7, 6, 5, 4, 3, 2, 1)
	p.numbers(with(storage.Open, storage.Open), 9, 6, 3)
	q := with(failed, succeeded)
	q.Ascending, q.Limit, q.After = true, 2, storage.RunPosition{Number: 2}
	p.numbers(q, 4, 5)
}

func runListsByOutcomeEverywhere(p *probe) {
	reference := model.New()
	both := func(c storage.Change) {
		p.Helper()
		p.commit(c)
		require.NoError(p, reference.Commit(p.ctx, c))
	}
	outcomes := []storage.Outcome{storage.Open, succeeded, failed, "any word"}
	for i, id := range []string{"b", "a", "a-1"} {
		c := p.change(ref(id))
		c.Job = newJob(c.JobRef, id)
		for n := 1; n <= 12; n++ {
			run := newRun(ref(id), n)
			run.CreatedAt, run.Outcome = minute(n/3), outcomes[(n+i)%4]
			withRuns(run)(&c)
		}
		both(c)
	}
	compare := func() {
		p.Helper()
		for i := range 1 << 6 {
			q := storage.RunQuery{JobRef: ref(""), Ascending: i&1 == 1, Limit: 1 + i%5*3}
			for n, o := range outcomes {
				if i>>(n+1)&1 == 1 {
					q.Outcomes = append(q.Outcomes, o)
				}
			}
			if i>>5 == 1 {
				q.After = storage.RunPosition{CreatedAt: minute(2), JobID: "a", Number: 7}
			}
			want, err := listRuns(p.ctx, reference, q)
			require.NoError(p, err)
			p.same(want, p.runs(q), "%+v", q)
		}
	}
	compare()
	for n := 1; n <= 12; n += 2 { // a run that ends moves to another list
		c := p.change(ref("a"))
		c.PutRuns = []storage.RunRecord{p.run(ref("a"), runID(n))}
		c.PutRuns[0].Outcome = outcomes[n%4]
		both(c)
	}
	compare()
	both(p.removing(ref("b")))
	compare()
}

func runListsOfOrganization(p *probe) {
	want := []storage.RunRecord{}
	for _, id := range []string{"b", "a", "a-1", "B"} {
		p.create(ref(id), id)
		for _, n := range []int{1, 2, 3, 10} {
			run := newRun(ref(id), n)
			run.CreatedAt = minute(n / 3) // 1 and 2 tie, in the job and beside it
			p.edit(ref(id), withRuns(run))
			run.Revision = 1
			want = append(want, run)
		}
	}
	slices.SortFunc(want, func(a, b storage.RunRecord) int {
		return model.ComparePositions(model.Position(a), model.Position(b), true)
	})
	p.pagedRuns(want, true)
	slices.Reverse(want)
	p.pagedRuns(want, false)

	behind := storage.RunPosition{CreatedAt: minute(1), JobID: "aaa", Number: 99}
	runs := p.runs(storage.RunQuery{JobRef: ref(""), Ascending: true, After: behind, Limit: 1})
	require.Len(p, runs, 1, "a position where no run stands")
	require.Equal(p, "b", runs[0].JobID)
}

// pagedRuns reads an organization's runs in pages of every size.
func (p *probe) pagedRuns(want []storage.RunRecord, ascending bool) {
	p.Helper()
	for _, limit := range []int{1, 3, len(want), len(want) + 1} {
		q := storage.RunQuery{JobRef: ref(""), Ascending: ascending, Limit: limit}
		var got []storage.RunRecord
		for range len(want) + 2 {
			page, err := p.store.ListRuns(p.ctx, q)
			require.NoError(p, err)
			got = append(got, page.Runs...)
			if q.After = page.Next; !page.More {
				break
			}
		}
		p.same(want, got, "runs in pages of %d", limit)
	}
}
