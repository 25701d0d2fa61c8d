package storagetest

import (
	"errors"
	"strconv"
	"sync/atomic"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

// crowd is how many writers meet.
const crowd = 6

var writerCases = []testCase{
	{
		name: "of writers with one revision exactly one wins",
		why:  "two replicas may fire the same tick: exactly one run must be made",
		run:  writersOfRevision,
	},
	{
		name: "of writers that raise the graph exactly one wins",
		why:  "two publishes that together form a cycle write different jobs, so only the graph counter can stop one",
		run:  writersOfGraph,
	},
	{
		name: "of jobs that want one key exactly one gets it",
		why:  "two people may create a job with the same key at the same time; only one may succeed",
		run:  writersOfKey,
	},
	{
		name: "of terminal reports exactly one wins",
		why:  "an engine may report success just when the lease ends: the run must have one outcome",
		run:  writersOfRun,
	},
	{
		name: "counting writers that retry lose nothing",
		why:  "edits of a busy job read and write again until they succeed; no edit may be lost",
		run:  writersCount,
	},
	{
		name: "one operation committed by many takes effect once",
		why:  "a repeated commit may arrive before the first one",
		run:  writersOfOperation,
	},
	{
		name: "heartbeats and edits never fight",
		why:  "if reports made edits stale, a job with a thousand open runs could not be edited",
		run:  writersBeside,
	},
	{
		name: "a job is not removed beside a new dependent",
		why:  "a removal sees no dependents while a publish sees the job: if both were made, a dependency would be missing",
		run:  writersOfDependency,
	},
	{
		name: "of writers of an organization's record exactly one wins",
		why:  "a hold and a lift that were decided on the same state must not both be made",
		run:  writersOfOrganization,
	},
	{
		name: "nothing settles after a hold was answered",
		why:  "after an operator has held an organization, no further run may begin",
		run:  writersOfHold,
	},
	{
		name: "a wake-up is never lost",
		why:  "a dependent that read its dependency just before the success would otherwise wait for ever",
		run:  writersOfWake,
	},
}

// contest lets a crowd commit one change each, and returns the one that won.
func (p *probe) contest(changes []storage.Change) int {
	p.Helper()
	var wins, winner atomic.Int64
	p.together(len(changes), func(i int) error {
		err := p.store.Commit(p.ctx, changes[i])
		switch {
		case err == nil:
			wins.Add(1)
			winner.Store(int64(i))
		case errors.Is(err, storage.ErrStale):
			return nil
		}
		return err
	})
	require.Equal(p, int64(1), wins.Load(), "so many of %d won", len(changes))
	return int(winner.Load())
}

func writersOfRevision(p *probe) {
	p.create(ref("job"), "key")
	for round := 1; round <= rounds; round++ {
		changes := make([]storage.Change, crowd)
		for i := range changes {
			// With numbers of their own, so that the revision alone decides.
			run := newRun(ref("job"), round*crowd+i)
			changes[i] = p.editing(ref("job"), withDoc(run.ID), withRuns(run))
		}
		won := changes[p.contest(changes)]
		job := p.job(ref("job"))
		require.Equal(p, string(won.Job.Doc), string(job.Doc))
		require.Equal(p, int64(round)+1, job.Revision)
		require.Equal(p, won.PutRuns[0].ID, p.latest(job).ID)
		require.Len(p, p.runs(storage.RunQuery{JobRef: ref("job"), Limit: plenty}), round)
	}
}

func writersOfGraph(p *probe) {
	ids := []string{"a", "b", "c"}
	for _, id := range ids {
		p.create(ref(id), id, withDoc("0"))
	}
	for round := range rounds {
		changes := make([]storage.Change, len(ids))
		for i, id := range ids {
			changes[i] = p.editing(ref(id), withDoc(strconv.Itoa(round+1)), withGraph(int64(round), true))
		}
		won := p.contest(changes)
		require.Equal(p, int64(round)+1, p.graph(org))
		require.Equal(p, strconv.Itoa(round+1), string(p.job(ref(ids[won])).Doc))
	}
}

func writersOfKey(p *probe) {
	for round := range rounds / 2 {
		changes := make([]storage.Change, crowd)
		key := "key-" + strconv.Itoa(round)
		for i := range changes {
			c := p.change(ref(key + "-" + strconv.Itoa(i)))
			c.Job = newJob(c.JobRef, key)
			changes[i] = c
		}
		won := p.contest(changes)
		p.owners(map[string]string{key: changes[won].JobID}, key)
		require.Equal(p, round+1, p.list(storage.JobQuery{OrganizationID: org, AllTeams: true}).Total)
	}
}

func writersOfRun(p *probe) {
	p.create(ref("job"), "key")
	for round := 1; round <= rounds/2; round++ {
		p.edit(ref("job"), withRuns(newRun(ref("job"), round)))
		changes := make([]storage.Change, crowd)
		for i := range changes {
			run := p.run(ref("job"), runID(round))
			run.Doc = []byte(strconv.Itoa(i))
			run.Outcome = []storage.Outcome{succeeded, failed}[i%2]
			changes[i] = p.change(ref("job"))
			changes[i].PutRuns = []storage.RunRecord{run}
		}
		want := changes[p.contest(changes)].PutRuns[0]
		want.Revision++
		p.same(want, p.run(ref("job"), runID(round)), "the run")
	}
}

func writersCount(p *probe) {
	const each = 10
	p.create(ref("job"), "key", withDoc("0"))
	p.together(crowd, func(int) error {
		for range each {
			if err := p.increment(); err != nil {
				return err
			}
		}
		return nil
	})
	job := p.job(ref("job"))
	require.Equal(p, strconv.Itoa(crowd*each), string(job.Doc))
	require.Equal(p, int64(crowd*each)+1, job.Revision)
	p.numbers(storage.RunQuery{JobRef: ref("job"), Limit: 1}, crowd*each)
}

// increment adds one to the number in the job "job", and a run of that number,
// trying until it is not stale.
func (p *probe) increment() error {
	for {
		job, err := p.store.Job(p.ctx, ref("job"))
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(string(job.Doc))
		if err != nil {
			return err
		}
		c := p.change(ref("job"))
		c.Job = &job
		withDoc(strconv.Itoa(n + 1))(&c)
		withRuns(newRun(ref("job"), n+1))(&c)
		if err = p.store.Commit(p.ctx, c); !errors.Is(err, storage.ErrStale) {
			return err
		}
	}
}
