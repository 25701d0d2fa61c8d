package linearize

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// client decides as a service does: it reads a job, and commits a change that
// is guarded by what it read. Sometimes that is long ago.
type client struct {
	recorder

	// known are the jobs as the client last read them.
	known map[storage.JobRef]storage.JobRecord
	// found are the jobs that it last looked up by key, with their organization.
	found storage.JobList
	// last is the change that it committed last.
	last *storage.Change
	// decided counts its changes.
	decided int
}

// epoch is the time of everything in a history; the times of runs and ticks
// follow it.
var epoch = time.Date(2030, time.January, 1, 12, 0, 0, 0, time.UTC)

// act makes one call, sometimes one or two more that it needs before.
func (c *client) act(ctx context.Context, t target) error {
	ref := t.job(c.random)
	switch x := c.random.IntN(100); {
	case x < 40:
		_, err := c.recorder.read(ctx, c.aRead(ref))
		return err
	case x < 43 && c.last != nil:
		return c.commit(ctx, c.last) // once more, which has no effect
	case x < 47:
		return c.hold(ctx, t)
	}
	if c.random.IntN(8) > 0 {
		if err := c.look(ctx, ref); err != nil {
			return err
		}
	}
	change, err := c.decide(ctx, t, ref)
	if err != nil {
		return err
	}
	return c.commit(ctx, change)
}

// look reads a job, and keeps what it read.
func (c *client) look(ctx context.Context, ref storage.JobRef) error {
	got, err := c.recorder.read(ctx, readJob(ref))
	if job, ok := got.value.(storage.JobRecord); ok {
		c.known[ref] = job
	} else if got.text != "" { // not found, rather than no answer
		delete(c.known, ref)
	}
	return err
}

// lookUp finds jobs of an organization, or only its record, unless what the
// client found before will do.
func (c *client) lookUp(ctx context.Context, t target, keys []string) error {
	if c.found.Organization.OrganizationID == t.organization() && c.random.IntN(2) == 0 {
		return nil
	}
	got, err := c.recorder.read(ctx, findJobs(storage.FindQuery{OrganizationID: t.organization(), Keys: keys}))
	c.found, _ = got.value.(storage.JobList)
	return err
}

// commit commits a change, and half of the time once more when its outcome is
// unknown.
func (c *client) commit(ctx context.Context, change *storage.Change) error {
	got, err := c.recorder.commit(ctx, change)
	if err == nil && got == unknown && c.random.IntN(2) == 0 {
		_, err = c.recorder.commit(ctx, change)
	}
	c.last = change
	return err
}

// begin returns a change to a job with an operation ID of its own, which is
// also what the documents in it hold. Few write events: of two changes to
// different jobs the journal tells the order, and the checker tries both.
func (c *client) begin(ref storage.JobRef) *storage.Change {
	c.decided++
	change := &storage.Change{JobRef: ref, OperationID: fmt.Sprintf("op-%d-%d", c.client, c.decided), At: epoch}
	for range 2 {
		if c.random.IntN(4) > 0 {
			break
		}
		change.Events = append(change.Events, storage.EventRecord{Doc: []byte(change.OperationID)})
	}
	return change
}

// hold writes the organization's record.
func (c *client) hold(ctx context.Context, t target) error {
	if err := c.lookUp(ctx, t, nil); err != nil || c.found.Organization.OrganizationID == "" {
		return err
	}
	change := c.begin(storage.JobRef{OrganizationID: t.organization()})
	record := c.found.Organization
	record.Doc = []byte(change.OperationID)
	change.Organization = &record
	return c.commit(ctx, change)
}
