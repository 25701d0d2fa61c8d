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
	// kind is the kind of the event for the journal and the observer.
	kind EventKind
	// kinds, unless nil, replaces kind, and is called after decide. The journal
	// gets an event of each kind, the observer only the first.
	kinds func() []EventKind
	// onDraft is whether the preconditions are about the draft's edition.
	onDraft bool
	when    []Precondition
	// read reads what decide needs beside the job; nil for nothing. After
	// [storage.ErrStale] the job is read again; any other error ends the operation.
	read func(ctx context.Context, l *ledger, e edit) error
	// decide changes l and returns the rest of the change. It returns errUnchanged
	// when there is nothing to write. It does no I/O. After a lost race, read and
	// decide are called again with the job as it is then.
	decide func(l *ledger, e edit) (storage.Change, error)
}

// errUnchanged says that an operation succeeds without writing anything.
var errUnchanged = errors.New("unchanged")

// edit reads a job, checks access and preconditions, decides and commits. When
// another writer changed the job meanwhile, it starts again; see retry.
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

// edited is a job after an operation, with the event for the observer; nil when
// nothing changed.
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
	e := edit{memberID: op.actor.MemberID, at: s.now(), trace: s.trace(ctx)}
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

// runOf is the ID of the run that an operation made or removed; empty for none.
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
