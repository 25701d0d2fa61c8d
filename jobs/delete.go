package jobs

import (
	"context"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// DeleteJob removes a job with its versions, runs and grants. Only an admin may. It
// returns a [*ConflictError] when the active version of another job depends on this
// job.
//
// If an engine has runs of the job, a [Scheduler] cancels them there. It repeats
// that until the engine acknowledges. A later report on such a run gets
// [ErrNotFound], which tells the engine to stop.
//
// No later read returns the job. The call takes no longer when the job has many
// runs: [Service.Sweep] erases them later.
func (s *Service) DeleteJob(ctx context.Context, actor teams.Actor, jobID string, when ...Precondition) error {
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Delete, kind: JobDeleted, when: when,
		read:   func(ctx context.Context, l *ledger, _ edit) error { return s.refuseDependents(ctx, actor, l) },
		decide: func(l *ledger, e edit) (storage.Change, error) { return l.remove(e), nil },
	})
	return err
}

// remove is the change that removes the job. If the job ever had a run, a scheduler
// looks at its tombstone.
func (l *ledger) remove(e edit) storage.Change {
	tombstone := remains{}.record(l.ref())
	if l.lastRunNumber > 0 {
		tombstone.WakeAt = e.at
	}
	return storage.Change{Tombstone: tombstone, ForbidScope: dependencyScope + l.Key}
}
