package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
)

var commitCases = []testCase{
	{
		name: "an empty store has nothing",
		why:  "a new store must be empty: it must not show what another store has left",
		run: func(p *probe) {
			p.operation(ref("job"))
			p.same(snapshot{
				Organizations: map[string]organizationState{org: {Record: storage.OrganizationRecord{OrganizationID: org}}},
				Jobs:          map[storage.JobRef]jobState{ref("job"): {}},
				Due:           nothingDue(),
			}, p.snapshot(), "empty store")
		},
	},
	{
		name: "a job is read as it was written",
		why:  "a field that a backend forgets to store is lost for ever",
		run:  commitJob,
	},
	{
		name: "every kind of write in one change takes effect",
		why:  "the service writes everything that one decision changes in one commit",
		run:  commitEverything,
	},
	{
		name: "a change leaves alone what it does not say",
		why:  "an edit of one job must not touch its versions, draft, runs or ticks, nor another job",
		run:  commitLeavesAlone,
	},
	{
		name: "a change is not altered by its commit",
		why:  "the service commits the same change again when its outcome is unknown",
		run: func(p *probe) {
			c := everything(p)
			before := deep.Copy(c)
			p.commit(c)
			p.same(before, c, "the change after its commit")
		},
	},
	{
		name: "an acknowledged commit is read at once",
		why:  "a caller whose edit was acknowledged must see the edit in the next read",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			for range 20 {
				doc := p.change(ref("job")).OperationID
				got := p.edit(ref("job"), withDoc(doc))
				require.Equal(p, doc, string(got.Doc))
				require.Equal(p, doc, string(p.job(ref("job")).Doc), "read again")
				page := p.list(storage.JobQuery{OrganizationID: org, AllTeams: true, Limit: 1})
				require.Equal(p, doc, string(page.Jobs[0].Doc))
			}
		},
	},
}

func commitJob(p *probe) {
	job := newJob(ref("job"), "key")
	job.TeamIDs = []string{"team-a", "team-b"}
	job.Scopes, job.KeyScopes = []string{"a", "key-b", "key-c"}, []string{"key-b", "key-c"}
	job.WakeAt = minute(7)
	job.LatestRunID = runID(1)
	c := p.change(job.JobRef)
	c.Job = job
	c.PutRuns = []storage.RunRecord{newRun(job.JobRef, 1)}
	c.PutRuns[0].Outcome = failed
	c.PutRuns[0].ReadyAt, c.PutRuns[0].DeadlineAt, c.PutRuns[0].OwedAt = minute(9), minute(10), minute(11)
	p.commit(c)

	run := c.PutRuns[0]
	run.Revision = 1
	want := *job
	want.Revision = 1
	want.LatestRun = &run
	p.same(want, p.job(job.JobRef), "the job")
	p.same(run, p.run(job.JobRef, runID(1)), "the run")
}

// nothingDue is the part of a snapshot about what is due.
func nothingDue() map[storage.DueKind][]storage.DueItem {
	due := map[storage.DueKind][]storage.DueItem{}
	for _, kind := range dueKinds {
		due[kind] = nil
	}
	return due
}

// everything creates two jobs, of which one stands in the scope "up", and
// returns a change to the other that makes every kind of write.
func everything(p *probe) storage.Change {
	p.Helper()
	p.create(ref("down"), "down", withScopes("up"))
	p.create(ref("job"), "key", withVersions(1), withDraft(2),
		withRuns(newRun(ref("job"), 1), newRun(ref("job"), 2)), withTicks(1, 2))
	return p.editing(ref("job"), withKey("new-key"), withTeams("team"), withVersions(2), withStates("counts", 1), withDraft(3),
		withRuns(newRun(ref("job"), 3)), withTicks(2, 3), func(c *storage.Change) {
			run := newRun(ref("job"), 1)
			run.Revision, run.Outcome, run.OwedAt = 1, succeeded, minute(8)
			c.PutRuns = append(c.PutRuns, run)
			c.RemoveRuns = []storage.RunGuard{{ID: runID(2), Revision: 1}}
			c.TrimTicks = minute(2)
			c.Events = []storage.EventRecord{{Doc: []byte("first")}, {Doc: []byte("second")}}
			c.Organization = &storage.OrganizationRecord{OrganizationID: org, Doc: []byte("held")}
			c.RequireOrganization = new(int64(0))
			c.RequireKeys = []storage.KeyGuard{{Key: "down", JobID: "down"}}
			c.ForbidScope = "empty"
			c.Graph = &storage.GraphGuard{Raise: true}
			c.Wake = &storage.Wake{At: minute(5), Scope: "up"}
		})
}

func commitEverything(p *probe) {
	c := everything(p)
	p.commit(c)

	job := p.job(ref("job"))
	require.Equal(p, "new-key", job.Key)
	require.Equal(p, []string{"team"}, job.TeamIDs)
	require.Equal(p, int64(3), p.latest(job).Number)
	s := p.snapshot()
	first := version(ref("job"), 1)
	first.State = []byte("counts")
	p.same([]storage.VersionRecord{first, version(ref("job"), 2)},
		s.Jobs[ref("job")].Versions, "versions")
	p.same(version(ref("job"), 3), *s.Jobs[ref("job")].Draft, "the draft")
	p.same([]storage.TickRecord{tick(ref("job"), 3), tick(ref("job"), 2)}, s.Jobs[ref("job")].Ticks, "ticks")
	runs := s.Jobs[ref("job")].Runs
	require.Len(p, runs, 2, "one run was removed")
	require.Equal(p, succeeded, runs[0].Outcome)
	require.Equal(p, int64(2), runs[0].Revision)
	o := s.Organizations[org]
	p.same(storage.OrganizationRecord{OrganizationID: org, Revision: 1, Graph: 1, Doc: []byte("held")}, o.Record, "the organization")
	p.same([]storage.EventRecord{
		{JobRef: ref("job"), Seq: 2, At: c.At, Doc: []byte("second")},
		{JobRef: ref("job"), Seq: 1, At: c.At, Doc: []byte("first")},
	}, o.Journal.Events, "the journal")
	due := nothingDue()
	due[storage.DueJobs] = []storage.DueItem{{At: minute(5), JobRef: ref("down")}}
	due[storage.DueDebts] = []storage.DueItem{{At: minute(8), JobRef: ref("job"), RunID: runID(1)}}
	p.same(due, s.Due, "due")
}

func commitLeavesAlone(p *probe) {
	p.commit(everything(p))
	before := p.snapshot()
	p.edit(ref("job"), withDoc("edited"))
	after := p.snapshot()

	p.same(before.Jobs[ref("down")], after.Jobs[ref("down")], "the other job")
	was, is := before.Jobs[ref("job")], after.Jobs[ref("job")]
	was.Job, is.Job, was.Found, is.Found = nil, nil, nil, nil
	p.same(was, is, "what belongs to the job")
	p.same(before.Due, after.Due, "due")
}
