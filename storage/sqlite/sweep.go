package sqlite

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// sweepMost is the most records that one transaction of a sweep looks at, since
// commits wait for it.
const sweepMost = 200

// Sweep implements [storage.Store]. It erases in transactions of a few
// milliseconds; other commits are made between them.
func (s *Store) Sweep(ctx context.Context, options storage.SweepOptions) (erased int, err error) {
	if err := options.Validate(); err != nil {
		return 0, describe(ctx, err, "sweep")
	}
	for more := true; more && erased < options.Limit; {
		var n int
		limit := min(sweepMost, options.Limit-erased)
		n, more, err = s.sweepOnce(ctx, func(session *session) (int, bool, error) { return session.sweepJobs(limit) })
		if erased += n; err != nil {
			return erased, describe(ctx, err, "sweep removed jobs")
		}
	}
	if options.EventsBefore.IsZero() {
		return erased, nil
	}
	n, err := s.sweepEvents(ctx, options.Limit-erased, micros(options.EventsBefore))
	return erased + n, describe(ctx, err, "sweep events")
}

// sweepOnce erases in one transaction. More is true when there may be more to
// erase. What erase uses must not change, since it may run after the caller has
// left.
func (s *Store) sweepOnce(ctx context.Context, erase func(*session) (int, bool, error)) (erased int, more bool, err error) {
	type outcome struct {
		erased int
		more   bool
	}
	// The writer answers through a channel, since this caller may have left by then.
	answer := make(chan outcome, 1)
	err = s.queue.submit(ctx, time.Time{}, func(session *session) error {
		n, more, err := erase(session)
		if err != nil {
			return err
		}
		select {
		case <-answer: // the answer of a transaction that was rolled back
		default:
		}
		answer <- outcome{n, more}
		return nil
	})
	if errors.Is(err, storage.ErrOutcomeUnknown) && ctx.Err() != nil {
		err = ctx.Err() // it does not matter to the caller whether this sweep happened
	}
	if err != nil {
		return 0, false, err
	}
	got := <-answer
	return got.erased, got.more, nil
}

// sweepJobs erases up to limit records of removed jobs. More is true when there
// may be more.
func (s *session) sweepJobs(limit int) (erased int, more bool, err error) {
	const (
		next   = `SELECT id, swept FROM tombstones WHERE sweep = 1 ORDER BY id LIMIT 1`
		keep   = `UPDATE tombstones SET sweep = 0 WHERE id = ?1`
		remove = `DELETE FROM tombstones WHERE id = ?1`
		held   = `SELECT 1 FROM runs WHERE job = ?1 AND (outcome = '' OR owed_at IS NOT NULL) LIMIT 1`
	)
	for range limit {
		if erased == limit {
			break
		}
		var id, swept int64
		if found, err := s.row(next, nil, &id, &swept); err != nil || !found {
			return erased, false, err
		}
		n, done, err := s.sweepJob(id, swept, limit-erased)
		if erased += n; err != nil || !done {
			return erased, true, err
		}
		if erased == limit {
			break
		}
		var one int
		kept, err := s.row(held, []any{id}, &one)
		if err != nil {
			return erased, true, err
		}
		if kept {
			_, err = s.exec(keep, id)
		} else {
			_, err = s.exec(remove, id)
			erased++
		}
		if err != nil {
			return erased, true, err
		}
	}
	return erased, true, nil
}

// sweepJob erases up to limit versions, ticks and runs of a removed job. Done
// is true when only records that must stay may be left.
func (s *session) sweepJob(job, swept int64, limit int) (erased int, done bool, err error) {
	const (
		versions = `DELETE FROM versions WHERE id IN (SELECT id FROM versions WHERE job = ?1 LIMIT ?2)`
		ticks    = `
			DELETE FROM ticks WHERE job = ?1 AND nominal_at IN (
				SELECT nominal_at FROM ticks WHERE job = ?1 LIMIT ?2)`
		// Runs are looked at once, in the order of their numbers. Those that must stay
		// are later removed by a commit.
		next = `
			SELECT max(number), count(*) FROM (
				SELECT number FROM runs WHERE job = ?1 AND number > ?2 ORDER BY number LIMIT ?3)`
		runs = `
			DELETE FROM runs WHERE id IN (
				SELECT id FROM runs WHERE job = ?1 AND number > ?2 AND number <= ?3
					AND outcome <> '' AND owed_at IS NULL
				ORDER BY number LIMIT ?4)`
		passed = `UPDATE tombstones SET swept = ?2 WHERE id = ?1`
	)
	for _, erase := range []string{versions, ticks} {
		n, err := s.exec(erase, job, limit-erased)
		if erased += int(n); err != nil || erased == limit {
			return erased, false, err
		}
	}
	var last number
	var looked int
	if _, err := s.row(next, []any{job, swept, passMost}, &last, &looked); err != nil || looked == 0 {
		return erased, true, err
	}
	n, err := s.exec(runs, job, swept, int64(last), limit-erased)
	if erased += int(n); err != nil || erased == limit {
		return erased, false, err
	}
	_, err = s.exec(passed, job, int64(last))
	return erased, looked < passMost, err
}

// sweepEvents erases up to limit events from before a time. A reader looks for
// journals with old events, so that this holds up no commit.
func (s *Store) sweepEvents(ctx context.Context, limit int, before int64) (erased int, err error) {
	const (
		next = `
			SELECT o.id FROM organizations o
			WHERE o.id >= ?1 AND ?2 > (SELECT at FROM events WHERE organization = o.id ORDER BY seq LIMIT 1)
				AND (SELECT min(seq) FROM events WHERE organization = o.id) < (SELECT max(seq) FROM events WHERE organization = o.id)
			ORDER BY o.id LIMIT 1`
		// The oldest events, up to the first that is not from before the time.
		erase = `
			DELETE FROM events WHERE organization = ?1 AND seq IN (
				SELECT seq FROM (SELECT seq, max(at) OVER (ORDER BY seq) AS latest FROM (
					SELECT seq, at FROM events WHERE organization = ?1 ORDER BY seq LIMIT ?3))
				WHERE latest < ?2 AND seq < (SELECT max(seq) FROM events WHERE organization = ?1))`
	)
	organization := int64(0)
	for erased < limit {
		found, err := s.readers.read().one(ctx, next, []any{organization, before}, func(row scanner) error { return row.Scan(&organization) })
		if err != nil || !found {
			return erased, err
		}
		args := []any{organization, before, min(sweepMost, limit-erased)}
		n, _, err := s.sweepOnce(ctx, func(session *session) (int, bool, error) {
			n, err := session.exec(erase, args...)
			return int(n), false, err
		})
		if erased += n; err != nil {
			return erased, err
		}
		if n == 0 {
			organization++
		}
	}
	return erased, nil
}
