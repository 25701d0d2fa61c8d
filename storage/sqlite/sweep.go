package sqlite

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// Sweep implements [jobs.Store]. It erases in one transaction, beside other
// commits, which wait for it: a limit of some hundreds keeps that short.
func (s *Store) Sweep(ctx context.Context, limit int) (erased int, err error) {
	for limit > 0 && erased == 0 {
		var more bool
		erased, more, err = s.sweepOnce(ctx, limit)
		if err != nil {
			return 0, describe(ctx, err, "sweep")
		}
		if !more {
			break
		}
	}
	return erased, nil
}

// sweepOnce erases in one transaction; more is whether there may be something
// left.
func (s *Store) sweepOnce(ctx context.Context, limit int) (erased int, more bool, err error) {
	type outcome struct {
		erased int
		more   bool
	}
	// The writer answers by a channel: this caller may be gone by then.
	answer := make(chan outcome, 1)
	err = s.queue.submit(ctx, time.Time{}, func(session *session) error {
		n, more, err := session.sweep(limit)
		if err != nil {
			return err
		}
		select {
		case <-answer: // of a transaction that was lost
		default:
		}
		answer <- outcome{n, more}
		return nil
	})
	if errors.Is(err, jobs.ErrOutcomeUnknown) && ctx.Err() != nil {
		err = ctx.Err() // sweeping is no change: nothing hangs on whether it happened
	}
	if err != nil {
		return 0, false, err
	}
	got := <-answer
	return got.erased, got.more, nil
}

// sweep visits removed jobs until it has erased limit records, or visited so
// many jobs.
func (s *session) sweep(limit int) (erased int, more bool, err error) {
	for range limit {
		n, found, err := s.sweepJob(limit - erased)
		erased += n
		if err != nil || !found {
			return erased, false, err
		}
		if erased == limit {
			break
		}
	}
	return erased, true, nil
}

// sweepJob erases up to limit records of one removed job; found is false when
// there is none with anything to erase.
func (s *session) sweepJob(limit int) (erased int, found bool, err error) {
	const (
		next = `
			SELECT id, organization_id, job_id, leftover, owed FROM tombstones
			WHERE leftover = 1 OR owed = 0 ORDER BY id LIMIT 1`
		done   = `UPDATE tombstones SET leftover = 0 WHERE id = ?1`
		remove = `DELETE FROM tombstones WHERE id = ?1`
	)
	var id int64
	var ref jobs.JobRef
	var leftover, owed bool
	if found, err = s.row(next, nil, &id, &ref.OrganizationID, &ref.JobID, &leftover, &owed); err != nil || !found {
		return 0, false, err
	}
	if leftover {
		if erased, err = s.sweepLeftovers(ref, limit); err != nil || erased == limit {
			return erased, true, err
		}
	}
	if owed {
		_, err = s.exec(done, id)
		return erased, true, err
	}
	_, err = s.exec(remove, id)
	return erased + 1, true, err
}

// sweepLeftovers erases up to limit versions, runs and ticks of a removed job.
func (s *session) sweepLeftovers(ref jobs.JobRef, limit int) (erased int, err error) {
	const (
		versions = `
			DELETE FROM versions WHERE rowid IN (
				SELECT rowid FROM versions WHERE organization_id = ?1 AND job_id = ?2 LIMIT ?3)`
		runs = `
			DELETE FROM runs WHERE rowid IN (
				SELECT rowid FROM runs WHERE organization_id = ?1 AND job_id = ?2 LIMIT ?3)`
		ticks = `
			DELETE FROM ticks WHERE organization_id = ?1 AND job_id = ?2 AND nominal_at IN (
				SELECT nominal_at FROM ticks WHERE organization_id = ?1 AND job_id = ?2 LIMIT ?3)`
	)
	for _, erase := range []string{versions, runs, ticks} {
		if erased == limit {
			break
		}
		n, err := s.exec(erase, ref.OrganizationID, ref.JobID, limit-erased)
		if err != nil {
			return erased, err
		}
		erased += int(n)
	}
	return erased, nil
}
