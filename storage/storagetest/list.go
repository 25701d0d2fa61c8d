package storagetest

import (
	"fmt"
	"math"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/model"
)

var listCases = []testCase{
	{
		name: "every combination of conditions selects what all of them select",
		why:  "a store that ignores a filter when there are two shows people jobs that they may not see",
		run:  listCombinations,
	},
	{
		name: "teams are joined by or, and a job in several is listed once",
		why:  "a job that is granted to two of an actor's teams must be counted and listed once",
		run:  listTeams,
	},
	{
		name: "no team sees nothing",
		why:  "an actor without teams must not see every job",
		run: func(p *probe) {
			p.create(ref("a"), "a", withTeams("red"))
			p.create(ref("b"), "b")
			p.listed(storage.JobQuery{}, 0)
			p.listed(storage.JobQuery{TeamIDs: []string{}}, 0)
			p.listed(storage.JobQuery{TeamIDs: []string{""}}, 0)
			p.listed(storage.JobQuery{AllTeams: true}, 2, "a", "b")
		},
	},
	{
		name: "an edit moves a job between lists",
		why:  "after a grant is revoked, its team must not see the job",
		run:  listMoves,
	},
	{
		name: "a page past the end is empty and keeps the total",
		why:  "a list may get shorter while it is paged; a page behind its end is no error",
		run: func(p *probe) {
			for i := range 5 {
				p.create(ref(runID(i)), runID(i), withTeams("red"))
			}
			for _, q := range []storage.JobQuery{{AllTeams: true}, {TeamIDs: []string{"red", "blue"}}} {
				for _, offset := range []int{5, 6, math.MaxInt} {
					q.Offset, q.Limit = offset, 3
					page := p.list(inOrg(q))
					require.Equal(p, 5, page.Total, "%+v", q)
					require.Empty(p, page.Jobs, "%+v", q)
				}
			}
		},
	},
	{
		name: "a limit of zero asks only for the total",
		why:  "a caller may want the number of jobs without reading them",
		run: func(p *probe) {
			for i := range 3 {
				p.create(ref(runID(i)), runID(i), withTeams("red"))
			}
			for _, q := range []storage.JobQuery{{AllTeams: true}, {TeamIDs: []string{"red"}}, {AllTeams: true, Offset: 2}} {
				page := p.list(inOrg(q))
				require.Equal(p, 3, page.Total, "%+v", q)
				require.Empty(p, page.Jobs, "%+v", q)
			}
		},
	},
	{
		name: "a listed job comes with its latest run",
		why:  "the list shows how each job last ended",
		run: func(p *probe) {
			p.create(ref("a"), "a", withTeams("red"), withRuns(newRun(ref("a"), 1)))
			p.create(ref("b"), "b")
			page := p.list(storage.JobQuery{OrganizationID: org, AllTeams: true, Limit: 9})
			p.same([]storage.JobRecord{p.job(ref("a")), p.job(ref("b"))}, page.Jobs, "all jobs")
			require.NotNil(p, page.Jobs[0].LatestRun)
			page = p.list(storage.JobQuery{OrganizationID: org, TeamIDs: []string{"blue", "red"}, Limit: 9})
			p.same([]storage.JobRecord{p.job(ref("a"))}, page.Jobs, "jobs of two teams")
		},
	},
}

func inOrg(q storage.JobQuery) storage.JobQuery {
	q.OrganizationID = org
	return q
}

// listed compares the IDs of all that a query of the usual organization
// selects, in order, and its total.
func (p *probe) listed(q storage.JobQuery, total int, want ...string) {
	p.Helper()
	q = inOrg(q)
	if q.Limit == 0 {
		q.Limit = plenty
	}
	page := p.list(q)
	var got []string
	for _, job := range page.Jobs {
		got = append(got, job.JobID)
	}
	p.same(want, got, "jobs of %+v", q)
	require.Equal(p, total, page.Total, "total of %+v", q)
}

