package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"maps"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// CreateRun makes a run of a job's active version; the job may be paused. The run
// is pending until a [Scheduler] claims it for its engine. The concurrency policy
// does not refuse it. Preconditions here, and in all operations on runs, are about
// the job's edition. It returns [versions.FieldErrors] for invalid values, and a
// [*ConflictError] when the run of this IdempotencyKey was deleted.
func (s *Service) CreateRun(ctx context.Context, actor teams.Actor, jobID string, n NewRun, when ...Precondition) (Run, error) {
	if n.IdempotencyKey != "" {
		if rule := versions.CheckKey(n.IdempotencyKey); rule != "" {
			return Run{}, versions.FieldErrors{{Field: "Idempotency-Key", Detail: rule}}
		}
	}
	return s.addRun(ctx, addition{actor: actor, jobID: jobID, key: n.IdempotencyKey, when: when, build: n.build})
}

// RetryRun makes a new run that repeats one that has ended: with the same version,
// parameters and nominal time. It returns a [*ConflictError] when the run has not
// ended.
func (s *Service) RetryRun(ctx context.Context, actor teams.Actor, jobID, runID string, when ...Precondition) (Run, error) {
	var old runLedger
	read := func(ctx context.Context, l *ledger, _ edit) (err error) {
		old, err = s.memberRun(ctx, l, runID)
		return err
	}
	return s.addRun(ctx, addition{actor: actor, jobID: jobID, when: when, read: read, build: func(l *ledger, e edit) (runLedger, error) {
		if !old.Status.Terminal() {
			return runLedger{}, conflict(ConflictRunState, "the run is %s: only a run that has ended can be retried", old.Status)
		}
		return l.repeat(&old, e), nil
	}})
}

// addition is one operation that adds a run to a job.
type addition struct {
	actor teams.Actor
	jobID string
	// key, unless empty, makes the run's ID a function of job, member and key, so
	// that a repeated call finds the run.
	key  string
	when []Precondition
	// read is as in [editing]; build makes the run and does no I/O.
	read  func(context.Context, *ledger, edit) error
	build func(*ledger, edit) (runLedger, error)
}

// addRun inserts the run that an addition builds. It makes the ID once for the
// call, and again only when another run has that ID.
func (s *Service) addRun(ctx context.Context, a addition) (_ Run, err error) {
	id := derivedID(a.jobID, a.actor.MemberID, a.key)
	if a.key == "" {
		if id, err = s.newID(ctx); err != nil {
			return Run{}, err
		}
	}
	var run runLedger
	look, known := a.key != "", false // a new ID is looked up only after a lost race
	l, err := s.edit(ctx, editing{
		actor: a.actor, jobID: a.jobID, action: teams.Operate, kind: RunCreated, when: a.when,
		read: func(ctx context.Context, l *ledger, e edit) (err error) {
			if look {
				switch run, err = s.readAnyRun(ctx, l.ref(), id); {
				case errors.Is(err, ErrNotFound):
				case err != nil:
					return err
				case a.key == "":
					if id, err = s.newID(ctx); err != nil {
						return err
					}
				case run.deleted:
					return conflict(ConflictRunDeleted, "the run of this Idempotency-Key was deleted")
				default:
					known = true
					return nil
				}
			}
			if look = true; a.read == nil {
				return nil
			}
			return a.read(ctx, l, e)
		},
		decide: func(l *ledger, e edit) (_ storage.Change, err error) {
			if known {
				return storage.Change{}, errUnchanged
			}
			if run, err = a.build(l, e); err != nil {
				return storage.Change{}, err
			}
			run.ID, run.keyed = id, a.key != ""
			l.noteNewest(&run)
			return storage.Change{PutRuns: []storage.RunRecord{run.record(s.opts.Runs)}}, nil
		},
	})
	if err != nil {
		return Run{}, err
	}
	return run.shown(l.Key, s.now()), nil
}

// noteNewest makes a run the job's latest one, unless it queues.
func (l *ledger) noteNewest(r *runLedger) {
	if !r.isQueued() {
		l.latestRunID = r.ID
	}
}

// newRun makes a run of the active version that may be dispatched at once.
func (l *ledger) newRun(trigger Trigger, e edit) runLedger {
	return l.newRunOf(l.CurrentVersion, trigger, e)
}

// repeat makes a run that repeats another, for the same tick.
func (l *ledger) repeat(old *runLedger, e edit) runLedger {
	r := l.newRunOf(old.JobVersion, TriggerRetry, e)
	r.RetryOf, r.NominalAt, r.ResourceCleanupMode = old.ID, old.NominalAt, old.ResourceCleanupMode
	r.Parameters = maps.Clone(old.Parameters)
	return r
}

