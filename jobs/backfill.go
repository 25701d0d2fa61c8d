package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// BackfillQuery selects the ticks for which [Service.Backfill] makes runs.
type BackfillQuery struct {
	// From, inclusive, and Until, exclusive, bound the nominal times. Both are
	// required, and Until must not be after now.
	From, Until time.Time
	// DryRun makes no runs. The result lists the ticks that would get one.
	DryRun bool
}

// Backfill is what [Service.Backfill] made, or would make.
type Backfill struct {
	// Fires are the ticks that get a run, oldest first.
	Fires []Fire
	// Runs are the runs of these ticks, in the same order. Empty after a dry run.
	Runs []Run
}

const (
	// MaxBackfill is the most ticks that one backfill may cover.
	MaxBackfill = 100
	// maxQueued is how many runs of backfills may wait in a job. Each look at the
	// job reads them all.
	maxQueued = 1000
)

// Backfill makes a run for each tick of a job's active schedule in a past time. The
// job may be paused. Backfill leaves out a tick for which a run is still kept, so a
// repeated call makes no second run. It also leaves out the ticks of an active job
// that are due and not settled: their runs come from the schedule.
//
// The runs queue. They start one by one, oldest first, when no other run of the job
// counts; under the concurrency policy allow, when fewer than MaxConcurrentRuns
// count. A queued run is never skipped. It does not count, so no tick is skipped
// because of it, until its turn has come. The ledger of ticks does not change.
//
// It returns [versions.FieldErrors] when the query is not valid or the version has
// no schedule, and a [*ConflictError] when more than 1,000 runs of the job would
// queue.
func (s *Service) Backfill(ctx context.Context, actor teams.Actor, jobID string, query BackfillQuery, when ...Precondition) (Backfill, error) {
	var ticks []time.Time
	var ids *ids
	var made Backfill
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Operate, kind: RunCreated, when: when,
		read: func(ctx context.Context, l *ledger, e edit) (err error) {
			cron, err := query.check(l, e.at)
			if err != nil {
				return err
			}
			if ticks, err = s.withoutRun(ctx, l, query.ticks(l, cron)); err != nil {
				return err
			}
			made, ids = Backfill{Fires: fires(cron, ticks), Runs: []Run{}}, s.ids(ctx)
			return s.refuseLongQueue(ctx, l, len(ticks))
		},
		decide: func(l *ledger, e edit) (storage.Change, error) {
			if len(ticks) == 0 || query.DryRun {
				return storage.Change{}, errUnchanged
			}
			change := l.queue(ticks, ids, actor, s.opts.Runs, e)
			for _, r := range change.runs {
				made.Runs = append(made.Runs, r.shown(l.Key, e.at))
			}
			return change.Change, ids.err
		},
	})
	if err != nil {
		return Backfill{}, err
	}
	return made, nil
}

// check validates the query, and returns the job's schedule.
func (q *BackfillQuery) check(l *ledger, now time.Time) (*schedule.Cron, error) {
	var errs versions.FieldErrors
	cron, err := readSchedule(l.Version.Definition)
	if err == nil && cron == nil {
		errs.Add("cronExpression", fmt.Sprintf("must be set to backfill: version %d has no schedule", l.CurrentVersion))
	}
	q.From, q.Until = canonical(q.From), canonical(q.Until)
	if q.From.IsZero() {
		errs.Add("from", "must be a time")
	}
	switch {
	case q.Until.IsZero():
		errs.Add("until", "must be a time")
	case q.Until.After(now):
		errs.Add("until", "must not be after now")
	case !q.Until.After(q.From):
		errs.Add("until", "must be after from")
	case cron == nil || q.From.IsZero():
	default:
		if n := cron.Count(q.From.Add(-1), q.Until.Add(-1)); n > MaxBackfill {
			errs.Add("until", fmt.Sprintf("must select at most %d ticks: these are %d", MaxBackfill, n))
		}
	}
	return cron, joinFields(errs, err)
}

// ticks are the ticks that the query selects, oldest first.
func (q *BackfillQuery) ticks(l *ledger, cron *schedule.Cron) []time.Time {
	last := q.Until.Add(-1)
	if l.Status == Active {
		last = earliest(last, l.cursor)
	}
	return cron.Between(q.From.Add(-1), last, MaxBackfill)
}

// withoutRun leaves out the nominal times for which the job has a run. It reads
// back to maxAhead before the first: a run is made before its nominal time only by
// a clock that is ahead.
func (c *core) withoutRun(ctx context.Context, l *ledger, ticks []time.Time) ([]time.Time, error) {
	if len(ticks) == 0 {
		return nil, nil
	}
	oldest := ticks[0].Add(-maxAhead)
	has := map[int64]bool{}
	for record, err := range c.eachRun(ctx, storage.RunQuery{JobRef: l.ref(), Limit: storage.MaxLimit}) {
		if err != nil {
			return nil, err
		}
		if record.CreatedAt.Before(oldest.Add(-maxAhead)) {
			break
		}
		r, err := decodeRun(record)
		if err != nil {
			return nil, err
		}
		if !r.NominalAt.IsZero() && !r.deleted {
			has[r.NominalAt.Unix()] = true
		}
	}
	var left []time.Time
	for _, at := range ticks {
		if !has[at.Unix()] {
			left = append(left, at)
		}
	}
	return left, nil
}

// refuseLongQueue returns a [*ConflictError] when too many runs would queue.
func (c *core) refuseLongQueue(ctx context.Context, l *ledger, more int) error {
	waiting := 0
	for record, err := range c.eachRun(ctx, openRuns(l.ref())) {
		if err != nil {
			return err
		}
		r, err := decodeRun(record)
		if err != nil {
			return err
		}
		if r.waitsFor == itsTurn {
			waiting++
		}
	}
	if waiting+more > maxQueued {
		return conflict(ConflictRunState, "%d runs of backfills wait already, and at most %d may wait", waiting, maxQueued)
	}
	return nil
}

// queued is the change that makes the runs of a backfill, with these runs.
type queued struct {
	storage.Change
	runs []*runLedger
}

// queue makes a queued run for each tick, and makes the job due at once.
func (l *ledger) queue(ticks []time.Time, ids *ids, actor teams.Actor, o RunOptions, e edit) (c queued) {
	for _, at := range ticks {
		r := l.newRun(TriggerBackfill, e)
		r.ID, r.NominalAt, r.waitsFor = ids.next(), canonical(at), itsTurn
		c.runs = append(c.runs, &r)
		c.PutRuns = append(c.PutRuns, r.record(o))
		if len(c.runs) > 1 { // the operation's own event names the first run
			event := l.done(RunCreated, actor, e)
			event.RunID, event.Status = r.ID, r.Status
			c.Events = append(c.Events, event.record())
		}
	}
	l.blocked, l.wakeAt = true, earliest(l.wakeAt, e.at)
	return c
}

// fires returns ticks as callers see them.
func fires(cron *schedule.Cron, ticks []time.Time) []Fire {
	list := make([]Fire, len(ticks))
	for i, at := range ticks {
		list[i] = Fire{NominalAt: canonical(at), LocalTime: localTime(cron, at), Shifted: cron.Shifted(at)}
	}
	return list
}
