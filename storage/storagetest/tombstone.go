package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

var tombstoneCases = []testCase{
	{
		name: "a removed job is not found by any read, at once",
		why:  "who deleted a job, or lost the right to see it, must not find its runs in a list",
		run: func(p *probe) {
			p.full(ref("gone"))
			p.remove(ref("gone"), true)
			p.gone(ref("gone"))
		},
	},
	{
		name: "removing a job leaves the others",
		why:  "a cascade that goes too far cannot be undone",
		run: func(p *probe) {
			p.full(ref("stays"))
			want := p.snapshot().Jobs[ref("stays")]
			for _, id := range []string{"gone", "stay", "stays-1"} {
				p.full(ref(id))
				p.remove(ref(id), false)
			}
			p.sweep()
			p.same(want, p.snapshot().Jobs[ref("stays")], "the job that stays")
		},
	},
	{
		name: "a tombstone keeps what it was given",
		why:  "the cancels that engines have not acknowledged are owed after the job is gone",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			want := jobs.TombstoneRecord{JobRef: ref("job"), Owed: true, WakeAt: minute(3), Doc: []byte("owed")}
			c := p.removing(ref("job"), true)
			c.Tombstone = &want
			p.commit(c)
			got, err := p.store.Tombstone(p.ctx, ref("job"))
			require.NoError(p, err)
			want.Revision = 1
			p.same(want, got, "the tombstone")
		},
	},
	{
		name: "a removal is guarded by the job's revision",
		why:  "a job that was edited meanwhile is not the one that was decided to go",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			c := p.removing(ref("job"), false)
			p.edit(ref("job"))
			p.stale(c)
			c.Job.Revision = 2
			p.commit(c)
			p.notFound("Job", second(p.store.Job(p.ctx, ref("job"))))
		},
	},
	{
		name: "a removal ignores the other fields of the job",
		why:  "only the revision is a guard; a key or grant in there must neither be taken nor looked at",
		run: func(p *probe) {
			p.create(ref("job"), "key", withTeams("red"))
			p.create(ref("other"), "other", withTeams("blue"))
			want := p.job(ref("other"))
			c := p.removing(ref("job"), false)
			c.Job.Key, c.Job.TeamIDs, c.Job.DependsOn = "other", []string{"blue"}, []string{"up"}
			c.Job.WakeAt, c.Job.LatestRunID = minute(1), "nobody"
			p.commit(c)
			p.same(want, p.job(ref("other")), "the other job")
			p.owners(map[string]string{"other": "other"}, "key", "other")
			p.gone(ref("job"))
		},
	},
	{
		name: "a new job over a tombstone is stale",
		why:  "a creation that was repeated late must not raise a job that was removed since",
		run: func(p *probe) {
			for _, owed := range []bool{true, false} {
				at := ref(map[bool]string{true: "owed", false: "done"}[owed])
				p.create(at, "key")
				p.remove(at, owed)
				c := p.change(at)
				c.Job = newJob(at, "another-key")
				p.stale(c)
			}
		},
	},
	{
		name: "what is written to a removed job is stale",
		why:  "a heartbeat, a report or an edit that comes late must not raise the dead",
		run:  tombstoneIsFinal,
	},
}

// full creates a job with one of everything, all of it due.
func (p *probe) full(at jobs.JobRef) {
	p.Helper()
	run := newRun(at, 1)
	run.WakeAt = minute(1)
	p.create(at, "key of "+at.JobID, withTeams("red"), withCluster("east"), withDependsOn("up"), withWakeAt(minute(1)),
		withVersions(1, 2), withDraft(3), withTicks(1, 2), withRuns(newRun(at, 2), run))
}

// gone checks that no read finds anything of a job, but its tombstone.
func (p *probe) gone(at jobs.JobRef) {
	p.Helper()
	s := p.snapshot()
	state := s.Jobs[at]
	state.Tombstone = nil
	p.same(jobState{}, state, "what is left of %s", at.JobID)
	for _, job := range s.Organizations[at.OrganizationID].ByCreation {
		require.NotEqual(p, at.JobID, job.JobID, "listed")
	}
	for _, job := range s.Organizations[at.OrganizationID].ByKey {
		require.NotEqual(p, at.JobID, job.JobID, "listed by key")
	}
	require.Len(p, s.Organizations[at.OrganizationID].ByKey, s.Organizations[at.OrganizationID].Total)
	for _, run := range s.Organizations[at.OrganizationID].Runs {
		require.NotEqual(p, at.JobID, run.JobID, "the organization's runs")
	}
	for _, item := range s.Due {
		dead := item.JobRef == at && item.Kind != jobs.DueTombstone
		require.False(p, dead, "due: %+v", item)
	}
	for _, q := range []jobs.JobQuery{
		{TeamIDs: []string{"red"}}, {AllTeams: true, GrantedTo: "red"},
		{AllTeams: true, ClusterID: "east"}, {AllTeams: true, DependsOn: "up"},
	} {
		q.OrganizationID, q.Limit = at.OrganizationID, plenty
		page := p.list(q)
		require.Len(p, page.Jobs, page.Total, "%+v", q)
		for _, job := range page.Jobs {
			require.NotEqual(p, at.JobID, job.JobID, "listed by %+v", q)
		}
	}
	p.owners(nil, "key of "+at.JobID)
}

func tombstoneIsFinal(p *probe) {
	p.full(ref("job"))
	edit := p.editing(ref("job"), withDoc("late"))
	again := p.removing(ref("job"), false)
	heartbeat, retention := p.change(ref("job")), p.change(ref("job"))
	heartbeat.PutRuns = []jobs.RunRecord{p.run(ref("job"), runID(1))}
	retention.RemoveRuns = []jobs.RunGuard{{ID: runID(1), Revision: 1}}
	insert := p.editing(ref("job"), withRuns(newRun(ref("job"), 3)))
	p.remove(ref("job"), true)
	for _, c := range []jobs.Change{edit, again, heartbeat, retention, insert} {
		p.stale(c)
	}
	_, err := p.store.Sweep(p.ctx, plenty)
	require.NoError(p, err)
	for _, c := range []jobs.Change{edit, again, heartbeat, retention, insert} {
		p.stale(c)
	}
}
