package jobs

import (
	"context"
	"errors"

	"github.com/jobledger/jobledger/storage"
)

// remains says how far the debts of a removed job were paid: a cancel and a cleanup
// for each run that an engine may have. The runs stay in the store until their
// debts are paid.
type remains struct {
	// after is the number of the latest run whose debts were tried. Later runs come
	// next, so that a run that fails does not stop the others.
	after int64
	// rest are fields that only a newer version of the library knows.
	rest []byte
}

func (m remains) record(ref storage.JobRef) *storage.TombstoneRecord {
	return &storage.TombstoneRecord{JobRef: ref, Doc: encodeTombstone(m)}
}

const (
	// settledAtOnce bounds for how many runs of a removed job one step asks the
	// engine.
	settledAtOnce = 10
	// droppedAtOnce bounds how many runs one step reads and removes.
	droppedAtOnce = 1000
)

// stepTombstone pays the debts of a removed job, for some runs at a time, and
// removes the runs without debts. It repeats requests that the engine has not
// acknowledged.
func (s *Scheduler) stepTombstone(ctx context.Context, item storage.DueItem) error {
	record, err := s.core.store.Tombstone(ctx, item.JobRef)
	if err != nil {
		return storeError("read the tombstone of job "+item.JobID, err)
	}
	now := s.core.now()
	if record.WakeAt.IsZero() || record.WakeAt.After(now) {
		return nil // another scheduler has done it
	}
	m, err := decodeTombstone(record)
	if err != nil {
		return err
	}
	page, err := s.core.store.ListRuns(ctx, storage.RunQuery{
		JobRef: item.JobRef, Removed: true, Ascending: true, After: storage.RunPosition{Number: m.after}, Limit: droppedAtOnce,
	})
	if err != nil {
		return storeError("list what is left of job "+item.JobID, err)
	}
	begun := m.after
	gone, engineErr := s.settleRemains(ctx, page.Runs, &m)
	atEnd := !page.More && (len(page.Runs) == 0 || page.Runs[len(page.Runs)-1].Number == m.after)
	if atEnd {
		m.after = 0
	}
	if engineErr != nil && len(gone) == 0 && m.after == begun {
		return engineErr
	}
	next := m.record(item.JobRef)
	next.Revision = record.Revision
	if engineErr != nil || !atEnd || begun > 0 {
		next.WakeAt = record.WakeAt
	}
	// The requests may have used up the step's time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opts.RequestTimeout)
	defer cancel()
	now = s.core.now()
	err = s.core.commit(ctx, storage.Change{
		JobRef: item.JobRef, OperationID: storage.NewOperationID(now), At: now, Tombstone: next, RemoveRuns: gone,
	})
	return errors.Join(engineErr, err)
}

// settleRemains pays the debts of some runs of a removed job, and returns the runs
// without debts.
func (s *Scheduler) settleRemains(ctx context.Context, records []storage.RunRecord, m *remains) (gone []storage.RunGuard, engineErr error) {
	asked := 0
	for _, record := range records {
		r, err := decodeRun(record)
		switch {
		case err != nil:
			// It cannot be read, so ask the engine to stop it in any case.
			s.core.unreadable.note(ctx, s.core.opts.Logger, record.JobRef, err)
			r.ID, r.OrganizationID, r.JobID, r.owesCancel = record.ID, record.OrganizationID, record.JobID, true
		case !r.Status.Terminal():
			r.owesCancel = !r.DispatchedAt.IsZero()
			r.owesCleanup = r.owesCancel && r.cleans && r.ResourceCleanupMode == CleanupAlways
		}
		if r.owesCancel || r.owesCleanup {
			if asked == settledAtOnce {
				break
			}
			asked++
			if err := s.settle(ctx, &r); err != nil {
				engineErr = errors.Join(engineErr, err)
				m.after = record.Number
				continue
			}
		}
		m.after = record.Number
		gone = append(gone, storage.RunGuard{ID: record.ID, Revision: record.Revision})
	}
	return gone, engineErr
}

// settle asks the engine for everything that a run of a removed job owes.
func (s *Scheduler) settle(ctx context.Context, r *runLedger) error {
	for r.owesCancel || r.owesCleanup {
		if err := s.askFor(ctx, r); err != nil {
			return err
		}
		r.settled(s.core.now())
	}
	return nil
}
