package jobs

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// editing is one operation that changes a job.
type editing struct {
	actor  teams.Actor
	jobID  string
	action teams.Action
	// kind is what the journal and an observer are told.
	kind EventKind
	// kinds, unless nil, takes the place of kind, once it was decided: an event of
	// each is in the journal, and an observer is told of the first.
	kinds func() []EventKind
	// onDraft says whose edition the preconditions are about.
	onDraft bool
	when    []Precondition
	// read reads what else the decision rests on, for decide to see; nil for
	// nothing. An error ends the operation, or has it read anew when it is
	// [storage.ErrStale].
	read func(ctx context.Context, l *ledger, e edit) error
	// decide changes l and returns the rest of the change, or an error, or
	// errUnchanged when there is nothing to write. It does no I/O. After a lost
	// race both are called anew, with what the job has become.
	decide func(l *ledger, e edit) (storage.Change, error)
}

// errUnchanged says that an operation succeeds without writing anything.
var errUnchanged = errors.New("unchanged")

// edit reads a job, checks access and preconditions, decides and commits, and
// does so again, within bounds, when another writer came in between.
func (s *Service) edit(ctx context.Context, op editing) (ledger, error) {
	ref := storage.JobRef{OrganizationID: op.actor.OrganizationID, JobID: op.jobID}
	done, err := retry(ctx, func() (edited, error) {
		held, leave, err := s.locks.enter(ctx, ref)
		if err != nil {
			return edited{}, fmt.Errorf("jobs: wait for other writers of job %s: %w", op.jobID, err)
		}
		defer leave()
		return s.editOnce(held, op)
	})
	if err == nil {
		s.tell(ctx, done.event)
	}
	return done.ledger, err
}

// edited is a job after an operation, and what there is to tell of it: nothing
// when the operation changed nothing.
type edited struct {
	ledger ledger
	event  *Event
}

func (s *Service) editOnce(ctx context.Context, op editing) (edited, error) {
	l, err := s.load(ctx, op.actor, op.jobID)
	if err != nil {
		return edited{}, err
	}
	if err := s.may(ctx, op.actor, op.action, &l); err != nil {
		return edited{}, err
	}
	e := edit{memberID: op.actor.MemberID, at: s.now()}
	if op.kind != JobDeleted {
		if done, err := s.resume(ctx, &l, e.at); err != nil {
			return edited{}, err
		} else if done {
			return edited{}, fmt.Errorf("%w: the pause of job %s is over", storage.ErrStale, l.ID)
		}
	}
	edition := l.Edition
	if op.onDraft {
		edition = l.draftEdition
	}
	if err := check(op.when, edition); err != nil {
		return edited{}, err
	}
	if op.read != nil {
		if err := op.read(ctx, &l, e); err != nil {
			return edited{}, err
		}
	}
	from, lastEdition := l.CurrentVersion, l.lastEdition
	change, err := op.decide(&l, e)
	if errors.Is(err, errUnchanged) {
		return edited{ledger: l}, nil
	}
	if err != nil {
		return edited{}, err
	}
	kinds := []EventKind{op.kind}
	if op.kinds != nil {
		kinds = op.kinds()
	}
	event := l.done(kinds[0], op.actor, e)
	event.RunID, event.FromVersion = runOf(op.kind, change), from
	switch op.kind {
	case RunCreated:
		event.Status = RunPending
	case JobDeleted:
		event.teamIDs = l.TeamIDs()
	}
	change.JobRef, change.At, change.OperationID = l.ref(), e.at, event.operation
	change.Job = l.stateRecord()
	if l.lastEdition > lastEdition { // of the job, or of its draft
		change.Job = l.record()
	}
	events := []storage.EventRecord{event.record()}
	for _, kind := range kinds[1:] {
		events = append(events, l.done(kind, op.actor, e).record())
	}
	change.Events = append(events, change.Events...)
	if err := s.commit(ctx, change); err != nil {
		return edited{}, err
	}
	return edited{ledger: l, event: event}, nil
}

// runOf names the run that an operation made or removed, if it did.
func runOf(kind EventKind, c storage.Change) string {
	switch kind {
	case RunCreated:
		return c.PutRuns[0].ID
	case RunDeleted:
		if len(c.PutRuns) == 1 {
			return c.PutRuns[0].ID
		}
		return c.RemoveRuns[0].ID
	}
	return ""
}
