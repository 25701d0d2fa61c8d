package jobs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// ApplyOptions change what [Service.Apply] does. The zero value, and nil, work.
type ApplyOptions struct {
	// Prune also deletes the jobs that no document names, of those that the
	// actor sees and may delete. It needs at least one document.
	Prune bool
	// DryRun writes nothing. The results say what would be done.
	DryRun bool
}

// ApplyAction is what [Service.Apply] did about a job.
type ApplyAction string

// The actions.
const (
	// ApplyCreated: there was no such job.
	ApplyCreated ApplyAction = "created"
	// ApplyUpdated: what no version defines was changed: the job's description,
	// status, labels or teams.
	ApplyUpdated ApplyAction = "updated"
	// ApplyPublished: a new version was published, and what else differs changed.
	ApplyPublished ApplyAction = "published"
	// ApplyUnchanged: the job is as its document says.
	ApplyUnchanged ApplyAction = "unchanged"
	// ApplyDeleted: no document names the job.
	ApplyDeleted ApplyAction = "deleted"
	// ApplyRefused: nothing of the job was changed; Errors says why.
	ApplyRefused ApplyAction = "refused"
)

// Applied is what [Service.Apply] did about one job.
type Applied struct {
	JobKey string
	Action ApplyAction
	// Changes are what differed between the job and its document; none of a job
	// that was created or deleted.
	Changes []versions.Change
	// Errors are why the job was refused. A fault that is of no one field has no
	// Field.
	Errors versions.FieldErrors
}

// Apply makes jobs be as documents say, and calls visit with what it did about
// each. A document says all of a job but its history: what it leaves out is the
// default. A job that is as its document says is left alone, so that the same
// documents may be applied again at any time, also after a lost reply; one of a job
// that was to be paused until an instant that is over is of an active job.
//
// All documents are read before anything is written. If one is not valid, names
// a key that another names, or closes a cycle with others, nothing is written and
// the error is a [versions.FieldErrors] of all faults, with fields such as
// "jobs[3].cronExpression". The sequence may yield such errors itself, with the
// fields of its job, and with the job when the rest of it is to be checked too; any
// other error ends it.
//
// Then each job is one atomic change, dependencies before their dependents:
// created; or what differs of its definition published as one new version,
// together with what else differs. A job that cannot be made so is refused, and
// the others go on. Which are refused: a job that the actor may not change so (a
// change of teams is an admin's to do), one whose definition differs and which has
// a draft, one that refers to what is not there, one that cannot be read. The
// description is part of the version that is published; when it alone differs, no
// version is.
//
// Options are looked at when all documents are read. An error that comes later,
// when the store does not answer or visit fails, ends it in the middle: what was
// visited is done.
func (s *Service) Apply(ctx context.Context, actor teams.Actor, documents iter.Seq2[NewJob, error], opts *ApplyOptions, visit func(Applied) error) error {
	if err := checkActor(actor); err != nil {
		return err
	}
	docs, err := s.readDocuments(ctx, documents)
	if err != nil {
		return err
	}
	order, err := docs.order()
	if err != nil {
		return err
	}
	if opts == nil {
		opts = &ApplyOptions{}
	}
	if opts.Prune && len(docs.list) == 0 {
		return versions.FieldErrors{{Field: "jobs", Detail: "must name at least one job to keep when the others are deleted"}}
	}
	on := s
	if opts.DryRun {
		on = s.rehearsal()
	}
	if err := on.applyAll(ctx, actor, docs, order, visit); err != nil || !opts.Prune {
		return err
	}
	return on.prune(ctx, actor, docs, visit)
}

// findApplied is how many jobs are read at once, with their documents.
const findApplied = 20

// applyAll applies documents in an order.
func (s *Service) applyAll(ctx context.Context, actor teams.Actor, docs *documents, order []int, visit func(Applied) error) error {
	for part := range slices.Chunk(order, findApplied) {
		keys := make([]string, len(part))
		for i, at := range part {
			keys[i] = docs.list[at].key
		}
		found, err := s.findByKey(ctx, actor.OrganizationID, keys...)
		if err != nil {
			return err
		}
		for _, at := range part {
			want, err := docs.take(at)
			if err != nil {
				return err
			}
			result, err := s.applyOne(ctx, actor, want, found[want.Key])
			if err != nil {
				return err
			}
			if err := visit(result); err != nil {
				return err
			}
		}
	}
	return nil
}

