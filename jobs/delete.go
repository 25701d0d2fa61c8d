package jobs

import (
	"context"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// DeleteJob removes a job with its versions, runs and grants. It is an admin's
// to do. A job that others' active versions depend on is not removed: a
// [*ConflictError].
//
// Runs that the engine has are cancelled there by a [Scheduler], which repeats
// that until it is acknowledged; a late report on one is [ErrNotFound], the
// engine's order to stop.
//
// The job is gone for every reader at once, and that costs the same however much
// belongs to it; what it leaves in the store is erased by [Service.Sweep].
func (s *Service) DeleteJob(ctx context.Context, actor teams.Actor, jobID string, when ...Precondition) error {
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Delete, kind: JobDeleted, when: when,
		read:   func(ctx context.Context, l *ledger, _ edit) error { return s.refuseDependents(ctx, actor, l) },
		decide: func(l *ledger, e edit) (storage.Change, error) { return l.remove(e), nil },
	})
	return err
}

// remove is the removal of the job. If it ever had a run, a scheduler looks at
// what it left.
func (l *ledger) remove(e edit) storage.Change {
	tombstone := remains{}.record(l.ref())
	if l.lastRunNumber > 0 {
		tombstone.WakeAt = e.at
	}
	return storage.Change{Tombstone: tombstone, ForbidScope: dependencyScope + l.Key}
}
