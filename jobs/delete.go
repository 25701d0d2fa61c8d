package jobs

import (
	"context"
	"log/slog"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// sweepChunk bounds how many leftovers one deletion erases by itself.
const sweepChunk = 1000

// DeleteJob removes a job with its versions, runs and grants. It is an admin's
// to do. A job that others' active versions depend on is not removed: a
// [*ConflictError].
//
// Runs that the engine has are cancelled there by a [Scheduler], which repeats
// that until it is acknowledged; a late report on one is [ErrNotFound], the
// engine's order to stop.
//
// The job is gone for every reader at once; what it leaves behind in the store
// is erased then and there as far as one chunk goes, and by [Service.Sweep].
func (s *Service) DeleteJob(ctx context.Context, actor teams.Actor, jobID string, when ...Precondition) error {
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Delete, operation: JobDeleted, when: when,
		decide: func(ctx context.Context, l *ledger, e edit) (Change, error) {
			if err := s.refuseDependents(ctx, actor, l); err != nil {
				return Change{}, err
			}
			owed, err := s.remainsOf(ctx, l)
			if err != nil {
				return Change{}, err
			}
			tombstone := owed.record(l.ref())
			if tombstone.Owed {
				tombstone.WakeAt = e.at
			}
			return Change{Tombstone: tombstone, ForbidDependents: l.Key}, nil
		},
	})
	if err != nil {
		return err
	}
	if _, err := s.store.Sweep(ctx, sweepChunk); err != nil {
		s.opts.Logger.WarnContext(ctx, "jobledger: clean up after a deleted job", slog.String("job", jobID), slog.Any("error", err))
	}
	return nil
}

// Sweep erases up to limit records that deleted jobs left behind, in all
// organizations, and returns how many. Zero means that none is left. An
// embedder that deletes jobs with many runs calls it from time to time.
func (s *Service) Sweep(ctx context.Context, limit int) (int, error) {
	if limit < 1 {
		return 0, versions.FieldErrors{{Field: "limit", Detail: "must be at least 1"}}
	}
	erased, err := s.store.Sweep(ctx, limit)
	if err != nil {
		return 0, storeError("sweep", err)
	}
	return erased, nil
}