// newRunOf gives a run the next number, and counts it for its version.
func (l *ledger) newRunOf(version int, trigger Trigger, e edit) runLedger {
	l.lastRunNumber++
	l.countsOf(version).started++
	return runLedger{
		Run: Run{
			OrganizationID:      l.OrganizationID,
			JobID:               l.ID,
			Number:              l.lastRunNumber,
			JobVersion:          version,
			Status:              RunPending,
			Trigger:             trigger,
			Attempt:             1,
			ResourceCleanupMode: CleanupAlways,
			Parameters:          maps.Clone(l.Version.Parameters),
			CreatedAt:           e.at,
			CreatedBy:           e.memberID,
			UpdatedAt:           e.at,
			UpdatedBy:           e.memberID,
		},
		stepAt: e.at,
		trace:  e.trace,
	}
}

// derivedID is a run ID. The same parts always give the same ID.
func derivedID(parts ...string) string {
	hash := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(hash, "%d:%s", len(part), part)
	}
	return base32.StdEncoding.EncodeToString(hash.Sum(nil))[:10]
}

// JobRun returns a run. It returns [ErrNotFound] when the job or the run does not
// exist, or when the actor may not see the job.
func (s *Service) JobRun(ctx context.Context, actor teams.Actor, jobID, runID string) (Run, error) {
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return Run{}, err
	}
	r, err := s.memberRun(ctx, &l, runID)
	return r.shown(l.Key, s.now()), err
}

// ReleaseRun releases a run that waits for its release or for a time: the run
// becomes ready. It returns a [*ConflictError] when the run is not pending, or
// waits for anything else.
func (s *Service) ReleaseRun(ctx context.Context, actor teams.Actor, jobID, runID string, when ...Precondition) (Run, error) {
	return s.editRun(ctx, runEditing{
		actor: actor, jobID: jobID, runID: runID, action: teams.Operate, kind: RunReleased, when: when,
		decide: func(r *runLedger, e edit) error {
			if r.Status != RunPending || r.waitsFor != nothing && r.waitsFor != itsRelease && r.waitsFor != itsTime {
				return conflict(ConflictRunState, "the run is %s: only a pending run that waits for its release or a time can be released", r.Status)
			}
			r.startAt(e.at, e.at)
			r.UpdatedAt, r.UpdatedBy = e.at, e.memberID
			return nil
		},
	})
}

// CancelRun asks a run to stop. A run that no engine has is cancelled at once.
// Otherwise the run ends when the engine reports that it has stopped, or when
// RunOptions.CancelGrace is over. To ask again changes nothing and succeeds.
// CancelRun returns a [*ConflictError] when the run has ended.
func (s *Service) CancelRun(ctx context.Context, actor teams.Actor, jobID, runID string, when ...Precondition) (Run, error) {
	return s.editRun(ctx, runEditing{
		actor: actor, jobID: jobID, runID: runID, action: teams.Operate, kind: RunCancelRequested, when: when,
		decide: func(r *runLedger, e edit) error {
			if r.Status.Terminal() {
				return conflict(ConflictRunState, "the run is %s", r.Status)
			}
			if !r.CancelRequestedAt.IsZero() {
				return errUnchanged
			}
			r.requestCancel(e.memberID, "cancelled by "+e.memberID, s.opts.Runs, e.at)
			return nil
		},
	})
}

// DeleteRun removes a run that has ended. Only an admin may. It returns a
// [*ConflictError] when the run has not ended.
func (s *Service) DeleteRun(ctx context.Context, actor teams.Actor, jobID, runID string, when ...Precondition) error {
	var r runLedger
	var newest string // the job's newest run without this one
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Delete, kind: RunDeleted, when: when,
		read: func(ctx context.Context, l *ledger, _ edit) (err error) {
			if r, err = s.memberRun(ctx, l, runID); err == nil && l.latestRunID == runID {
				newest, err = s.newestRunBut(ctx, l.ref(), runID)
			}
			return err
		},
		decide: func(l *ledger, _ edit) (storage.Change, error) {
			if !r.Status.Terminal() {
				return storage.Change{}, conflict(ConflictRunState, "the run is %s: only a run that has ended can be deleted", r.Status)
			}
			if l.latestRunID == runID {
				l.latestRunID = newest
			}
			if r.delete(); !r.removable() {
				return storage.Change{PutRuns: []storage.RunRecord{r.record(s.opts.Runs)}}, nil
			}
			return storage.Change{RemoveRuns: []storage.RunGuard{{ID: runID, Revision: r.revision}}}, nil
		},
	})
	return err
}
