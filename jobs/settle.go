package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// dueJob is a due job, read together with others of its organization.
type dueJob struct {
	ref storage.JobRef
	// found is the job with its open runs; nil when it has to be read.
	found *storage.FoundJob
	// organization is the record of the job's organization, from the same read.
	organization storage.OrganizationRecord
}

// lookFacts are what the scheduler knows when it looks at a job.
type lookFacts struct {
	// horizon is the time of the look: ticks up to it are due.
	horizon time.Time
	// room is how many runs the engine may get now, and cleans whether the engine
	// cleans up after runs.
	room   int
	cleans bool
	// alive is as in [facts].
	alive func(*runLedger) bool
}

// openAtOnce is how many open runs of a job are read with it.
const openAtOnce = 100

// readDue reads jobs of one organization, at most [storage.MaxLimit], with their
// open runs, in one read. It leaves out jobs that are gone.
func (c *core) readDue(ctx context.Context, organizationID string, jobIDs []string) ([]dueJob, error) {
	list, err := c.store.FindJobs(ctx, storage.FindQuery{OrganizationID: organizationID, IDs: jobIDs, OpenRuns: openAtOnce})
	if err != nil {
		return nil, storeError("read the jobs that are due", err)
	}
	due := make([]dueJob, len(list.Jobs))
	for i := range list.Jobs {
		due[i] = dueJob{ref: list.Jobs[i].JobRef, found: &list.Jobs[i], organization: list.Organization}
	}
	return due, nil
}

// settle does everything that is due for one job, in one commit: ticks get their
// verdicts, the cursor moves, runs are inserted and released. It returns the runs
// that it claimed, ready for the engine.
func (c *core) settle(ctx context.Context, job dueJob, look lookFacts) ([]Dispatch, error) {
	return retry(ctx, func() ([]Dispatch, error) {
		ctx, leave, err := c.locks.enter(ctx, job.ref)
		if err != nil {
			return nil, err
		}
		defer leave()
		if job.found == nil {
			due, err := c.readDue(ctx, job.ref.OrganizationID, []string{job.ref.JobID})
			if err != nil || len(due) == 0 {
				return nil, err
			}
			job = due[0]
		}
		read := job
		job.found = nil // after a lost race the job is read again
		return c.settleFound(ctx, read, look)
	})
}

func (c *core) settleFound(ctx context.Context, job dueJob, look lookFacts) (_ []Dispatch, err error) {
	found := job.found
	l, err := decodeLedger(found.JobRecord)
	if err != nil {
		return nil, err
	}
	if (l.wakeAt.IsZero() || l.wakeAt.After(look.horizon)) && !l.pauseOver(look.horizon) {
		return nil, nil // another scheduler has done it
	}
	ctx, settled := c.begin(ctx, Operation{Name: "settle", Run: RunRef{OrganizationID: l.OrganizationID, JobID: l.ID}})
	defer func() { settled(err) }()
	ids := c.ids(ctx)
	f := c.newFacts(ids, look.horizon)
	f.trace = c.trace(ctx)
	f.room, f.cleans, f.alive = look.room, look.cleans, look.alive
	if f.hold, err = decodeHold(job.organization); err != nil {
		return nil, err
	}
	if len(found.OpenRuns) < openAtOnce {
		f, err = c.readBeside(ctx, &l, found.OpenRuns, f)
	} else {
		f, err = c.readFacts(ctx, &l, f)
	}
	if err != nil {
		return nil, err
	}
	p := newPass(&l, f)
	if err := p.decide(); err != nil {
		return nil, err
	}
	change := p.change()
	if ids.err != nil {
		return nil, ids.err
	}
	if change.RemoveRuns, err = c.beyondCount(ctx, &l, p.over()...); err != nil {
		return nil, err
	}
	if err := c.foldCounts(ctx, &l, &change); err != nil {
		return nil, err
	}
	if len(change.PutVersionStates) > 0 {
		change.Job.State = encodeJobState(&l) // without the counts that were moved
	}
	if err := c.commit(ctx, change); err != nil {
		return nil, err
	}
	return p.claimed, nil
}