// findByKey reads jobs with their documents.
func (s *Service) findByKey(ctx context.Context, organizationID string, keys ...string) (map[string]*storage.JobRecord, error) {
	found, err := s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: organizationID, Keys: keys})
	if err != nil {
		return nil, storeError("find jobs by key", err)
	}
	byKey := make(map[string]*storage.JobRecord, len(found.Jobs))
	for i := range found.Jobs {
		byKey[found.Jobs[i].Key] = &found.Jobs[i].JobRecord
	}
	return byKey, nil
}

// applyAgain bounds how often a job is looked for anew that was created or
// removed meanwhile.
const applyAgain = 4

// applyOne applies one document; found is the job of that key, nil for none.
func (s *Service) applyOne(ctx context.Context, actor teams.Actor, want ledger, found *storage.JobRecord) (result Applied, err error) {
	for range applyAgain {
		if result, err = s.applyTo(ctx, actor, &want, found); err == nil {
			return result, nil
		}
		taken, isConflict := errors.AsType[*ConflictError](err)
		created := found == nil && isConflict && taken.Conflict == ConflictKeyTaken
		removed := found != nil && errors.Is(err, ErrNotFound)
		if !created && !removed {
			break
		}
		again, err := s.findByKey(ctx, actor.OrganizationID, want.Key)
		if err != nil {
			return result, err
		}
		found = again[want.Key]
	}
	return refused(want.Key, result.Changes, err)
}

func (s *Service) applyTo(ctx context.Context, actor teams.Actor, want *ledger, found *storage.JobRecord) (Applied, error) {
	result := Applied{JobKey: want.Key}
	if found == nil {
		result.Action = ApplyCreated
		return result, s.applyNew(ctx, actor, want)
	}
	sees, err := s.sees(ctx, actor, found)
	switch {
	case err != nil:
		return result, err
	case !sees: // which is told as it is to whoever creates the job
		return result, s.applyNew(ctx, actor, want)
	}
	var l ledger
	if err := s.read(ctx, found, &l); err != nil {
		return result, errUnreadable
	}
	if p := l.compare(want); p.isEmpty() {
		result.Action = ApplyUnchanged
		return result, nil
	}
	return s.applyEdit(ctx, actor, l.ID, want)
}

var errUnreadable = versions.FieldErrors{{Detail: "the job is there, but what is stored of it cannot be read"}}

// applyNew creates the job of a document whose values are right.
func (s *Service) applyNew(ctx context.Context, actor teams.Actor, want *ledger) error {
	return second(s.createChecked(ctx, actor, want.newJob(), want.Version.JobType))
}

func second[T any](_ T, err error) error { return err }

// refused is the result of a job that cannot be made as its document says. An
// error that is not about this job ends the operation.
func refused(key string, changes []versions.Change, err error) (Applied, error) {
	result := Applied{JobKey: key, Action: ApplyRefused, Changes: changes}
	if fields, ok := errors.AsType[versions.FieldErrors](err); ok {
		result.Errors = fields
		return result, nil
	}
	if conflict, ok := errors.AsType[*ConflictError](err); ok {
		result.Errors.Add("", conflict.Detail)
		return result, nil
	}
	if refusal, ok := errors.AsType[*RefusalError](err); ok {
		result.Errors.Add("", refusal.Detail)
		return result, nil
	}
	for _, known := range refusals {
		if errors.Is(err, known.err) && !errors.Is(err, ErrOutcomeUnknown) {
			result.Errors.Add("", known.detail)
			return result, nil
		}
	}
	return result, fmt.Errorf("apply job %q: %w", key, err)
}

// refusals are the errors that are about one job.
var refusals = []struct {
	err    error
	detail string
}{
	{ErrBusy, "too many writers on the job: nothing of it was changed, apply again"},
	{ErrNotFound, "the job was created and removed again meanwhile: apply again"},
}
