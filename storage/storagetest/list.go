package storagetest

import (
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

var listCases = []testCase{
	{
		name: "every combination of conditions selects what all of them select",
		why:  "a filter that is dropped beside another shows people jobs that they may not see",
		run:  listCombinations,
	},
	{
		name: "teams are joined by or, and a job in several is listed once",
		why:  "a job that is granted to two of my teams must not be counted twice, nor fill two rows",
		run:  listTeams,
	},
	{
		name: "no team sees nothing",
		why:  "an actor without teams must not see every job",
		run: func(p *probe) {
			p.create(ref("a"), "a", withTeams("red"))
			p.create(ref("b"), "b")
			p.listed(jobs.JobQuery{}, 0)
			p.listed(jobs.JobQuery{TeamIDs: []string{}}, 0)
			p.listed(jobs.JobQuery{GrantedTo: "red"}, 0)
			p.listed(jobs.JobQuery{TeamIDs: []string{"blue"}, GrantedTo: "red"}, 0)
			p.listed(jobs.JobQuery{TeamIDs: []string{""}}, 0)
			p.listed(jobs.JobQuery{AllTeams: true}, 2, "a", "b")
		},
	},
	{
		name: "an edit moves a job between lists",
		why:  "a grant that was revoked must not show the job any longer",
		run:  listMoves,
	},
	{
		name: "a page past the end is empty and keeps the total",
		why:  "the last page of a list that shrank meanwhile is no error",
		run: func(p *probe) {
			for i := range 5 {
				p.create(ref(runID(i)), runID(i), withTeams("red"))
			}
			for _, q := range []jobs.JobQuery{{AllTeams: true}, {TeamIDs: []string{"red", "blue"}}} {
				for _, offset := range []int{5, 6, 1 << 31} {
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
		why:  "a badge counts jobs without reading them",
		run: func(p *probe) {
			for i := range 3 {
				p.create(ref(runID(i)), runID(i), withTeams("red"))
			}
			for _, q := range []jobs.JobQuery{{AllTeams: true}, {TeamIDs: []string{"red"}}, {AllTeams: true, Offset: 2}} {
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
			page := p.list(jobs.JobQuery{OrganizationID: org, AllTeams: true, Limit: 9})
			p.same([]jobs.JobRecord{p.job(ref("a")), p.job(ref("b"))}, page.Jobs, "all jobs")
			require.NotNil(p, page.Jobs[0].LatestRun)
			page = p.list(jobs.JobQuery{OrganizationID: org, TeamIDs: []string{"blue", "red"}, Limit: 9})
			p.same([]jobs.JobRecord{p.job(ref("a"))}, page.Jobs, "jobs of two teams")
		},
	},
}

func inOrg(q jobs.JobQuery) jobs.JobQuery {
	q.OrganizationID = org
	return q
}

// listed compares the IDs of all that a query of the usual organization
// selects, in order, and its total.
func (p *probe) listed(q jobs.JobQuery, total int, want ...string) {
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

	p.listed(jobs.JobQuery{TeamIDs: []string{"red"}}, 3, "both", "red", "three")
	p.listed(jobs.JobQuery{TeamIDs: []string{"red", "blue"}}, 3, "both", "red", "three")
	p.listed(jobs.JobQuery{TeamIDs: []string{"red", "blue", "red", "nobody"}}, 3, "both", "red", "three")
	p.listed(jobs.JobQuery{TeamIDs: []string{"blue", "green"}}, 3, "both", "three", "x-green")
	p.listed(jobs.JobQuery{TeamIDs: []string{"red", "green", "blue"}}, 4, "both", "red", "three", "x-green")
	p.listed(jobs.JobQuery{TeamIDs: []string{"red"}, GrantedTo: "green"}, 1, "three")
	p.listed(jobs.JobQuery{AllTeams: true, TeamIDs: []string{"green"}}, 5, "both", "none", "red", "three", "x-green")
	p.listed(jobs.JobQuery{AllTeams: true, GrantedTo: "blue"}, 2, "both", "three")
	p.listed(jobs.JobQuery{TeamIDs: []string{"red", "green", "blue"}, Offset: 1, Limit: 2}, 4, "red", "three")
	p.listed(jobs.JobQuery{TeamIDs: []string{"red", "green"}, Offset: 1, Limit: 2, Descending: true}, 4, "three", "red")
}

func listMoves(p *probe) {
	p.create(ref("job"), "job", withTeams("red"), withCluster("east"), withDependsOn("up"))
	where := func(want map[string]int) {
		p.Helper()
		for name, q := range map[string]jobs.JobQuery{
			"red": {TeamIDs: []string{"red"}}, "blue": {TeamIDs: []string{"blue"}}, "granted red": {AllTeams: true, GrantedTo: "red"},
			"east": {AllTeams: true, ClusterID: "east"}, "west": {AllTeams: true, ClusterID: "west"},
			"up": {AllTeams: true, DependsOn: "up"}, "up-2": {AllTeams: true, DependsOn: "up-2"},
		} {
			page := p.list(inOrg(q))
			require.Equal(p, want[name], page.Total, name)
		}
	}
	where(map[string]int{"red": 1, "granted red": 1, "east": 1, "up": 1})
	p.edit(ref("job"), withTeams("blue"), withCluster("west"), withDependsOn("up-2"))
	where(map[string]int{"blue": 1, "west": 1, "up-2": 1})
	p.edit(ref("job"), withTeams("blue", "red"), withCluster(""), withDependsOn("up", "up-2"))
	where(map[string]int{"red": 1, "granted red": 1, "blue": 1, "up": 1, "up-2": 1})
	p.edit(ref("job"), withTeams(), withDependsOn())
	where(nil)
	p.edit(ref("job"), withTeams("red"))
	p.remove(ref("job"), true)
	where(nil)
}

// listCombinations compares every combination of conditions, in both orders
// and directions, with the model.
func listCombinations(p *probe) {
	reference := newModel()
	for i := range 24 {
		c := p.change(ref(fmt.Sprintf("job-%02d", i)))
		c.Job = newJob(c.JobRef, fmt.Sprintf("key-%02d", (i*7)%24))
		c.Job.CreatedAt = minute(i / 3 * 5 % 8) // three of each
		c.Job.TeamIDs = [][]string{nil, {"blue"}, {"blue", "red"}, {"red"}}[i%4]
		c.Job.ClusterID = []string{"", "east", "west"}[i%3]
		c.Job.DependsOn = [][]string{nil, {"up"}, {"up", "up-2"}}[i/2%3]
		p.commit(c)
		require.NoError(p, reference.Commit(p.ctx, c))
	}
	for _, q := range combinations() {
		want, err := reference.ListJobs(p.ctx, q)
		require.NoError(p, err)
		p.same(want, p.list(q), "%+v", q)
	}
}

func combinations() []jobs.JobQuery {
	var all []jobs.JobQuery
	for i := range 4 * 2 * 2 * 2 * 2 * 2 {
		q := inOrg(jobs.JobQuery{Offset: i % 3, Limit: 1 + i%7})
		bit := func(n int) bool { return i>>n&1 == 1 }
		q.TeamIDs = [][]string{nil, {"red"}, {"blue", "red"}, nil}[i%4]
		q.AllTeams = i%4 == 3
		q.Descending = bit(2)
		if bit(3) {
			q.Order = jobs.ByKey
		}
		if bit(4) {
			q.GrantedTo = "blue"
		}
		if bit(5) {
			q.ClusterID = "east"
		}
		if bit(6) {
			q.DependsOn = "up"
		}
		all = append(all, q)
	}
	return slices.Clip(all)
}
