package storagetest

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

var findCases = []testCase{
	{
		name: "what does not exist is not found",
		why:  "the caller tells a missing job from a store that cannot answer by this error alone",
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
		why:  "a list has no error for a job that is missing",
		run: func(p *probe) {
			versions, err := p.store.ListVersions(p.ctx, jobs.VersionQuery{JobRef: ref("nobody"), Limit: 9})
			require.NoError(p, err)
			require.Zero(p, versions.Total)
			require.Empty(p, versions.Versions)
			require.Empty(p, p.runs(jobs.RunQuery{JobRef: ref("nobody"), Limit: 9}))
			require.Empty(p, p.ticks(jobs.TickQuery{JobRef: ref("nobody"), Limit: 9}))
		},
	},
	{
		name: "jobs are found by ID, by key, or both",
		why:  "a publish looks its upstream jobs up in one read, to judge one state",
		run:  findEither,
	},
	{
		name: "a job that is asked for twice is found once",
		why:  "a caller that counts what it found would take one upstream for two",
		run: func(p *probe) {
			p.create(ref("a"), "key-a")
			p.found(jobs.JobLookup{IDs: []string{"a", "a"}, Keys: []string{"key-a", "key-a"}}, "a")
		},
	},
	{
		name: "a found job comes with its latest run",
		why:  "the record promises it of every read; whether an upstream succeeded is judged by it",
		run: func(p *probe) {
			p.create(ref("a"), "key-a", withRuns(newRun(ref("a"), 1)))
			want := p.job(ref("a"))
			require.NotNil(p, want.LatestRun)
			found := p.find(jobs.JobLookup{OrganizationID: org, Keys: []string{"key-a"}})
			p.same([]jobs.JobRecord{want}, found.Jobs, "found jobs")
		},
	},
	{
		name: "a lookup of hundreds finds them all",
		why:  "a backend that puts every ID into one statement meets its limit on parameters",
		run: func(p *probe) {
			lookup := jobs.JobLookup{}
			want := []string{"a", "b"}
			p.create(ref("a"), "key-a")
			p.create(ref("b"), "key-b")
			for i := range 1500 {
				lookup.IDs = append(lookup.IDs, "nobody-"+runID(i))
				lookup.Keys = append(lookup.Keys, "nobody-"+runID(i))
			}
			lookup.IDs = append(lookup.IDs, "a")
			lookup.Keys = append(lookup.Keys, "key-b")
			p.found(lookup, want...)
		},
	},
}

// second drops a value and keeps the error that came with it.
func second[V any](_ V, err error) error { return err }

func (p *probe) notFound(what string, err error) {
	p.Helper()
	require.ErrorIs(p, err, jobs.ErrNotFound, what)
}

// found looks jobs of the usual organization up, and compares their IDs.
func (p *probe) found(lookup jobs.JobLookup, want ...string) {
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
	p.found(jobs.JobLookup{})
	p.found(jobs.JobLookup{IDs: []string{"a", "nobody"}}, "a")
	p.found(jobs.JobLookup{Keys: []string{"key-b", "nobody"}}, "b")
	p.found(jobs.JobLookup{Keys: []string{"a"}}, "c")
	p.found(jobs.JobLookup{IDs: []string{"a"}, Keys: []string{"a", "key-b"}}, "a", "b", "c")
}
