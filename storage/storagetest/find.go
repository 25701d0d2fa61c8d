package storagetest

import (
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var findCases = []testCase{
	{
		name: "what does not exist is not found",
		why:  "only this error tells the caller that the job does not exist, and not that the store cannot answer",
		run: func(p *probe) {
			p.create(ref("job"), "key", withVersions(1))
			p.notFound("Job", second(p.store.Job(p.ctx, ref("nobody"))))
			p.notFound("Draft", second(p.store.Draft(p.ctx, ref("job"))))
			p.notFound("Draft without a job", second(p.store.Draft(p.ctx, ref("nobody"))))
			p.notFound("Version", second(p.store.Version(p.ctx, ref("job"), 2)))
			p.notFound("Version without a job", second(p.store.Version(p.ctx, ref("nobody"), 1)))
			p.notFound("Run", second(p.store.Run(p.ctx, ref("job"), runID(1))))
			p.notFound("Run without a job", second(p.store.Run(p.ctx, ref("nobody"), runID(1))))
			p.notFound("Tombstone of a job that lives", second(p.store.Tombstone(p.ctx, ref("job"))))
			p.notFound("Tombstone without a job", second(p.store.Tombstone(p.ctx, ref("nobody"))))
		},
	},
	{
		name: "lists about what does not exist are empty",
		why:  "lists return no error for a job that does not exist",
		run: func(p *probe) {
			versions := p.versions(storage.VersionQuery{JobRef: ref("nobody"), Limit: 9})
			require.Zero(p, versions.Total)
			require.Empty(p, versions.Versions)
			require.Empty(p, p.runs(storage.RunQuery{JobRef: ref("nobody"), Limit: 9}))
			require.Empty(p, p.runs(storage.RunQuery{JobRef: ref("nobody"), Removed: true, Limit: 9}))
			require.Empty(p, p.ticks(storage.TickQuery{JobRef: ref("nobody"), Limit: 9}))
			p.same(storage.EventPage{}, p.events(storage.EventQuery{OrganizationID: org, JobID: "nobody", Limit: 9}), "events")
		},
	},
	{
		name: "jobs are found by ID, by key, or both",
		why:  "a publish reads all its dependencies in one read, so that it decides on one state",
		run:  findEither,
	},
	{
		name: "a job that is asked for twice is found once",
		why:  "a caller that counts the jobs it found would count one dependency twice",
		run: func(p *probe) {
			p.create(ref("a"), "key-a")
			p.found(storage.FindQuery{IDs: []string{"a", "a"}, Keys: []string{"key-a", "key-a"}}, "a")
		},
	},
	{
		name: "a found job comes with its latest run",
		why:  "the service decides by the latest run whether a dependency has succeeded",
		run: func(p *probe) {
			p.create(ref("a"), "key-a", withRuns(newRun(ref("a"), 1)))
			want := p.job(ref("a"))
			require.NotNil(p, want.LatestRun)
			found := p.find(storage.FindQuery{OrganizationID: org, Keys: []string{"key-a"}})
			p.same([]storage.FoundJob{{JobRecord: want}}, found.Jobs, "found jobs")
		},
	},
	{
		name: "a lookup of a thousand finds them all",
		why:  "a backend that puts all IDs into one statement may exceed the database's limit of parameters",
		run: func(p *probe) {
			lookup := storage.FindQuery{}
			want := []string{"a", "b"}
			p.create(ref("a"), "key-a")
			p.create(ref("b"), "key-b")
			for i := range storage.MaxLimit/2 - 1 {
				lookup.IDs = append(lookup.IDs, "nobody-"+runID(i))
				lookup.Keys = append(lookup.Keys, "nobody-"+runID(i))
			}
			lookup.IDs = append(lookup.IDs, "a")
			lookup.Keys = append(lookup.Keys, "key-b")
			p.found(lookup, want...)
		},
	},
	{
		name: "open runs are found oldest first, recent ones newest first, so many of each job",
		why:  "for each tick the scheduler reads the open and the newest runs, in one read of one state",
		run:  findRuns,
	},
	{
		name: "a brief answer has no documents",
		why:  "a publish may read a thousand jobs to follow their dependencies; their configs could be a hundred megabytes",
		run: func(p *probe) {
			p.create(ref("a"), "key-a", withTeams("red"), withScopes("key-east", "up"), withWakeAt(minute(3)), withRuns(newRun(ref("a"), 1)))
			want := p.job(ref("a"))
			want.Doc, want.State, want.LatestRun = nil, nil, nil
			found := p.find(storage.FindQuery{OrganizationID: org, IDs: []string{"a"}, Brief: true})
			p.same([]storage.FoundJob{{JobRecord: want}}, found.Jobs, "found")
			found = p.find(storage.FindQuery{OrganizationID: org, IDs: []string{"a"}, Brief: true, OpenRuns: 1, RecentRuns: 1})
			run := p.run(ref("a"), runID(1))
			runs := []storage.RunRecord{run}
			p.same([]storage.FoundJob{{JobRecord: want, OpenRuns: runs, RecentRuns: runs}}, found.Jobs, "found with runs")
			page := p.list(storage.JobQuery{OrganizationID: org, AllTeams: true, Brief: true, Limit: 9})
			p.same([]storage.JobRecord{want}, page.Jobs, "listed")
		},
	},
	{
		name: "an answer without documents of people keeps the rest",
		why:  "the scheduler needs the runs of a job's dependencies, but not their configs, which may be large",
		run: func(p *probe) {
			p.create(ref("a"), "key-a", withTeams("red"), withScopes("up"), withRuns(newRun(ref("a"), 1)))
			p.edit(ref("a"), func(c *storage.Change) { c.Job.State, c.Job.LatestRunID = []byte("state"), runID(1) })
			want := p.job(ref("a"))
			require.NotEmpty(p, want.State)
			require.NotNil(p, want.LatestRun)
			want.Doc = nil
			found := p.find(storage.FindQuery{OrganizationID: org, IDs: []string{"a"}, NoDoc: true})
			p.same([]storage.FoundJob{{JobRecord: want}}, found.Jobs, "found")
		},
	},
}

// second drops a value and keeps the error that came with it.
func second[V any](_ V, err error) error { return err }

func (p *probe) notFound(what string, err error) {
	p.Helper()
	require.ErrorIs(p, err, storage.ErrNotFound, what)
}

// found looks jobs of the usual organization up, and compares their IDs.
func (p *probe) found(lookup storage.FindQuery, want ...string) {
	p.Helper()
	lookup.OrganizationID = org
	var got []string
	for _, job := range p.find(lookup).Jobs {
		got = append(got, job.JobID)
	}
	slices.Sort(got)
	p.same(want, got, "found jobs")
}

func findEither(p *probe) {
	p.create(ref("a"), "key-a")
	p.create(ref("b"), "key-b")
	p.create(ref("c"), "a")
	p.found(storage.FindQuery{})
	p.found(storage.FindQuery{IDs: []string{"a", "nobody"}}, "a")
	p.found(storage.FindQuery{Keys: []string{"key-b", "nobody"}}, "b")
	p.found(storage.FindQuery{Keys: []string{"a"}}, "c")
	p.found(storage.FindQuery{IDs: []string{"a"}, Keys: []string{"a", "key-b"}}, "a", "b", "c")
}

func findRuns(p *probe) {
	for _, id := range []string{"a", "b"} {
		var runs []storage.RunRecord
		for _, n := range []int{3, 10, 1, 7, 2} {
			run := newRun(ref(id), n)
			run.CreatedAt = minute(-n)
			if n == 3 || n == 10 || id == "b" {
				run.Outcome = succeeded
			}
			runs = append(runs, run)
		}
		p.create(ref(id), id, withRuns(runs...))
	}
	numbers := func(runs []storage.RunRecord) []int64 {
		var all []int64
		for _, r := range runs {
			all = append(all, r.Number)
		}
		return all
	}
	for _, each := range []struct {
		open, recent         int
		wantOpen, wantRecent []int64
		recentOfB            []int64
	}{
		{0, 0, nil, nil, nil},
		{2, 0, []int64{1, 2}, nil, nil},
		{9, 2, []int64{1, 2, 7}, []int64{10, 7}, []int64{10, 7}},
		{3, 9, []int64{1, 2, 7}, []int64{10, 7, 3, 2, 1}, []int64{10, 7, 3, 2, 1}},
		{0, 1, nil, []int64{10}, []int64{10}},
	} {
		for _, query := range []storage.FindQuery{{IDs: []string{"a", "b"}}, {Keys: []string{"a", "b"}}} {
			query.OrganizationID, query.OpenRuns, query.RecentRuns = org, each.open, each.recent
			list := p.find(query)
			require.Len(p, list.Jobs, 2)
			slices.SortFunc(list.Jobs, func(a, b storage.FoundJob) int { return strings.Compare(a.JobID, b.JobID) })
			p.same(each.wantOpen, numbers(list.Jobs[0].OpenRuns), "open runs of %+v", query)
			p.same(each.wantRecent, numbers(list.Jobs[0].RecentRuns), "recent runs of %+v", query)
			require.Empty(p, list.Jobs[1].OpenRuns, "open runs of a job that has none")
			p.same(each.recentOfB, numbers(list.Jobs[1].RecentRuns), "recent runs of the other job")
		}
	}
	run := p.find(storage.FindQuery{OrganizationID: org, IDs: []string{"a"}, OpenRuns: 1}).Jobs[0].OpenRuns[0]
	p.same(p.run(ref("a"), runID(1)), run, "an open run, whole")
}
