package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/teams"
)

// runEditing is one operation that changes a run, and not its job.
type runEditing struct {
	actor        teams.Actor
	jobID, runID string
	action       teams.Action
	operation    Operation
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
		if err := s.putRun(ctx, &r, e.at); err != nil {
			return result{}, err
		}
		return result{r.Run, s.runEvent(op.actor, op.operation, &l, r.ID, e)}, nil
	})
	if err == nil {
		s.tell(ctx, done.event)
	}
	return done.run, err
}

func (s *Service) runEvent(actor teams.Actor, op Operation, l *ledger, runID string, e edit) *Event {
	return &Event{
		At: e.at, Operation: op, Actor: actor, JobID: l.ID, JobKey: l.Key, RunID: runID, Edition: l.Edition,
		FromVersion: l.CurrentVersion, ToVersion: l.CurrentVersion,
	}
}

// putRun writes a run that was read, and when that has ended wakes whoever
// may have waited for it: the job's own backlog and the jobs that depend on it.
func (s *Service) putRun(ctx context.Context, r *runLedger, at time.Time) error {
	record := r.record(s.opts.Runs)
	change := Change{JobRef: record.JobRef, At: at, OperationID: newOperationID(), PutRuns: []RunRecord{record}}
	if r.Status.Terminal() && r.FinishedAt.Equal(at) {
		l, err := s.readLedger(ctx, record.JobRef)
		if err != nil {
			return err
		}
		change.Wake = &Wake{At: at, Self: l.blocked || l.mayWait(), Dependents: true}
		if change.RemoveRuns, err = s.beyondRetention(ctx, &l, r.ID); err != nil {
			return err
		}
		if change.RemoveRuns != nil {
			change.Job = l.record() // none of them becomes the latest run meanwhile
		}
	}
	if err := s.commit(ctx, change); err != nil {
		return err
	}
	r.revision++
	return nil
}

// removeRun removes a run, guarded by the job as it was read: it has not become
// the job's latest run meanwhile.
func (s *Service) removeRun(ctx context.Context, l *ledger, r *runLedger, at time.Time) error {
	return s.commit(ctx, Change{
		JobRef: l.ref(), At: at, OperationID: newOperationID(), Job: l.record(),
		RemoveRuns: []RunGuard{{ID: r.ID, Revision: r.revision}},
	})
}

// readLedger reads a job, whoever asks.
func (s *Service) readLedger(ctx context.Context, ref JobRef) (ledger, error) {
	record, err := s.store.Job(ctx, ref)
	if err != nil {
		return ledger{}, storeError("read job "+ref.JobID, err)
	}
	return decodeLedger(record)
}

// maxForgotten bounds how many old runs go with one that ends.
const maxForgotten = 100

// beyondRetention finds the ended runs of a job that are beyond the number to
// be kept, now that another one ends. The latest run is never among them: it
// is what dependents go by.
func (s *Service) beyondRetention(ctx context.Context, l *ledger, ending string) ([]RunGuard, error) {
	keep := s.opts.Runs.RetainCount
	if keep == 0 {
		return nil, nil
	}
	records, err := s.store.ListRuns(ctx, RunQuery{
		JobRef: l.ref(), Outcomes: []Outcome{OutcomeSucceeded, OutcomeFailed}, Limit: keep + maxForgotten,
	})
	if err != nil {
		return nil, storeError("list the runs of job "+l.ID, err)
	}
	var beyond []RunGuard
	for _, record := range records[min(keep-1, len(records)):] { // the ending run is one of those kept
		if record.ID == ending || record.ID == l.latestRunID {
			continue
		}
		r, err := decodeRun(record)
		if err != nil {
			return nil, err
		}
		if !r.owesCancel && !r.owesCleanup {
			beyond = append(beyond, RunGuard{ID: record.ID, Revision: record.Revision})
		}
	}
	return beyond, nil
}
