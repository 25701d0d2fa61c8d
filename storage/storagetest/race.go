package storagetest

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var raceCases = []testCase{
	{
		name: "a read of a job sees whole commits",
		why:  "a job and its latest run must be of the same commit, or a reader sees a state that never existed",
		run:  raceJob,
	},
	{
		name: "a list sees one state of all its jobs",
		why:  "a page that mixes two states may show a dependency that succeeded and a dependent that was not woken",
		run:  raceList,
	},
	{
		name: "jobs are found together with their graph counter",
		why:  "a publish decides by the jobs, and the counter guards its commit: both must be of the same state",
		run:  raceGraph,
	},
	{
		name: "lists of runs and versions see whole commits",
		why:  "a reader that sees half of a removal lists runs whose job is gone",
		run:  raceRemoval,
	},
	{
		name: "totals and pages are of one state",
		why:  "a caller that pages until it has read the total never ends if the total is of another state than the page",
		run:  raceTotals,
	},
	{
		name: "what was acknowledged is read by everybody",
		why:  "when one replica tells another of a commit, the other must see it",
		run:  raceAcknowledged,
	},
	{
		name: "due items are of one state",
		why:  "a job whose wake time changes must always be due at the old time or the new one",
		run:  raceDue,
	},
}

// raceJob writes a number into every record of a job, in one commit each.
func raceJob(p *probe) {
	at := ref("job")
	job := p.create(at, "key", withDoc("0"))
	p.beside(func(n int) error {
		c := p.change(at)
		c.Job = &job
		withDoc(strconv.Itoa(n))(&c)
		withRuns(newRun(at, n))(&c)
		withTeams(fmt.Sprintf("team-%04d", n))(&c)
		err := p.store.Commit(p.ctx, c)
		job.Revision++
		return err
	}, func() error {
		job, err := p.store.Job(p.ctx, at)
		return errors.Join(err, wholeJob(job))
	}, func() error {
		page, err := p.store.ListJobs(p.ctx, storage.JobQuery{OrganizationID: org, AllTeams: true, Limit: 9})
		if err == nil && len(page.Jobs) == 1 {
			return wholeJob(page.Jobs[0])
		}
		return errors.Join(err, expect(len(page.Jobs) == 1, "%d jobs in a list", len(page.Jobs)))
	}, func() error {
		found, err := p.store.FindJobs(p.ctx, storage.FindQuery{OrganizationID: org, Keys: []string{"key"}, IDs: []string{"job"}})
		if err == nil && len(found.Jobs) == 1 {
			return wholeJob(found.Jobs[0].JobRecord)
		}
		return errors.Join(err, expect(len(found.Jobs) == 1, "%d jobs found", len(found.Jobs)))
	})
}

// wholeJob checks that all parts of a job are of the commit with its number.
func wholeJob(job storage.JobRecord) error {
	n, err := strconv.Atoi(string(job.Doc))
	if err != nil || n == 0 {
		return err
	}
	whole := job.Revision == int64(n)+1 && job.LatestRun != nil && job.LatestRun.Number == int64(n) &&
		job.LatestRunID == job.LatestRun.ID && len(job.TeamIDs) == 1 && job.TeamIDs[0] == fmt.Sprintf("team-%04d", n)
	return expect(whole, "torn: %+v with run %+v", job, job.LatestRun)
}

// raceList wakes two downstream jobs with every write of their upstream, so
// that all three revisions rise together.
func raceList(p *probe) {
	for _, id := range []string{"up", "x", "y"} {
		c := p.change(ref(id))
		c.Job = newJob(c.JobRef, id)
		if id != "up" {
			c.Job.Scopes, c.Job.TeamIDs = []string{"up"}, []string{"red"}
		} else {
			c.Job.TeamIDs = []string{"blue"}
		}
		p.commit(c)
	}
	together := func(all []storage.JobRecord, err error) error {
		if err != nil || len(all) != 3 {
			return errors.Join(err, expect(err != nil, "%d jobs of 3", len(all)))
		}
		same := all[0].Revision == all[1].Revision && all[1].Revision == all[2].Revision
		return expect(same, "revisions %d, %d and %d in one read", all[0].Revision, all[1].Revision, all[2].Revision)
	}
	list := func(q storage.JobQuery) func() error {
		q.OrganizationID, q.Limit = org, 9
		return func() error {
			page, err := p.store.ListJobs(p.ctx, q)
			return together(page.Jobs, err)
		}
	}
	job := p.job(ref("up"))
	p.beside(func(n int) error {
		c := p.change(ref("up"))
		c.Job, c.Wake = &job, &storage.Wake{At: minute(n), Scope: "up"}
		err := p.store.Commit(p.ctx, c)
		job.Revision++
		return err
	}, list(storage.JobQuery{AllTeams: true, Order: storage.ByKey}), list(storage.JobQuery{TeamIDs: []string{"blue", "red"}}), func() error {
		found, err := p.store.FindJobs(p.ctx, storage.FindQuery{OrganizationID: org, IDs: []string{"x"}, Keys: []string{"up", "y"}})
		all := make([]storage.JobRecord, len(found.Jobs))
		for i, job := range found.Jobs {
			all[i] = job.JobRecord
		}
		return together(all, err)
	})
}

func raceGraph(p *probe) {
	job := p.create(ref("job"), "key", withDoc("0"))
	p.beside(func(n int) error {
		c := p.change(ref("job"))
		c.Job = &job
		withDoc(strconv.Itoa(n))(&c)
		withGraph(int64(n-1), true)(&c)
		err := p.store.Commit(p.ctx, c)
		job.Revision++
		return err
	}, func() error {
		found, err := p.store.FindJobs(p.ctx, storage.FindQuery{OrganizationID: org, Keys: []string{"key"}})
		if err != nil || len(found.Jobs) != 1 {
			return errors.Join(err, expect(err != nil, "%d jobs found", len(found.Jobs)))
		}
		doc := string(found.Jobs[0].Doc)
		return expect(doc == strconv.FormatInt(found.Organization.Graph, 10), "job of graph %s beside %+v", doc, found.Organization)
	})
}

// raceAcknowledged lets writers of jobs of their own read each commit back by
// every way there is, while the others write.
func raceAcknowledged(p *probe) {
	const writers = 4
	p.together(writers, func(i int) error {
		at := ref("job-" + strconv.Itoa(i))
		job := *newJob(at, at.JobID)
		for n := 1; n <= rounds/2; n++ {
			c := p.change(at)
			c.Job = &job
			withDoc(strconv.Itoa(n))(&c)
			withRuns(newRun(at, n))(&c)
			withVersions(n)(&c)
			withTicks(n)(&c)
			if err := p.store.Commit(p.ctx, c); err != nil {
				return err
			}
			job.Revision++
			s, err := takeJob(p.ctx, p.store, at)
			if err != nil {
				return err
			}
			all := s.Job != nil && string(s.Job.Doc) == strconv.Itoa(n) && len(s.Runs) == n && len(s.ByID) == n &&
				s.Total == n && len(s.Versions) == n && len(s.Ticks) == n && len(s.Found) == 1
			if !all {
				return fmt.Errorf("commit %d of %s was acknowledged, but is not read: %+v", n, at.JobID, s)
			}
		}
		return nil
	})
	require.Equal(p, writers, p.list(storage.JobQuery{OrganizationID: org, AllTeams: true}).Total)
}
