package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

// probe is a case at work on its store. Its methods fail the case when the
// store does not answer; they are for the case's own goroutine, but for
// change and operation.
type probe struct {
	reporter
	ctx   context.Context
	store storage.Store

	mu         sync.Mutex
	operations int
	refs       []storage.JobRef
}

func newProbe(t reporter, store storage.Store) *probe {
	return &probe{reporter: t, ctx: t.Context(), store: store}
}

// change begins a change to a job, under an operation ID of its own and a time
// later than that of the change before. The probe remembers the job, so that
// a snapshot looks at it.
func (p *probe) change(ref storage.JobRef) storage.Change {
	n := p.operation(ref)
	return storage.Change{
		JobRef:      ref,
		OperationID: fmt.Sprintf("operation-%06d", n),
		At:          start.Add(time.Duration(n) * time.Millisecond),
	}
}

func (p *probe) operation(ref storage.JobRef) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.refs, ref) {
		p.refs = append(p.refs, ref)
	}
	p.operations++
	return p.operations
}

// commit makes a change that must succeed.
func (p *probe) commit(c storage.Change) {
	p.Helper()
	require.NoError(p, p.store.Commit(p.ctx, c), "commit to job %s", c.JobID)
}

// stale makes a change that must be refused as stale, and write nothing.
func (p *probe) stale(c storage.Change) {
	p.Helper()
	before := p.snapshot()
	require.ErrorIs(p, p.store.Commit(p.ctx, c), storage.ErrStale, "commit to job %s", c.JobID)
	p.same(before, p.snapshot(), "a stale change wrote something")
}

// create commits a new job, after the edits, and returns it as read.
func (p *probe) create(ref storage.JobRef, key string, edits ...func(*storage.Change)) storage.JobRecord {
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
func (p *probe) edit(ref storage.JobRef, edits ...func(*storage.Change)) storage.JobRecord {
	p.Helper()
	p.commit(p.editing(ref, edits...))
	return p.job(ref)
}

// editing returns a change to a job as it is stored now.
func (p *probe) editing(ref storage.JobRef, edits ...func(*storage.Change)) storage.Change {
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
func (p *probe) remove(ref storage.JobRef) {
	p.Helper()
	p.commit(p.removing(ref))
}

func (p *probe) removing(ref storage.JobRef) storage.Change {
	p.Helper()
	return p.editing(ref, func(c *storage.Change) {
		c.Tombstone = &storage.TombstoneRecord{JobRef: ref, Doc: []byte("tombstone of " + ref.JobID)}
	})
}

// job reads a job that must exist.
func (p *probe) job(ref storage.JobRef) storage.JobRecord {
	p.Helper()
	job, err := p.store.Job(p.ctx, ref)
	require.NoError(p, err, "job %s", ref.JobID)
	return job
}

// latest returns the latest run of a job that must have come with one.
func (p *probe) latest(job storage.JobRecord) storage.RunRecord {
	p.Helper()
	require.NotNil(p, job.LatestRun, "job %s came without its latest run %q", job.JobID, job.LatestRunID)
	return *job.LatestRun
}

// run reads a run that must exist.
func (p *probe) run(ref storage.JobRef, id string) storage.RunRecord {
	p.Helper()
	run, err := p.store.Run(p.ctx, ref, id)
	require.NoError(p, err, "run %s of job %s", id, ref.JobID)
	return run
}

// find looks jobs up; the call must succeed.
func (p *probe) find(query storage.FindQuery) storage.JobList {
	p.Helper()
	list, err := p.store.FindJobs(p.ctx, query)
	require.NoError(p, err, "find jobs")
	return list
}

// organization reads an organization's record.
func (p *probe) organization(id string) storage.OrganizationRecord {
	p.Helper()
	return p.find(storage.FindQuery{OrganizationID: id}).Organization
}

// graph reads an organization's graph counter.
func (p *probe) graph(organization string) int64 {
	p.Helper()
	return p.organization(organization).Graph
}

// tombstone reads a tombstone that must exist.
func (p *probe) tombstone(ref storage.JobRef) storage.TombstoneRecord {
	p.Helper()
	tombstone, err := p.store.Tombstone(p.ctx, ref)
	require.NoError(p, err, "tombstone of %s", ref.JobID)
	return tombstone
}

// sweep sweeps until nothing is left to erase; events are not touched.
func (p *probe) sweep() {
	p.Helper()
	require.NoError(p, sweepAll(p.ctx, p.store, storage.SweepOptions{Limit: 100}))
}

func sweepAll(ctx context.Context, store storage.Store, options storage.SweepOptions) error {
	for range 1000 {
		if erased, err := store.Sweep(ctx, options); err != nil || erased < options.Limit {
			return err
		}
	}
	return errors.New("sweep: still not done after a thousand calls")
}
