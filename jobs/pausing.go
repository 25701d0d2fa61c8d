package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/versions"
)

// pauseOver reports whether the job's PausedUntil has passed and the job is still
// stored as paused.
func (l *ledger) pauseOver(at time.Time) bool {
	return l.Status == Paused && !l.PausedUntil.IsZero() && !l.PausedUntil.After(at)
}

// checkPausedUntil checks the end of a pause; zero is valid. status is the job's
// status after the edit.
func checkPausedUntil(errs *versions.FieldErrors, status Status, until, now time.Time) {
	switch {
	case until.IsZero():
	case status != Paused:
		errs.Add("pausedUntil", "must be given with the status paused, or for a paused job")
	case !until.After(now):
		errs.Add("pausedUntil", "must be in the future")
	case until.Year() > 9999:
		errs.Add("pausedUntil", "must be in the years 1 to 9999")
	}
}

// pause stops the schedule until an instant; if that is zero, until somebody
// resumes it. Ticks that are due stay unsettled until then, so pausing starts no
// run.
func (l *ledger) pause(at, until time.Time) {
	l.Status, l.PausedUntil = Paused, until
	l.NextRunAt, l.wakeAt, l.seen = time.Time{}, until, schedule.Seen{}
	if l.blocked {
		l.wakeAt = at
	}
}

// endPause resumes a job whose PausedUntil has passed. Ticks up to it get one row,
// paused. Later ticks are settled like any others.
func (p *pass) endPause() error {
	if !p.l.pauseOver(p.now) {
		return nil
	}
	cron, err := readSchedule(p.l.Version.Definition)
	if err != nil {
		return err
	}
	until := p.l.PausedUntil
	p.l.Status, p.l.PausedUntil = Active, time.Time{}
	if cron != nil {
		p.carryOut(schedule.Resume(cron, p.l.cursor, until), cron)
	} else if p.l.cursor.Before(until) {
		p.l.cursor = until
	}
	p.l.touch(edit{at: p.now})
	p.resumed = true
	return nil
}

// scheduleIsKnown reports whether this process can read the schedule.
func (l *ledger) scheduleIsKnown() bool {
	_, err := readSchedule(l.Version.Definition)
	return err == nil
}

// resume writes that a pause is over, as a scheduler does, so that the edit that
// follows sees an active job. When this process cannot read the schedule, resume
// does nothing: another process has to end the pause, and the edit goes on.
func (s *Service) resume(ctx context.Context, l *ledger, now time.Time) (done bool, err error) {
	if !l.pauseOver(now) || !l.scheduleIsKnown() {
		return false, nil
	}
	releaseLock(ctx) // settle takes the lock
	_, err = s.settle(ctx, dueJob{ref: l.ref()}, lookFacts{horizon: now})
	return err == nil, err
}

// usedUntil reads which successes of an upstream count as used after a pause: all
// that ended before the pause did. It reads the newest successes; all older ones
// count as used.
func (c *core) usedUntil(ctx context.Context, ref storage.JobRef, used consumption, until time.Time) (consumption, error) {
	page, err := c.store.ListRuns(ctx, storage.RunQuery{JobRef: ref, Outcomes: succeeded, Limit: maxFresh})
	if err != nil {
		return used, storeError("list the successful runs of job "+ref.JobID, err)
	}
	going, err := c.unfinished(ctx, ref)
	if err != nil {
		return used, err
	}
	newest := make([]runLedger, len(page.Runs))
	for i, record := range page.Runs {
		if newest[i], err = decodeRun(record); err != nil {
			return used, err
		}
	}
	return used.until(until, newest, going), nil
}

// until is the consumption after a pause. end is the end of the pause. newest are
// the newest successes, newest first; going are the numbers of runs that have not
// ended.
func (c consumption) until(end time.Time, newest []runLedger, going []int64) consumption {
	u := successes{used: consumption{upTo: c.upTo, open: slices.Clone(c.open), rest: c.rest}, going: slices.Clone(going)}
	for _, r := range newest {
		if r.FinishedAt.After(end) {
			u.going = append(u.going, r.Number)
		}
	}
	slices.Sort(u.going)
	if len(newest) == maxFresh {
		oldest := newest[maxFresh-1].Number
		u.used.open = slices.DeleteFunc(u.used.open, func(number int64) bool {
			_, spared := slices.BinarySearch(u.going, number)
			return number < oldest && !spared
		})
		if oldest-1 > u.used.upTo {
			u.use(oldest - 1)
		}
	}
	for _, r := range slices.Backward(newest) {
		if r.FinishedAt.After(end) {
			continue
		}
		if _, open := slices.BinarySearch(u.used.open, r.Number); open || r.Number > u.used.upTo {
			u.use(r.Number)
		}
	}
	return u.used
}
