package jobs

import (
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// The errors of the [Service]. It also returns [versions.FieldErrors] for
// invalid input, [*ConflictError], [teams.ErrUnauthenticated], and the context's
// errors when it ended before anything was written. A [storage.ErrInvalid] is a
// bug in this library.
var (
	// ErrNotFound: there is no such thing, or the actor may not see it.
	ErrNotFound = storage.ErrNotFound
	// ErrOutcomeUnknown: the change may or may not have been made, and the
	// service could not find out.
	ErrOutcomeUnknown = storage.ErrOutcomeUnknown
	// ErrOutdated: a newer version of the library has taken over the store.
	// Nothing was written, and this process must be upgraded.
	ErrOutdated = storage.ErrOutdated
	// ErrForbidden: the actor sees the job but may not do this.
	ErrForbidden = errors.New("jobs: forbidden")
	// ErrPrecondition: a [Precondition] does not hold.
	ErrPrecondition = errors.New("jobs: precondition failed")
	// ErrNoDraft: publishing a job that has no draft.
	ErrNoDraft = errors.New("jobs: there is no draft to publish")
	// ErrCursorLost: events behind this place of the journal are kept no longer,
	// or the place is not reached yet, since an older journal was restored.
	ErrCursorLost = errors.New("jobs: the journal cannot be read on from here")
	// ErrBusy: other writers won every race for the job; nothing was
	// written, and the same call may be made again.
	ErrBusy = errors.New("jobs: too many writers on one job")
	// ErrUnavailable: the store, the directory or the policy cannot answer;
	// nothing was written, and the same call may be made again.
	ErrUnavailable = errors.New("jobs: unavailable")
	// ErrCopyDiffers: [Copy] found a record of the organization in the target
	// that the source does not have, or has otherwise. The target holds other
	// data of the organization, or somebody wrote to one of the two stores
	// meanwhile.
	ErrCopyDiffers = errors.New("jobs: the organization is not the same in both stores")
)

// Conflict says why the state of a job does not allow an operation.
type Conflict string

// The conflicts.
const (
	// ConflictKeyTaken: another job of the organization has the key.
	ConflictKeyTaken Conflict = "job_key_taken"
	// ConflictDraftExists: the job has a draft already.
	ConflictDraftExists Conflict = "draft_exists"
	// ConflictVersion: the active version is not the one that was expected.
	ConflictVersion Conflict = "version_mismatch"
	// ConflictLastTeam: a job keeps at least one team.
	ConflictLastTeam Conflict = "last_team"
	// ConflictDependents: other jobs' active versions depend on the job.
	ConflictDependents Conflict = "has_dependents"
	// ConflictRunState: the run is not in a state for this.
	ConflictRunState Conflict = "run_state"
	// ConflictRunDeleted: the run of an Idempotency-Key was deleted.
	ConflictRunDeleted Conflict = "run_deleted"
)

// ConflictError is an operation that the state of the job does not allow.
type ConflictError struct {
	Conflict Conflict
	// Detail is for people, and safe to show to the actor.
	Detail string
	// JobKeys are, for ConflictDependents, those dependents that the actor
	// may see: the 100 oldest, in the order of their keys.
	JobKeys []string
}

// Error returns the detail, after the name of the package.
func (e *ConflictError) Error() string { return "jobs: " + e.Detail }

func conflict(kind Conflict, format string, args ...any) error {
	return &ConflictError{Conflict: kind, Detail: fmt.Sprintf(format, args...)}
}
