package storagetest

import (
	"errors"
	"runtime"
	"strconv"
	"sync/atomic"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

// writersOfOperation lets a crowd commit the same change: all are told that it
// is made, and it is made once.
func writersOfOperation(p *probe) {
	p.create(ref("job"), "key", withScopes("up"))
	for round := 1; round <= rounds/2; round++ {
		c := p.editing(ref("job"), withRuns(newRun(ref("job"), round)), withGraph(int64(round-1), true))
		wake := p.change(ref("job"))
		wake.Wake = &storage.Wake{At: minute(1), Scope: "up"}
		p.together(crowd, func(int) error { return p.store.Commit(p.ctx, c) })
		p.together(crowd, func(int) error { return p.store.Commit(p.ctx, wake) })
		require.Equal(p, 1+2*int64(round), p.job(ref("job")).Revision)
		require.Equal(p, int64(round), p.graph(org))
	}
}

// writersBeside lets every run of a job beat while the job is edited. None of
// them is ever stale.
func writersBeside(p *probe) {
	at := ref("job")
	p.create(at, "key", withRuns(newRun(at, 1), newRun(at, 2), newRun(at, 3)))
	p.together(4, func(i int) error {
		if i == 0 {
			job, err := p.store.Job(p.ctx, at)
			for n := 0; n < rounds && err == nil; n++ {
				c := p.change(at)
				c.Job = &job
				err = p.store.Commit(p.ctx, c)
				job.Revision++
			}
			return err
		}
		run, err := p.store.Run(p.ctx, at, runID(i))
		for n := 0; n < rounds && err == nil; n++ {
			c := p.change(at)
			c.PutRuns = []storage.RunRecord{run}
			err = p.store.Commit(p.ctx, c)
			run.Revision++
		}
		return err
	})
	require.Equal(p, int64(rounds)+1, p.job(at).Revision)
	require.Equal(p, int64(rounds)+1, p.run(at, runID(2)).Revision)
}

// writersOfDependency removes an upstream job beside the publish of one that
// depends on it.
func writersOfDependency(p *probe) {
	for round := range rounds / 2 {
		key := "up-" + strconv.Itoa(round)
		up, down := ref(key), ref("down-"+strconv.Itoa(round))
		p.create(up, key)
		remove := p.removing(up)
		remove.ForbidScope = "after " + key
		publish := p.change(down)
		publish.Job = newJob(down, down.JobID)
		publish.Job.Scopes = []string{"after " + key}
		publish.RequireKeys = []storage.KeyGuard{{Key: key, JobID: up.JobID}}
		if p.contest([]storage.Change{remove, publish}) == 0 {
			p.notFound("the downstream", second(p.store.Job(p.ctx, down)))
			p.owners(nil, key)
		} else {
			p.owners(map[string]string{key: up.JobID}, key)
			require.Equal(p, []string{"after " + key}, p.job(down).Scopes)
		}
	}
}

func writersOfOrganization(p *probe) {
	for round := range rounds / 2 {
		changes := make([]storage.Change, crowd)
		for i := range changes {
			changes[i] = p.holding(int64(round), strconv.Itoa(i))
		}
		won := changes[p.contest(changes)]
		got := p.organization(org)
		require.Equal(p, string(won.Organization.Doc), string(got.Doc))
		require.Equal(p, int64(round)+1, got.Revision)
	}
}

// writersOfHold lets jobs settle, each as the organization's record allows it,
// until the organization is held. What settled later has seen the hold.
func writersOfHold(p *probe) {
	const settlers = 4
	for round := range rounds / 4 {
		for i := range settlers {
			at := ref(strconv.Itoa(round) + "-" + strconv.Itoa(i))
			p.create(at, at.JobID)
		}
		hold := p.holding(int64(round), "held")
		seen := make([]int64, settlers) // the revision of each job when the hold was answered
		var answered atomic.Bool
		p.together(settlers+1, func(i int) error {
			if i < settlers {
				return p.settle(ref(strconv.Itoa(round)+"-"+strconv.Itoa(i)), int64(round), &answered)
			}
			runtime.Gosched()
			err := p.store.Commit(p.ctx, hold)
			for i := range seen {
				job, readErr := p.store.Job(p.ctx, ref(strconv.Itoa(round)+"-"+strconv.Itoa(i)))
				seen[i], err = job.Revision, errors.Join(err, readErr)
			}
			answered.Store(true)
			return err
		})
		for i, revision := range seen {
			require.Equal(p, revision, p.job(ref(strconv.Itoa(round)+"-"+strconv.Itoa(i))).Revision, "settled after the hold")
		}
	}
}

// settle writes a job again and again while the organization has a revision.
func (p *probe) settle(at storage.JobRef, organization int64, answered *atomic.Bool) error {
	job, err := p.store.Job(p.ctx, at)
	for last := false; err == nil && !last; job.Revision++ {
		last = answered.Load()
		c := p.change(at)
		record := job
		c.Job, c.RequireOrganization = &record, &organization
		if err = p.store.Commit(p.ctx, c); errors.Is(err, storage.ErrStale) {
			return nil
		}
	}
	return err
}

// writersOfWake lets a downstream job note what its upstream says, and go to
// sleep, beside the upstream's next word. In the end it has heard it, or is
// awake.
func writersOfWake(p *probe) {
	p.create(ref("up"), "up", withDoc("0"))
	p.create(ref("down"), "down", withDoc("0"), withScopes("up"))
	for round := 1; round <= rounds; round++ {
		word := strconv.Itoa(round)
		success := p.editing(ref("up"), withDoc(word), func(c *storage.Change) {
			c.Wake = &storage.Wake{At: minute(round), Scope: "up"}
		})
		p.together(2, func(i int) error {
			if i == 0 {
				return p.store.Commit(p.ctx, success)
			}
			return p.hear()
		})
		down := p.job(ref("down"))
		if string(down.Doc) != word {
			require.False(p, down.WakeAt.IsZero(), "round %d: asleep, and has heard only %s", round, down.Doc)
			require.NoError(p, p.hear())
		}
	}
}

// hear copies the upstream's word into the downstream, and puts it to sleep.
// That somebody woke it meanwhile is fine.
func (p *probe) hear() error {
	down, err := p.store.Job(p.ctx, ref("down"))
	if err != nil {
		return err
	}
	up, err := p.store.Job(p.ctx, ref("up"))
	if err != nil {
		return err
	}
	c := p.change(ref("down"))
	c.Job = &down
	c.Job.Doc, c.Job.WakeAt = up.Doc, storage.Change{}.At
	if err = p.store.Commit(p.ctx, c); errors.Is(err, storage.ErrStale) {
		return nil
	}
	return err
}
