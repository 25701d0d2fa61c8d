package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

// probe is a case at work on its store. Its methods fail the case when the
// store does not answer; they are for the case's own goroutine, but for
// change and operation.
type probe struct {
	reporter
	ctx   context.Context
	store jobs.Store

	mu         sync.Mutex
	operations int
	refs       []jobs.JobRef
}

func newProbe(t reporter, store jobs.Store) *probe {
	return &probe{reporter: t, ctx: t.Context(), store: store}
}

// change begins a change to a job, under an operation ID of its own and a time
// later than that of the change before. The probe remembers the job, so that
// a snapshot looks at it.
func (p *probe) change(ref jobs.JobRef) jobs.Change {
	n := p.operation(ref)
	return jobs.Change{
		JobRef:      ref,
		OperationID: fmt.Sprintf("operation-%d", n),
		At:          start.Add(time.Duration(n) * time.Millisecond),
	}
}

func (p *probe) operation(ref jobs.JobRef) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.refs, ref) {
		p.refs = append(p.refs, ref)
	}
	p.operations++
	return p.operations
}

// commit makes a change that must succeed.
func (p *probe) commit(c jobs.Change) {
	p.Helper()
	require.NoError(p, p.store.Commit(p.ctx, c), "commit to job %s", c.JobID)
}

// stale makes a change that must be refused as stale, and write nothing.
func (p *probe) stale(c jobs.Change) {
	p.Helper()
	before := p.snapshot()
	require.ErrorIs(p, p.store.Commit(p.ctx, c), jobs.ErrStale, "commit to job %s", c.JobID)
	p.same(before, p.snapshot(), "a stale change wrote something")
}

// create commits a new job, after the edits, and returns it as read.
func (p *probe) create(ref jobs.JobRef, key string, edits ...func(*jobs.Change)) jobs.JobRecord {
	p.Helper()
	c := p.change(ref)
	c.Job = newJob(ref, key)
	for _, edit := range edits {
		edit(&c)
	}
	p.commit(c)
	return p.job(ref)
}

// edit commits a change to a job that exists, and returns the job as read.
func (p *probe) edit(ref jobs.JobRef, edits ...func(*jobs.Change)) jobs.JobRecord {
	p.Helper()
	p.commit(p.editing(ref, edits...))
	return p.job(ref)
}

// editing returns a change to a job as it is stored now.
func (p *probe) editing(ref jobs.JobRef, edits ...func(*jobs.Change)) jobs.Change {
	p.Helper()
	job := p.job(ref)
	c := p.change(ref)
	c.Job = &job
	for _, edit := range edits {
		edit(&c)
	}
	return c
}

// remove commits the removal of a job, leaving a tombstone.
func (p *probe) remove(ref jobs.JobRef, owed bool) {
	p.Helper()
	p.commit(p.removing(ref, owed))
}

func (p *probe) removing(ref jobs.JobRef, owed bool) jobs.Change {
	p.Helper()
	return p.editing(ref, func(c *jobs.Change) {
		c.Tombstone = &jobs.TombstoneRecord{JobRef: ref, Owed: owed, Doc: []byte("tombstone of " + ref.JobID)}
	})
}

// job reads a job that must exist.
func (p *probe) job(ref jobs.JobRef) jobs.JobRecord {
	p.Helper()
	job, err := p.store.Job(p.ctx, ref)
	require.NoError(p, err, "job %s", ref.JobID)
	return job
}

// latest returns the latest run of a job that must have come with one.
func (p *probe) latest(job jobs.JobRecord) jobs.RunRecord {
	p.Helper()
	require.NotNil(p, job.LatestRun, "job %s came without its latest run %q", job.JobID, job.LatestRunID)
	return *job.LatestRun
}

// run reads a run that must exist.
func (p *probe) run(ref jobs.JobRef, id string) jobs.RunRecord {
	p.Helper()
	run, err := p.store.Run(p.ctx, ref, id)
	require.NoError(p, err, "run %s of job %s", id, ref.JobID)
	return run
}

// find looks jobs up; the call must succeed.
func (p *probe) find(lookup jobs.JobLookup) jobs.FoundJobs {
	p.Helper()
	found, err := p.store.FindJobs(p.ctx, lookup)
	require.NoError(p, err, "find jobs")
	return found
}

// graph reads an organization's graph counter.
func (p *probe) graph(organization string) int64 {
	p.Helper()
	return p.find(jobs.JobLookup{OrganizationID: organization}).Graph
}

// list asks for a page of jobs; the call must succeed.
func (p *probe) list(query jobs.JobQuery) jobs.JobPage {
	p.Helper()
	page, err := p.store.ListJobs(p.ctx, query)
	require.NoError(p, err, "list jobs: %+v", query)
	return page
}

// runs asks for runs; the call must succeed.
func (p *probe) runs(query jobs.RunQuery) []jobs.RunRecord {
	p.Helper()
	runs, err := p.store.ListRuns(p.ctx, query)
	require.NoError(p, err, "list runs: %+v", query)
	return runs
}

// ticks asks for ticks; the call must succeed.
func (p *probe) ticks(query jobs.TickQuery) []jobs.TickRecord {
	p.Helper()
	ticks, err := p.store.ListTicks(p.ctx, query)
	require.NoError(p, err, "list ticks: %+v", query)
	return ticks
}

// due asks for what is due; the call must succeed.
func (p *probe) due(query jobs.DueQuery) jobs.DuePage {
	p.Helper()
	page, err := p.store.Due(p.ctx, query)
	require.NoError(p, err, "due: %+v", query)
	return page
}

// sweep sweeps until nothing is left to erase.
func (p *probe) sweep() {
	p.Helper()
	require.NoError(p, sweepAll(p.ctx, p.store))
}

func sweepAll(ctx context.Context, store jobs.Store) error {
	for range 1000 {
		if erased, err := store.Sweep(ctx, 100); err != nil || erased == 0 {
			return err
		}
	}
	return errors.New("sweep: still not done after a thousand calls")
}
