package jobs

import (
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// The errors of the [Service]. It also returns [versions.FieldErrors] for invalid
// input, [*ConflictError], [teams.ErrUnauthenticated], and the context's error when
// the context ended before anything was written. [storage.ErrInvalid] means a bug
// in this library.
var (
	// ErrNotFound: the job, version, draft, run or grant does not exist, or the
	// actor may not see the job.
	ErrNotFound = storage.ErrNotFound
	// ErrOutcomeUnknown: the store's reply was lost, and the service could not find
	// out whether the change was made. Read the job before you try again.
	ErrOutcomeUnknown = storage.ErrOutcomeUnknown
	// ErrOutdated: a newer version of the library has changed the layout of the
	// store. Nothing was written. Upgrade this process.
	ErrOutdated = storage.ErrOutdated
	// ErrForbidden: the actor's roles, or the policy, do not allow this action.
	ErrForbidden = errors.New("jobs: forbidden")
	// ErrPrecondition: a [Precondition] does not hold. Nothing was written.
	ErrPrecondition = errors.New("jobs: precondition failed")
	// ErrNoDraft: the job has no draft to publish.
	ErrNoDraft = errors.New("jobs: there is no draft to publish")
	// ErrCursorLost: the journal cannot be read on from this Seq. Events after it
	// were erased by retention, or the store was restored from a backup that does
	// not reach it. Begin again at 0 or at [FromNow].
	ErrCursorLost = errors.New("jobs: the journal cannot be read on from here")
	// ErrBusy: other writers won 24 races for the job in a row. Nothing was
	// written. The same call may be made again.
	ErrBusy = errors.New("jobs: too many writers on one job")
	// ErrUnavailable: the store, the directory or the policy cannot answer now.
	// Nothing was written, except by the earlier steps of [Service.Apply] and
	// [Copy]. The same call may be made again.
	ErrUnavailable = errors.New("jobs: unavailable")
	// ErrCopyDiffers: [Copy] found a record of the organization in the target that
	// the source does not have, or that is different in the source. The target
	// holds other data of the organization, or somebody wrote to one of the two
	// stores during the copy.
	ErrCopyDiffers = errors.New("jobs: the organization is not the same in both stores")
)

// Conflict is the reason of a [ConflictError].
type Conflict string

// The conflicts.
const (
	// ConflictKeyTaken: another job of the organization has the key.
	ConflictKeyTaken Conflict = "job_key_taken"
	// ConflictDraftExists: the job has a draft already.
	ConflictDraftExists Conflict = "draft_exists"
	// ConflictVersion: the active version is not the one in JobPatch.Version.
	ConflictVersion Conflict = "version_mismatch"
	// ConflictLastTeam: the job is granted to no other team, and it must have one.
	ConflictLastTeam Conflict = "last_team"
	// ConflictDependents: the active versions of other jobs depend on the job.
	ConflictDependents Conflict = "has_dependents"
	// ConflictRunState: the run's status does not allow the operation, or too many
	// runs of backfills wait.
	ConflictRunState Conflict = "run_state"
	// ConflictRunDeleted: the run that this Idempotency-Key made was deleted.
	ConflictRunDeleted Conflict = "run_deleted"
)

// ConflictError means that the state of the job does not allow the operation.
// Nothing was written.
type ConflictError struct {
	Conflict Conflict
	// Detail is for people, and safe to show to the actor.
	Detail string
	// JobKeys are for ConflictDependents: the keys of dependents that the actor may
	// see, sorted. At most 100, those of the oldest jobs.
	JobKeys []string
}

// Error returns Detail, with the name of the package before it.
func (e *ConflictError) Error() string { return "jobs: " + e.Detail }

func conflict(kind Conflict, format string, args ...any) error {
	return &ConflictError{Conflict: kind, Detail: fmt.Sprintf(format, args...)}
}