func listTeams(p *probe) {
	p.create(ref("both"), "both", withTeams("blue", "red"))
	p.create(ref("none"), "none")
	p.create(ref("red"), "red", withTeams("red"))
	p.create(ref("three"), "three", withTeams("blue", "green", "red"))
	p.create(ref("x-green"), "x-green", withTeams("green"))

	p.listed(storage.JobQuery{TeamIDs: []string{"red"}}, 3, "both", "red", "three")
	p.listed(storage.JobQuery{TeamIDs: []string{"red", "blue"}}, 3, "both", "red", "three")
	p.listed(storage.JobQuery{TeamIDs: []string{"red", "blue", "red", "nobody"}}, 3, "both", "red", "three")
	p.listed(storage.JobQuery{TeamIDs: []string{"blue", "green"}}, 3, "both", "three", "x-green")
	p.listed(storage.JobQuery{TeamIDs: []string{"red", "green", "blue"}}, 4, "both", "red", "three", "x-green")
	p.listed(storage.JobQuery{AllTeams: true, TeamIDs: []string{"green"}}, 5, "both", "none", "red", "three", "x-green")
	p.listed(storage.JobQuery{TeamIDs: []string{"red", "green", "blue"}, Offset: 1, Limit: 2}, 4, "red", "three")
	p.listed(storage.JobQuery{TeamIDs: []string{"red", "green"}, Offset: 1, Limit: 2, Descending: true}, 4, "three", "red")
}

func listMoves(p *probe) {
	p.create(ref("job"), "job", withTeams("red"), withScopes("key-east", "up"))
	where := func(want map[string]int) {
		p.Helper()
		for name, q := range map[string]storage.JobQuery{
			"red": {TeamIDs: []string{"red"}}, "blue": {TeamIDs: []string{"blue"}},
			"east": {AllTeams: true, Scope: "key-east"}, "west": {AllTeams: true, Scope: "key-west"},
			"east by key": {AllTeams: true, Scope: "key-east", Order: storage.ByKey},
			"west by key": {AllTeams: true, Scope: "key-west", Order: storage.ByKey},
			"up":          {AllTeams: true, Scope: "up"}, "up-2": {AllTeams: true, Scope: "up-2"},
		} {
			q.Limit = 9
			page := p.list(inOrg(q))
			require.Equal(p, want[name], page.Total, name)
			require.Len(p, page.Jobs, want[name], name)
		}
	}
	where(map[string]int{"red": 1, "east": 1, "east by key": 1, "up": 1})
	p.edit(ref("job"), withTeams("blue"), withScopes("key-west", "up-2"))
	where(map[string]int{"blue": 1, "west": 1, "west by key": 1, "up-2": 1})
	p.edit(ref("job"), withTeams("blue", "red"), withScopes("up", "up-2"))
	where(map[string]int{"red": 1, "blue": 1, "up": 1, "up-2": 1})
	p.edit(ref("job"), withTeams(), withScopes())
	where(nil)
	p.edit(ref("job"), withTeams("red"))
	p.remove(ref("job"))
	where(nil)
}

// listCombinations compares every combination of conditions, in both orders
// and directions, whole, by offset and behind a position, with the model.
func listCombinations(p *probe) {
	reference := model.New()
	for i := range 24 {
		c := p.change(ref(fmt.Sprintf("job-%02d", i)))
		c.Job = newJob(c.JobRef, fmt.Sprintf("key-%02d", (i*7)%24))
		c.Job.CreatedAt = minute(i / 3 * 5 % 8) // three of each
		c.Job.TeamIDs = [][]string{nil, {"blue"}, {"blue", "red"}, {"red"}}[i%4]
		withScopes([][]string{nil, {"key-east"}, {"key-east", "up"}, {"key-west", "up"}, {"up"}}[i%5]...)(&c)
		p.commit(c)
		require.NoError(p, reference.Commit(p.ctx, c))
	}
	for _, q := range combinations() {
		want, err := reference.ListJobs(p.ctx, q)
		require.NoError(p, err)
		got, err := p.store.ListJobs(p.ctx, q)
		require.NoError(p, err)
		p.same(want, got, "%+v", q)
	}
}

func combinations() []storage.JobQuery {
	var all []storage.JobQuery
	for i := range 4 * 2 * 2 * 4 * 2 * 2 {
		q := inOrg(storage.JobQuery{Offset: i % 3, Limit: 1 + i%7})
		q.TeamIDs = [][]string{nil, {"red"}, {"blue", "red"}, nil}[i%4]
		q.AllTeams = i%4 == 3
		q.Descending = i/4%2 == 1
		if i/8%2 == 1 {
			q.Order = storage.ByKey
		}
		q.Scope = []string{"", "key-east", "key-west", "up"}[i/16%4]
		if q.Scope == "up" && q.Order == storage.ByKey {
			continue // which has no order of keys
		}
		q.Brief = i/64%2 == 1
		if i/128%2 == 1 {
			q.After = &storage.JobPosition{CreatedAt: minute(i % 8), Key: fmt.Sprintf("key-%02d", i%24), JobID: fmt.Sprintf("job-%02d", i%24)}
		}
		all = append(all, q)
	}
	return all
}
