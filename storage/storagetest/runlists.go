package storagetest

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

var runListCases = []testCase{
	{
		name: "a job's runs are ordered by number, newest first",
		why:  "a replica with a slow clock must not put its run among older ones",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			for _, n := range []int{2, 10, 1, 9} {
				run := newRun(ref("job"), n)
				run.CreatedAt = minute(-n)
				p.edit(ref("job"), withRuns(run))
			}
			p.numbers(jobs.RunQuery{JobRef: ref("job"), Limit: 9}, 10, 9, 2, 1)
			p.numbers(jobs.RunQuery{JobRef: ref("job"), Limit: 9, Ascending: true}, 1, 2, 9, 10)
			p.numbers(jobs.RunQuery{JobRef: ref("job"), Limit: 2}, 10, 9)
		},
	},
	{
		name: "a job's runs go on behind a number",
		why:  "history is read page by page while new runs are added",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1), newRun(ref("job"), 2), newRun(ref("job"), 4)))
			after := func(n int, ascending bool) jobs.RunQuery {
				position := jobs.RunPosition{Number: int64(n), JobID: "ignored", CreatedAt: minute(99)}
				return jobs.RunQuery{JobRef: ref("job"), After: position, Ascending: ascending, Limit: 9}
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
		why:  "what is active, and what last succeeded, is asked for on every tick",
		run:  runListsByOutcome,
	},
	{
		name: "a run's outcome moves it between lists",
		why:  "a run that ended must not count as active any longer",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			active := jobs.RunQuery{JobRef: ref("job"), Outcomes: []jobs.Outcome{jobs.OutcomeNone}, Limit: 9}
			failed := jobs.RunQuery{JobRef: ref("job"), Outcomes: []jobs.Outcome{jobs.OutcomeFailed}, Limit: 9}
			p.numbers(active, 1)
			run := p.run(ref("job"), runID(1))
			run.Outcome = jobs.OutcomeFailed
			p.putRun(run)
			p.numbers(active)
			p.numbers(failed, 1)
			c := p.change(ref("job"))
			c.RemoveRuns = []jobs.RunGuard{{ID: runID(1), Revision: 2}}
			p.commit(c)
			p.numbers(failed)
		},
	},
	{
		name: "an organization's runs are ordered by creation, job and number",
		why:  "the newest runs over all jobs, in an order that stands still while it is paged",
		run:  runListsOfOrganization,
	},
	{
		name: "fewer than the limit means no more",
		why:  "a pager stops at a short page; one that is short for another reason hides the rest",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			for n := 1; n <= 40; n++ {
				run := newRun(ref("job"), n)
				if n%8 == 0 {
					run.Outcome = jobs.OutcomeSucceeded
				}
				p.edit(ref("job"), withRuns(run))
			}
			q := jobs.RunQuery{JobRef: ref("job"), Outcomes: []jobs.Outcome{jobs.OutcomeSucceeded}, Limit: 2}
			var got []int64
			for range 9 {
				runs := p.runs(q)
				for _, r := range runs {
					got = append(got, r.Number)
					q.After = position(r)
				}
				if len(runs) < q.Limit {
					break
				}
			}
			require.Equal(p, []int64{40, 32, 24, 16, 8}, got)
		},
	},
}

// numbers compares the numbers of the runs that a query selects.
func (p *probe) numbers(q jobs.RunQuery, want ...int64) {
	p.Helper()
	var got []int64
	for _, r := range p.runs(q) {
		got = append(got, r.Number)
	}
	p.same(want, got, "run numbers of %+v", q)
}

func runListsByOutcome(p *probe) {
	outcomes := []jobs.Outcome{jobs.OutcomeNone, jobs.OutcomeSucceeded, jobs.OutcomeFailed}
	p.create(ref("job"), "key")
	for n := 1; n <= 9; n++ {
		run := newRun(ref("job"), n)
		run.Outcome = outcomes[n%3]
		p.edit(ref("job"), withRuns(run))
	}
	with := func(outcomes ...jobs.Outcome) jobs.RunQuery {
		return jobs.RunQuery{JobRef: ref("job"), Outcomes: outcomes, Limit: 9}
	}
	p.numbers(with(), 9, 8, 7, 6, 5, 4, 3, 2, 1)
	p.numbers(with(jobs.OutcomeNone), 9, 6, 3)
	p.numbers(with(jobs.OutcomeSucceeded), 7, 4, 1)
	p.numbers(with(jobs.OutcomeFailed), 8, 5, 2)
	p.numbers(with(jobs.OutcomeFailed, jobs.OutcomeNone), 9, 8, 6, 5, 3, 2)
	p.numbers(with(outcomes...), 9, 8, 7, 6, 5, 4, 3, 2, 1)
	p.numbers(with(jobs.OutcomeNone, jobs.OutcomeNone), 9, 6, 3)
	q := with(jobs.OutcomeFailed, jobs.OutcomeSucceeded)
	q.Ascending, q.Limit, q.After = true, 2, jobs.RunPosition{Number: 2}
	p.numbers(q, 4, 5)
}

func runListsOfOrganization(p *probe) {
	want := []jobs.RunRecord{}
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
	slices.SortFunc(want, func(a, b jobs.RunRecord) int { return comparePositions(position(a), position(b), "") })
	p.pagedRuns(want, true)
	slices.Reverse(want)
	p.pagedRuns(want, false)

	behind := jobs.RunPosition{CreatedAt: minute(1), JobID: "aaa", Number: 99}
	runs := p.runs(jobs.RunQuery{JobRef: ref(""), Ascending: true, After: behind, Limit: 1})
	require.Len(p, runs, 1, "a position where no run stands")
	require.Equal(p, "b", runs[0].JobID)
}

// pagedRuns reads an organization's runs in pages of every size.
func (p *probe) pagedRuns(want []jobs.RunRecord, ascending bool) {
	p.Helper()
	for _, limit := range []int{1, 3, len(want), len(want) + 1} {
		q := jobs.RunQuery{JobRef: ref(""), Ascending: ascending, Limit: limit}
		var got []jobs.RunRecord
		for range len(want) + 2 {
			runs := p.runs(q)
			got = append(got, runs...)
			if len(runs) < limit {
				break
			}
			q.After = position(runs[len(runs)-1])
		}
		p.same(want, got, "runs in pages of %d", limit)
	}
}
