package transfer

import (
	"context"
	"errors"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

// jobs copies the existing jobs, each with everything that belongs to it.
func (c *copier) jobs(ctx context.Context) error {
	query := storage.JobQuery{OrganizationID: c.organization, AllTeams: true}
	total, err := c.from.ListJobs(ctx, query)
	if err != nil {
		return failed("count the jobs", err)
	}
	c.progress.TotalJobs = total.Total
	c.tell()
	list := func(store storage.Store) stream[storage.JobRecord] { return jobsOf(ctx, store, c.organization) }
	return merge(list(c.from), list(c.to), byCreation, func(wanted, there *storage.JobRecord) error {
		switch {
		case wanted == nil && stands(there):
			return nil
		case wanted == nil, there != nil && !sameRecord(*wanted, *there):
			return differs("job %s", there.JobID)
		case there == nil && !c.write:
			c.missing++
		default:
			if err := c.job(ctx, wanted, there); err != nil {
				return err
			}
		}
		c.progress.Jobs++
		c.tell()
		return nil
	})
}

// job copies everything that belongs to one job, and its record when the target
// does not have it.
func (c *copier) job(ctx context.Context, wanted, there *storage.JobRecord) error {
	b := c.batch(wanted.JobRef)
	to := c.to
	if there == nil {
		b.change.Job = wanted
		to = nil // the target has nothing of this job
		if err := b.added(ctx, len(wanted.Doc)+len(wanted.State)); err != nil {
			return err
		}
	}
	for _, part := range []func(context.Context, *batch, storage.Store) error{
		copyVersions, copyDraft, copyRuns, copyTicks,
	} {
		if err := part(ctx, b, to); err != nil {
			return err
		}
	}
	return b.flush(ctx)
}

func copyVersions(ctx context.Context, b *batch, to storage.Store) error {
	list := func(store storage.Store) stream[storage.VersionRecord] {
		return versionsOf(ctx, store, b.change.JobRef)
	}
	return merge(list(b.from), list(to), byNumber, func(wanted, there *storage.VersionRecord) error {
		switch {
		case wanted == nil, there != nil && !sameRecord(*wanted, *there):
			return differs("version %d of job %s", there.Number, there.JobID)
		case there != nil:
			return nil
		}
		b.change.AddVersions = append(b.change.AddVersions, *wanted)
		return b.added(ctx, len(wanted.Doc)+len(wanted.State))
	})
}

func copyDraft(ctx context.Context, b *batch, to storage.Store) error {
	wanted, err := draftOf(ctx, b.from, b.change.JobRef)
	if err != nil {
		return err
	}
	there, err := draftOf(ctx, to, b.change.JobRef)
	switch {
	case err != nil:
		return err
	case there != nil && (wanted == nil || !sameRecord(*wanted, *there)):
		return differs("the draft of job %s", there.JobID)
	case there != nil || wanted == nil:
		return nil
	}
	b.change.PutDraft = wanted
	return b.added(ctx, len(wanted.Doc))
}

func draftOf(ctx context.Context, store storage.Store, ref storage.JobRef) (*storage.VersionRecord, error) {
	if store == nil {
		return nil, nil
	}
	draft, err := store.Draft(ctx, ref)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, failed("read the draft of job "+ref.JobID, err)
	}
	return &draft, nil
}

func copyRuns(ctx context.Context, b *batch, to storage.Store) error {
	return b.runs(ctx, runsOf(ctx, b.from, b.change.JobRef, false), runsOf(ctx, to, b.change.JobRef, false))
}

// runs copies the runs that the second list does not have.
func (b *batch) runs(ctx context.Context, from, to stream[storage.RunRecord]) error {
	return merge(from, to, byRunNumber, func(wanted, there *storage.RunRecord) error {
		switch {
		case wanted == nil, there != nil && !sameRecord(*wanted, *there):
			return differs("run %s of job %s", there.ID, there.JobID)
		case there != nil:
			return nil
		}
		b.change.PutRuns = append(b.change.PutRuns, *wanted)
		return b.added(ctx, len(wanted.Doc))
	})
}

func copyTicks(ctx context.Context, b *batch, to storage.Store) error {
	list := func(store storage.Store) stream[storage.TickRecord] { return ticksOf(ctx, store, b.change.JobRef) }
	return merge(list(b.from), list(to), newestFirst, func(wanted, there *storage.TickRecord) error {
		switch {
		case wanted == nil, there != nil && !sameRecord(*wanted, *there):
			return differs("the tick of job %s at %s", there.JobID, there.NominalAt)
		case there != nil:
			return nil
		}
		b.change.PutTicks = append(b.change.PutTicks, *wanted)
		return b.added(ctx, len(wanted.Doc))
	})
}

// standing begins the key of a job that is written for a removed job until its
// tombstone replaces it. No other key begins so.
const standing = "\x01copied "

func stands(job *storage.JobRecord) bool { return strings.HasPrefix(job.Key, standing) }

// tombstones copies the tombstones of removed jobs, with the runs that are open
// or owed. A store accepts a tombstone only in place of a job, so a temporary
// job is written first.
func (c *copier) tombstones(ctx context.Context) error {
	wanted, err := tombstonesOf(ctx, c.from, c.organization)
	if err != nil {
		return err
	}
	there, err := tombstonesOf(ctx, c.to, c.organization)
	if err != nil {
		return err
	}
	for id := range there {
		if _, ok := wanted[id]; !ok {
			return differs("what removed job %s left", id)
		}
	}
	for id, record := range wanted {
		found, ok := there[id]
		switch {
		case ok && !sameRecord(record, found):
			return differs("what removed job %s left", id)
		case ok:
			err = c.sameRemains(ctx, record.JobRef)
		case c.write:
			err = c.bury(ctx, record)
		default:
			c.missing++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sameRemains checks that a removed job left the same runs in both stores.
func (c *copier) sameRemains(ctx context.Context, ref storage.JobRef) error {
	list := func(store storage.Store) stream[storage.RunRecord] { return runsOf(ctx, store, ref, true) }
	return merge(list(c.from), list(c.to), byRunNumber, func(wanted, there *storage.RunRecord) error {
		if wanted == nil || there == nil || !sameRecord(*wanted, *there) {
			return differs("the runs that removed job %s left", ref.JobID)
		}
		return nil
	})
}

// bury writes a tombstone, with the runs that its job left.
func (c *copier) bury(ctx context.Context, record storage.TombstoneRecord) error {
	ref := record.JobRef
	b := c.batch(ref)
	to := c.to
	job, err := to.Job(ctx, ref)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		job = storage.JobRecord{JobRef: ref, Revision: 1, Key: standing + ref.JobID, CreatedAt: c.at, Doc: []byte("copied")}
		b.change.Job, to = &job, nil
		err = b.added(ctx, 0)
	case err != nil:
		err = failed("read job "+ref.JobID, err)
	case !stands(&job):
		err = differs("job %s, which was removed in the source", ref.JobID)
	}
	if err != nil {
		return err
	}
	if err := b.runs(ctx, runsOf(ctx, c.from, ref, true), runsOf(ctx, to, ref, false)); err != nil {
		return err
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	b.change.Job, b.change.Tombstone = &job, &record
	if err := b.added(ctx, len(record.Doc)); err != nil {
		return err
	}
	return b.flush(ctx)
}
