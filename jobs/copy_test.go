package jobs_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest"
)

// newStore opens an empty store of a kind.
func newStore(t *testing.T, kind string) storage.Store {
	t.Helper()
	if place, ok := shared[kind]; ok {
		return place(t)()
	}
	return memory.New()
}

var storeKinds = []string{"memory", "SQLite", "Redis"}

func copyAll(ctx context.Context, from, to storage.Store) error {
	return errors.Join(jobs.Copy(ctx, from, to, "org-1", nil), jobs.Copy(ctx, from, to, "org-2", nil))
}

// early is before some of the events of a history.
var early = time.Date(2024, time.March, 1, 12, 0, 0, int(100*time.Millisecond), time.UTC)

// What a copy holds is read alike, in every pair of stores, whatever was done to
// the source before; and so is a copy of the copy.
func TestCopyIsReadAlike(t *testing.T) {
	for _, from := range storeKinds {
		for _, to := range storeKinds {
			t.Run(from+" to "+to, func(t *testing.T) {
				source, target := newStore(t, from), newStore(t, to)
				refs := storagetest.History(t, source, 9, 300)
				_, err := source.Sweep(t.Context(), storage.SweepOptions{Limit: 1000, EventsBefore: early})
				require.NoError(t, err)
				require.NoError(t, copyAll(t.Context(), source, target))
				storagetest.RequireSame(t, source, target, refs)
				back := newStore(t, from)
				require.NoError(t, copyAll(t.Context(), target, back))
				storagetest.RequireSame(t, source, back, refs)
				require.NoError(t, copyAll(t.Context(), source, target), "there is nothing left to do")
			})
		}
	}
}

// A copy may end at any commit, made or not: another call goes on, and each
// record is written once.
func TestCopyGoesOnAfterACrash(t *testing.T) {
	for _, to := range storeKinds {
		t.Run(to, func(t *testing.T) {
			source, target := memory.New(), newStore(t, to)
			refs := storagetest.History(t, source, 4, 200)
			crashes, commits := 0, 0
			for {
				crash := &crashing{Store: target, after: 1 + crashes%3, made: crashes%2 == 0}
				err := copyAll(t.Context(), source, crash)
				commits += crash.commits
				if err == nil {
					break
				}
				require.ErrorIs(t, err, errCrashed)
				crashes++
				require.Less(t, crashes, 100)
			}
			require.Greater(t, crashes, 5)
			storagetest.RequireSame(t, source, target, refs)
			t.Logf("%d crashes, %d commits", crashes, commits)
		})
	}
}

var errCrashed = errors.New("crashed")

// crashing is a store of a process that ends with a commit, which is made or
// not.
type crashing struct {
	storage.Store
	after   int
	made    bool
	commits int
}

func (c *crashing) Commit(ctx context.Context, change storage.Change) error {
	if c.after--; c.after < 0 {
		return errCrashed
	}
	if c.after == 0 && !c.made {
		return errCrashed
	}
	err := c.Store.Commit(ctx, change)
	if err == nil {
		c.commits++
	}
	if c.after == 0 {
		return errCrashed
	}
	return err
}

// A target that holds other data of the organization is refused, and is as it
// was.
func TestCopyRefusesOtherData(t *testing.T) {
	for _, to := range storeKinds {
		t.Run(to, func(t *testing.T) {
			source, target, before := memory.New(), newStore(t, to), memory.New()
			storagetest.History(t, source, 1, 80)
			refs := storagetest.History(t, target, 2, 80)
			storagetest.History(t, before, 2, 80)
			require.ErrorIs(t, jobs.Copy(t.Context(), source, target, "org-1", nil), jobs.ErrCopyDiffers)
			storagetest.RequireSame(t, before, target, refs)
		})
	}
}

// A source that is written to meanwhile is noticed.
func TestCopyNoticesAWriter(t *testing.T) {
	source := memory.New()
	storagetest.History(t, source, 5, 100)
	writes := 0
	progress := func(p jobs.CopyProgress) {
		if p.Step == "compare" && writes == 0 {
			writes++
			require.NoError(t, source.Commit(t.Context(), storage.Change{
				JobRef: storage.JobRef{OrganizationID: "org-1"}, OperationID: "written meanwhile",
				At:     time.Date(2024, time.March, 1, 13, 0, 0, 0, time.UTC),
				Events: []storage.EventRecord{{Doc: []byte("written meanwhile")}},
			}))
		}
	}
	err := jobs.Copy(t.Context(), source, memory.New(), "org-1", progress)
	require.ErrorIs(t, err, jobs.ErrCopyDiffers)
	require.Equal(t, 1, writes)
}

// A scheduler goes on with a copied organization where the other one ended: a
// run that was under way ends, and the next tick fires.
func TestCopiedJobsGoOn(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("hourly", func(n *jobs.NewJob) { n.CronExpression = "0 * * * *" })
	w.Outage(time.Hour)
	w.Advance(0)
	target := memory.New()
	var steps []string
	require.NoError(t, jobs.Copy(t.Context(), w.store, target, org, func(progress jobs.CopyProgress) {
		steps = append(steps, progress.Step)
	}))
	require.Equal(t, []string{"look", "copy", "compare"}, slices.Compact(steps))

	moved := newWorldOn(t, target, nil)
	moved.Outage(w.Now().Sub(moved.Now()))
	require.Equal(t, w.job(job.ID), moved.job(job.ID))
	dispatched := w.engine.dispatched[0]
	_, err := moved.ReportRun(t.Context(), job.ID, dispatched.Run.ID, dispatched.Token, jobs.Report{Status: jobs.RunSucceeded})
	require.NoError(t, err)
	moved.Outage(time.Hour)
	moved.Advance(0)
	require.Len(t, moved.engine.dispatched, 1, "the tick before was settled in the other store")
}
