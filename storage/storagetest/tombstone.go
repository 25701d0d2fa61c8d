package storagetest

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var tombstoneCases = []testCase{
	{
		name: "a removed job is not found by any read, at once",
		why:  "nobody may find runs of a removed job in a list",
		run: func(p *probe) {
			p.full(ref("gone"))
			p.remove(ref("gone"))
			p.gone(ref("gone"))
		},
	},
	{
		name: "removing a job leaves the others",
		why:  "records of other jobs that are removed by mistake cannot be restored",
		run: func(p *probe) {
			p.full(ref("stays"))
			want := p.snapshot().Jobs[ref("stays")]
			for _, id := range []string{"gone", "stay", "stays-1"} {
				p.full(ref(id))
				p.remove(ref(id))
			}
			p.sweep()
			p.same(want, p.snapshot().Jobs[ref("stays")], "the job that stays")
		},
	},
	{
		name: "a tombstone keeps what it was given",
		why:  "the tombstone says what engines must still be asked for when the job is gone",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			want := storage.TombstoneRecord{JobRef: ref("job"), WakeAt: minute(3), Doc: []byte("owed")}
			c := p.removing(ref("job"))
			c.Tombstone = &want
			p.commit(c)
			want.Revision = 1
			p.same(want, p.tombstone(ref("job")), "the tombstone")
		},
	},
	{
		name: "a removal is guarded by the job's revision",
		why:  "whoever decided to remove the job did not see the edit that came in between",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			c := p.removing(ref("job"))
			p.edit(ref("job"))
			p.stale(c)
			c.Job.Revision = 2
			p.commit(c)
			p.notFound("Job", second(p.store.Job(p.ctx, ref("job"))))
		},
	},
	{
		name: "a removal ignores the other fields of the job",
		why:  "only the revision is a guard; the store must not write or compare a key or grants given with it",
		run: func(p *probe) {
			p.create(ref("job"), "key", withTeams("red"))
			p.create(ref("other"), "other", withTeams("blue"))
			want := p.job(ref("other"))
			c := p.removing(ref("job"))
			c.Job = &storage.JobRecord{
				JobRef: ref("job"), Revision: c.Job.Revision, Key: "other", TeamIDs: []string{"blue"}, Scopes: []string{"up"},
				WakeAt: minute(1), LatestRunID: "nobody",
			}
			p.commit(c)
			p.same(want, p.job(ref("other")), "the other job")
			p.owners(map[string]string{"other": "other"}, "key", "other")
			p.gone(ref("job"))
		},
	},
	{
		name: "a new job over a tombstone is stale",
		why:  "a creation that is repeated late must not create the removed job again",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			p.remove(ref("job"))
			c := p.change(ref("job"))
			c.Job = newJob(ref("job"), "another-key")
			p.stale(c)
		},
	},
	{
		name: "what is written to a removed job is stale",
		why:  "a late heartbeat, report or edit must not create the removed job again",
		run:  tombstoneIsFinal,
	},
	{
		name: "the runs that a removed job left are listed, and only those that are open or owed",
		why:  "engines must stop these runs one by one; a tombstone that held them all could get too large",
		run:  tombstoneLeaves,
	},
	{
		name: "a run that a removed job left stays until a commit removes it",
		why:  "a cancel is repeated until the engine acknowledges it, and only this record says that it is owed",
		run:  tombstoneRuns,
	},
}

// full creates a job with one of everything, all of it due. Run 1 is open and
// owed, run 2 open, run 3 owed, run 4 neither.
func (p *probe) full(at storage.JobRef) {
	p.Helper()
	var runs []storage.RunRecord
	for n := 1; n <= 4; n++ {
		run := newRun(at, n)
		run.ReadyAt, run.DeadlineAt = minute(1), minute(1)
		if n%2 == 1 {
			run.OwedAt = minute(1)
		}
		if n > 2 {
			run.Outcome = failed
		}
		runs = append(runs, run)
	}
	p.create(at, "key of "+at.JobID, withTeams("red"), withScopes("key-east", "up"), withWakeAt(minute(1)),
		withVersions(1, 2), withDraft(3), withTicks(1, 2), withRuns(runs...), withEvents("event of "+at.JobID))
}

