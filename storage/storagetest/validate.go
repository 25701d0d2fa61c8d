package storagetest

import (
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var validateCases = []testCase{
	{
		name: "a change that is wrong in itself is refused",
		why:  "a bug in the caller must be an error at once, not a record that no reader understands",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			p.create(ref("gone"), "gone")
			p.remove(ref("gone"))
			for _, wrong := range wrongChanges {
				c := p.editing(ref("job"))
				wrong.spoil(&c)
				p.refused(c, wrong.name)
			}
		},
	},
	{
		name: "a change is validated before anything else",
		why:  "a bug in the caller must be an error whatever is stored",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			applied := p.editing(ref("job"))
			p.commit(applied)
			applied.At = time.Time{}
			p.refused(applied, "an operation that was applied")
			stale := p.editing(ref("job"))
			stale.Job.Revision, stale.At = 9, time.Time{}
			p.refused(stale, "a revision that is stale")
		},
	},
	{
		name: "the longest names and the largest sets are accepted",
		why:  "a store that is stricter than the contract refuses data that another store has accepted",
		run:  validateLargest,
	},
	{
		name: "a query that is wrong in itself is refused",
		why:  "a query without a limit or without a job is a bug; an empty answer would hide it",
		run: func(p *probe) {
			p.full(ref("job"))
			for _, wrong := range wrongQueries {
				err := wrong.ask(p)
				require.ErrorIs(p, err, storage.ErrInvalid, wrong.name)
			}
		},
	},
}

// refused makes a change that must be refused as a bug, and write nothing.
func (p *probe) refused(c storage.Change, name string) {
	p.Helper()
	before := p.snapshot()
	err := p.store.Commit(p.ctx, c)
	require.ErrorIs(p, err, storage.ErrInvalid, name)
	for _, sentinel := range []error{storage.ErrStale, storage.ErrNotFound, storage.ErrOutcomeUnknown, storage.ErrOutdated} {
		require.NotErrorIs(p, err, sentinel, name)
	}
	p.same(before, p.snapshot(), "written in spite of %s", name)
}

// numbered returns n names, sorted, of a length.
func numbered(n, length int) []string {
	names := make([]string, n)
	for i := range names {
		name := strings.Repeat("n", length-4) + runID(10_000 + i)[len("run-1"):]
		names[i] = name
	}
	return names
}

func validateLargest(p *probe) {
	long := strings.Repeat("\u00e9", storage.MaxName/2)
	at := storage.JobRef{OrganizationID: long, JobID: long}
	run := newRun(at, 1)
	run.ID, run.Outcome = long, storage.Outcome(long)
	c := p.change(at)
	c.OperationID = long
	c.Job = newJob(at, long)
	c.Job.TeamIDs, c.Job.Scopes, c.Job.LatestRunID = []string{long}, []string{long}, long
	c.Job.KeyScopes = []string{long}
	c.PutRuns = []storage.RunRecord{run}
	p.commit(c)
	require.Equal(p, storage.Outcome(long), p.latest(p.job(at)).Outcome)
	page := p.list(storage.JobQuery{
		OrganizationID: long, TeamIDs: []string{long}, Scope: long, Order: storage.ByKey, Limit: 9,
	})
	require.Equal(p, 1, page.Total)

	teams, scopes := numbered(storage.MaxTeams, 40), numbered(storage.MaxScopes, 60)
	p.create(ref("job"), "key", withTeams(teams...), withScopes(scopes...))
	page = p.list(storage.JobQuery{
		OrganizationID: org, TeamIDs: []string{teams[storage.MaxTeams-1]}, Scope: scopes[storage.MaxScopes-1], Limit: 9,
	})
	require.Len(p, page.Jobs, 1)
	require.Equal(p, teams, page.Jobs[0].TeamIDs)
	require.Equal(p, scopes, page.Jobs[0].Scopes)
}

// wrongQueries are refused whatever is stored.
var wrongQueries = []struct {
	name string
	ask  func(p *probe) error
}{
	{"too many jobs asked for", func(p *probe) error {
		q := storage.FindQuery{OrganizationID: org, Keys: []string{"key"}, IDs: make([]string, storage.MaxLimit)}
		return second(p.store.FindJobs(p.ctx, q))
	}},
	{"a negative number of open runs", func(p *probe) error {
		return second(p.store.FindJobs(p.ctx, storage.FindQuery{OrganizationID: org, OpenRuns: -1}))
	}},
	{"a negative number of recent runs", func(p *probe) error {
		return second(p.store.FindJobs(p.ctx, storage.FindQuery{OrganizationID: org, RecentRuns: -1}))
	}},
	{"an order that there is not", func(p *probe) error {
		return second(p.store.ListJobs(p.ctx, storage.JobQuery{OrganizationID: org, AllTeams: true, Order: 7, Limit: 1}))
	}},
	{"a negative offset of jobs", func(p *probe) error {
		return second(p.store.ListJobs(p.ctx, storage.JobQuery{OrganizationID: org, AllTeams: true, Offset: -1, Limit: 1}))
	}},
	{"a negative limit of jobs", func(p *probe) error {
		return second(p.store.ListJobs(p.ctx, storage.JobQuery{OrganizationID: org, AllTeams: true, Limit: -1}))
	}},
	{"a negative offset of versions", func(p *probe) error {
		return second(p.store.ListVersions(p.ctx, storage.VersionQuery{JobRef: ref("job"), Offset: -1, Limit: 1}))
	}},
	{"no limit of runs", func(p *probe) error {
		return second(p.store.ListRuns(p.ctx, storage.RunQuery{JobRef: ref("job")}))
	}},
	{"what all removed jobs left", func(p *probe) error {
		return second(p.store.ListRuns(p.ctx, storage.RunQuery{JobRef: ref(""), Removed: true, Limit: 1}))
	}},
	{"too many outcomes", func(p *probe) error {
		q := storage.RunQuery{JobRef: ref("job"), Outcomes: make([]storage.Outcome, storage.MaxOutcomes+1), Limit: 1}
		return second(p.store.ListRuns(p.ctx, q))
	}},
	{"no limit of ticks", func(p *probe) error {
		return second(p.store.ListTicks(p.ctx, storage.TickQuery{JobRef: ref("job")}))
	}},
	{"no limit of events", func(p *probe) error {
		return second(p.store.ListEvents(p.ctx, storage.EventQuery{OrganizationID: org}))
	}},
	{"no limit of what is due", func(p *probe) error {
		return second(p.store.Due(p.ctx, storage.DueQuery{Until: forever}))
	}},
	{"a negative kind of what is due", func(p *probe) error {
		return second(p.store.Due(p.ctx, storage.DueQuery{Kind: -1, Until: forever, Limit: 1}))
	}},
	{"a kind of what is due that there is not", func(p *probe) error {
		return second(p.store.Due(p.ctx, storage.DueQuery{Kind: storage.DueTombstones + 1, Until: forever, Limit: 1}))
	}},
	{"no limit of what is erased", func(p *probe) error {
		return second(p.store.Sweep(p.ctx, storage.SweepOptions{}))
	}},
}
