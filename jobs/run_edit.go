package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// runEditing is one operation that changes a run, and not its job.
type runEditing struct {
	actor        teams.Actor
	jobID, runID string
	action       teams.Action
	kind         EventKind
	when         []Precondition
	// decide changes r, or returns an error, or errUnchanged.
	decide func(r *runLedger, e edit) error
}

// editRun is to runs what edit is to jobs.
func (s *Service) editRun(ctx context.Context, op runEditing) (Run, error) {
	type result struct {
		run   Run
		event *Event
	}
	done, err := retry(ctx, func() (result, error) {
		l, err := s.load(ctx, op.actor, op.jobID)
		if err != nil {
			return result{}, err
		}
		if err := s.may(ctx, op.actor, op.action, &l); err != nil {
			return result{}, err
		}
		if err := check(op.when, l.Edition); err != nil {
			return result{}, err
		}
		r, err := s.readRun(ctx, l.ref(), op.runID)
		if err != nil {
			return result{}, err
		}
		e := edit{memberID: op.actor.MemberID, at: s.now()}
		if err := op.decide(&r, e); errors.Is(err, errUnchanged) {
			return result{run: r.Run}, nil
		} else if err != nil {
			return result{}, err
		}
		event := l.done(op.kind, op.actor, e)
		event.RunID = r.ID
		return result{r.Run, event}, s.putRun(ctx, &r, e.at, event.record())
	})
	if err == nil {
		s.tell(ctx, done.event)
	}
	return done.run, err
}

// putRun writes a run that was read, with events. When it has ended since, that
// wakes whoever may have waited for it: the job's own backlog and the jobs
// that depend on it.
func (c *core) putRun(ctx context.Context, r *runLedger, at time.Time, events ...storage.EventRecord) error {
	record := r.record(c.opts.Runs)
	change := storage.Change{
		JobRef: record.JobRef, At: at, OperationID: storage.NewOperationID(at),
		PutRuns: []storage.RunRecord{record}, Events: events,
	}
	if r.justEnded {
		l, err := c.readLedger(ctx, record.JobRef)
		if err != nil {
			return err
		}
		l.endRun(&change, r)
		if change.RemoveRuns, err = c.beyondCount(ctx, &l, r); err != nil {
			return err
		}
		if change.RemoveRuns != nil {
			change.Job = l.stateRecord() // none of them becomes the latest run meanwhile
		}
	}
	if err := c.commit(ctx, change); err != nil {
		return err
	}
	r.revision++
	r.justEnded = false
	return nil
}

// endRun adds to a change what the end of a run brings with it.
func (l *ledger) endRun(c *storage.Change, r *runLedger) {
	c.Wake = &storage.Wake{At: c.At, Self: l.blocked || l.mayWait(), Scope: dependencyScope + l.Key}
	// Nobody depends on a key that the job has lost meanwhile.
	c.RequireKeys = []storage.KeyGuard{{Key: l.Key, JobID: l.ID}}
	c.Events = append(c.Events, l.runEnded(r).record())
}