// gone checks that no read finds anything of a job, but its tombstone, the
// runs that it left and its events.
func (p *probe) gone(at storage.JobRef) {
	p.Helper()
	s := p.snapshot()
	state := s.Jobs[at]
	state.Tombstone, state.Left = nil, nil
	p.same(jobState{}, state, "what is left of %s", at.JobID)
	o := s.Organizations[at.OrganizationID]
	require.Len(p, o.ByKey, o.Total)
	listed := slices.Concat(o.ByCreation, o.ByKey)
	for _, q := range []storage.JobQuery{
		{TeamIDs: []string{"red"}}, {AllTeams: true, Scope: "up"},
		{AllTeams: true, Scope: "key-east"}, {AllTeams: true, Scope: "key-east", Order: storage.ByKey},
	} {
		q.OrganizationID, q.Limit = at.OrganizationID, plenty
		page := p.list(q)
		require.Len(p, page.Jobs, page.Total, "%+v", q)
		listed = append(listed, page.Jobs...)
	}
	for _, job := range listed {
		require.NotEqual(p, at.JobID, job.JobID, "listed")
	}
	for _, run := range slices.Concat(o.Runs, o.Ended) {
		require.NotEqual(p, at.JobID, run.JobID, "the organization's runs")
	}
	for kind, items := range s.Due {
		for _, item := range items {
			require.False(p, item.JobRef == at && kind != storage.DueTombstones, "due: %+v", item)
		}
	}
	p.owners(nil, "key of "+at.JobID)
}

func tombstoneIsFinal(p *probe) {
	p.full(ref("job"))
	edit := p.editing(ref("job"), withDoc("late"))
	again := p.removing(ref("job"))
	heartbeat, retention := p.change(ref("job")), p.change(ref("job"))
	heartbeat.PutRuns = []storage.RunRecord{p.run(ref("job"), runID(1))}
	retention.RemoveRuns = []storage.RunGuard{{ID: runID(1), Revision: 1}}
	insert := p.editing(ref("job"), withRuns(newRun(ref("job"), 5)))
	late := []storage.Change{edit, again, heartbeat, retention, insert}
	p.remove(ref("job"))
	for _, c := range late {
		p.stale(c)
	}
	p.sweep()
	for _, c := range late {
		p.stale(c)
	}
}

// left compares the numbers of the runs that a removed job left.
func (p *probe) left(at storage.JobRef, want ...int64) {
	p.Helper()
	p.numbers(storage.RunQuery{JobRef: at, Removed: true, Ascending: true, Limit: plenty}, want...)
}

func tombstoneLeaves(p *probe) {
	p.full(ref("job"))
	want := p.run(ref("job"), runID(3))
	p.left(ref("job"))
	p.remove(ref("job"))
	for range 2 {
		p.left(ref("job"), 1, 2, 3)
		p.numbers(storage.RunQuery{JobRef: ref("job"), Removed: true, Limit: 2}, 3, 2)
		p.numbers(storage.RunQuery{JobRef: ref("job"), Removed: true, After: storage.RunPosition{Number: 3}, Limit: 9}, 2, 1)
		ended := storage.RunQuery{JobRef: ref("job"), Removed: true, Outcomes: []storage.Outcome{failed}, Limit: 9}
		p.same([]storage.RunRecord{want}, p.runs(ended), "those that ended")
		p.sweep()
	}
}

func tombstoneRuns(p *probe) {
	p.full(ref("job"))
	p.remove(ref("job"))
	p.sweep()
	for n, left := range [][]int64{{2, 3}, {3}, {}} {
		c := p.change(ref("job"))
		c.Tombstone = &storage.TombstoneRecord{JobRef: ref("job"), Revision: int64(n) + 1, WakeAt: minute(n), Doc: []byte("fewer")}
		wrong := c
		wrong.RemoveRuns = []storage.RunGuard{{ID: runID(n + 1), Revision: 2}}
		p.stale(wrong)
		c.RemoveRuns = []storage.RunGuard{{ID: runID(n + 1), Revision: 1}}
		p.commit(c)
		p.left(ref("job"), left...)
		require.Equal(p, int64(n)+2, p.tombstone(ref("job")).Revision)
		p.gone(ref("job"))
		again := p.change(ref("job"))
		again.Tombstone = &storage.TombstoneRecord{JobRef: ref("job"), Revision: int64(n) + 2}
		again.RemoveRuns = c.RemoveRuns
		p.stale(again)
		if n < 2 {
			p.sweep()
		}
	}
	p.sweep()
	p.notFound("Tombstone", second(p.store.Tombstone(p.ctx, ref("job"))))
	p.create(ref("job"), "key")
}
