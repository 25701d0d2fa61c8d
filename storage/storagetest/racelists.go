package storagetest

import (
	"errors"

	"github.com/jobledger/jobledger/storage"
)

// raceRemoval creates and removes jobs with three of everything: a read sees
// three or none.
func raceRemoval(p *probe) {
	at := ref("job")
	p.operation(at)
	all := func(n int, what string) error { return expect(n == 0 || n == 3, "%d of 3 %s", n, what) }
	p.beside(func(int) error { // under one ID: what is swept must not hit the new job
		c := p.change(at)
		c.Job = newJob(at, "key")
		for n := 1; n <= 3; n++ {
			run := newRun(at, n)
			run.Outcome = succeeded // so that a sweep erases it
			withRuns(run)(&c)
		}
		withVersions(1, 2, 3)(&c)
		withTicks(1, 2, 3)(&c)
		create := p.store.Commit(p.ctx, c)
		c = p.change(at)
		c.Job = newJob(at, "key")
		c.Job.Revision = 1
		c.Tombstone = &storage.TombstoneRecord{JobRef: at}
		remove := p.store.Commit(p.ctx, c)
		sweep := sweepAll(p.ctx, p.store, storage.SweepOptions{Limit: 100})
		return errors.Join(create, remove, sweep)
	}, func() error {
		page, err := p.store.ListRuns(p.ctx, storage.RunQuery{JobRef: ref(""), Limit: 9})
		return errors.Join(err, all(len(page.Runs), "runs of the organization"))
	}, func() error {
		runs, err := p.store.ListRuns(p.ctx, storage.RunQuery{JobRef: at, Limit: 9})
		ticks, err2 := p.store.ListTicks(p.ctx, storage.TickQuery{JobRef: at, Limit: 9})
		return errors.Join(err, err2, all(len(runs.Runs), "runs"), all(len(ticks.Ticks), "ticks"))
	}, func() error {
		page, err := p.store.ListVersions(p.ctx, storage.VersionQuery{JobRef: at, Limit: 9})
		return errors.Join(err, all(len(page.Versions), "versions"), all(page.Total, "versions in total"),
			expect(page.Total == len(page.Versions), "%d versions of %d", len(page.Versions), page.Total))
	})
}

// raceTotals moves a job between two teams and out of both, beside one that
// stays: its lists hold one job or two.
func raceTotals(p *probe) {
	p.create(ref("stays"), "stays", withTeams("blue", "red"))
	job := p.create(ref("moves"), "moves", withTeams("red"))
	list := func(q storage.JobQuery, least int) func() error {
		q.OrganizationID, q.Limit = org, 9
		return func() error {
			page, err := p.store.ListJobs(p.ctx, q)
			if err != nil {
				return err
			}
			return errors.Join(
				expect(page.Total == len(page.Jobs), "%d jobs of %d: %+v", len(page.Jobs), page.Total, q),
				expect(page.Total >= least && page.Total <= 2, "%d jobs: %+v", page.Total, q))
		}
	}
	p.beside(func(n int) error {
		c := p.change(ref("moves"))
		c.Job = &job
		c.Job.TeamIDs = [][]string{{"blue"}, {"red"}, {"blue", "red"}, {"red"}}[n%4]
		c.Job.Key = []string{"moves", "zzz", "a"}[n%3]
		err := p.store.Commit(p.ctx, c)
		job.Revision++
		return err
	},
		list(storage.JobQuery{TeamIDs: []string{"blue", "red"}}, 2), // in one of the two at every moment
		list(storage.JobQuery{TeamIDs: []string{"blue"}}, 1),
		list(storage.JobQuery{AllTeams: true, Order: storage.ByKey}, 2),
	)
}

// raceDue moves a job, and another one's run, between two wake times.
func raceDue(p *probe) {
	job := p.create(ref("job"), "job", withWakeAt(minute(1)))
	run := newRun(ref("other"), 1)
	run.ReadyAt = minute(1)
	p.create(ref("other"), "other", withRuns(run))
	run.Revision = 1
	p.beside(func(n int) error {
		edit, report := p.change(ref("job")), p.change(ref("other"))
		job.WakeAt, run.ReadyAt = minute(1+n%2*8), minute(1+n%2*8)
		edit.Job, report.PutRuns = &job, []storage.RunRecord{run}
		err := errors.Join(p.store.Commit(p.ctx, edit), p.store.Commit(p.ctx, report))
		job.Revision++
		run.Revision++
		return err
	}, dueOnce(p, storage.DueJobs), dueOnce(p, storage.DueReady))
}

// dueOnce reads what is due of a kind, of which there is one thing, that is due
// at the first or the ninth minute.
func dueOnce(p *probe, kind storage.DueKind) func() error {
	return func() error {
		page, err := p.store.Due(p.ctx, storage.DueQuery{Kind: kind, Until: forever, Limit: 9})
		if err != nil {
			return err
		}
		now, err := p.store.Due(p.ctx, storage.DueQuery{Kind: kind, Until: minute(5), Limit: 9})
		if err != nil {
			return err
		}
		return errors.Join(
			expect(len(page.Items) == 1, "%d items due of 1: %+v", len(page.Items), page.Items),
			expect(len(now.Items) == 1 || now.Next.Equal(minute(9)), "%d items due now, and the next at %v", len(now.Items), now.Next))
	}
}
