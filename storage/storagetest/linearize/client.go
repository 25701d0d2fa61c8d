package linearize

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// client decides as a service does: it reads a job, and commits a change that
// is guarded by what it read. Sometimes that is long ago.
type client struct {
	recorder

	// known are the jobs as the client last read them.
	known map[jobs.JobRef]jobs.JobRecord
	// found are the jobs that it last looked up by key.
	found found
	// last is the change that it committed last.
	last *jobs.Change
	// decided counts its changes.
	decided int
}

// epoch is the time of everything in a history; run creation times follow it.
var epoch = time.Date(2030, time.January, 1, 12, 0, 0, 0, time.UTC)

// act makes one call, sometimes one more that it needs before.
func (c *client) act(ctx context.Context, p place) error {
	ref := p.job(c.random)
	switch x := c.random.IntN(100); {
	case x < 40:
		_, err := c.recorder.read(ctx, c.aRead(p, ref))
		return err
	case x < 43 && c.last != nil:
		return c.commit(ctx, c.last) // once more, which has no effect
	}
	if c.random.IntN(8) > 0 {
		if err := c.look(ctx, ref); err != nil {
			return err
		}
	}
	change, err := c.decide(ctx, p, ref)
	if err != nil || change == nil {
		return err
	}
	return c.commit(ctx, change)
}

// look reads a job, and keeps what it read.
func (c *client) look(ctx context.Context, ref jobs.JobRef) error {
	looked := &keepJob{readJob: readJob{inJob(ref)}}
	text, err := c.recorder.read(ctx, looked)
	switch {
	case err != nil || text == "":
		return err
	case text == notFound:
		delete(c.known, ref)
	default:
		c.known[ref] = looked.record
	}
	return nil
}

// keepJob is a [readJob] whose caller wants more than its text.
type keepJob struct {
	readJob

	record jobs.JobRecord
}

func (k *keepJob) ask(ctx context.Context, s jobs.Store) (string, error) {
	var err error
	k.record, err = s.Job(ctx, k.ref())
	return describeJob(k.record), err
}

// commit commits a change, and half of the time once more when its outcome is
// unknown.
func (c *client) commit(ctx context.Context, change *jobs.Change) error {
	got, err := c.recorder.commit(ctx, change)
	if err == nil && got == unknown && c.random.IntN(2) == 0 {
		_, err = c.recorder.commit(ctx, change)
	}
	c.last = change
	return err
}

// begin returns a change to a job with an operation ID of its own, which is
// also what the documents in it hold.
func (c *client) begin(ref jobs.JobRef) *jobs.Change {
	c.decided++
	return &jobs.Change{JobRef: ref, OperationID: fmt.Sprintf("op-%d-%d", c.client, c.decided), At: epoch}
}

// aRead returns any read.
func (c *client) aRead(p place, ref jobs.JobRef) read {
	r, job := c.random, inJob(ref)
	switch r.IntN(10) {
	case 0:
		return readJob{job}
	case 1, 2:
		return readDraft{job}
	case 3:
		return readVersion{job, 1 + r.IntN(noteOf(c.known[ref]).version+1)}
	case 4:
		return listVersions{job}
	case 5:
		return readRun{job, runID(1 + r.Int64N(noteOf(c.known[ref]).run+1))}
	case 6:
		return listRuns{inJob{OrganizationID: ref.OrganizationID, JobID: pick(r, []string{"", ref.JobID})}}
	case 7:
		return findJobs{inOrganization(p.organization()), some(r, manyJobs), some(r, someKeys)}
	case 8:
		return readTombstone{job}
	}
	q := jobs.JobQuery{OrganizationID: p.organization(), Order: jobs.ByKey, Limit: pageSize, TeamIDs: some(r, allTeams)}
	switch r.IntN(4) {
	case 0:
		q.AllTeams, q.GrantedTo = true, pick(r, allTeams)
	case 1:
		q.AllTeams, q.DependsOn = true, pick(r, someKeys)
	}
	return listJobs{q}
}
