package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// runEditing is one operation that changes a run but not its job.
type runEditing struct {
	actor        teams.Actor
	jobID, runID string
	action       teams.Action
	kind         EventKind
	when         []Precondition
	// decide changes r, or returns an error, or errUnchanged.
	decide func(r *runLedger, e edit) error
}

// editRun is edit for an operation that changes a run.
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
		r, err := s.memberRun(ctx, &l, op.runID)
		if err != nil {
			return result{}, err
		}
		e := edit{memberID: op.actor.MemberID, at: s.now()}
		if err := op.decide(&r, e); errors.Is(err, errUnchanged) {
			return result{run: r.shown(l.Key, e.at)}, nil
		} else if err != nil {
			return result{}, err
		}
		event := l.done(op.kind, op.actor, e)
		event.RunID, event.Status = r.ID, r.Status
		return result{r.shown(l.Key, e.at), event}, s.putRun(ctx, &r, e.at, event.record())
	})
	if err == nil {
		s.tell(ctx, done.event)
	}
	return done.run, err
}

// putRun writes a run, with events. If the run has ended since it was read, it also
// writes all that follows from the end; see [ledger.endRun]. If the run has
// started, it adds the event of that.
func (c *core) putRun(ctx context.Context, r *runLedger, at time.Time, events ...storage.EventRecord) error {
	ref := r.ref().job()
	change := storage.Change{JobRef: ref, At: at, OperationID: storage.NewOperationID(at), Events: events}
	change.PutRuns = []storage.RunRecord{r.record(c.opts.Runs)}
	var err error
	switch {
	case r.justEnded:
		err = c.commitEnd(ctx, r, change)
	case r.justStarted:
		var l ledger
		if l, err = c.readLedger(ctx, ref); err == nil {
			change.Events = append(change.Events, l.runStarted(r).record())
			err = c.commit(ctx, change)
		}
	default:
		err = c.commit(ctx, change)
	}
	if err != nil {
		return err
	}
	if r.began {
		c.tellRun(ctx, RunStarted, r.Run)
	}
	r.revision++
	r.justEnded, r.justStarted, r.began = false, false, false
	return nil
}
