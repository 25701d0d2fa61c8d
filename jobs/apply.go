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

// ApplyOptions are the options of [Service.Apply]. Nil means the zero value.
type ApplyOptions struct {
	// Prune also deletes the jobs that no document names, if the actor may see and
	// delete them. Without any document, Apply returns [versions.FieldErrors].
	Prune bool
	// DryRun writes nothing. The results say what Apply would do.
	DryRun bool
}

// ApplyAction is what [Service.Apply] did about a job.
type ApplyAction string

// The actions.
const (
	// ApplyCreated: there was no such job.
	ApplyCreated ApplyAction = "created"
	// ApplyUpdated: the job's description, status, pause, labels or teams were
	// changed. No version was published.
	ApplyUpdated ApplyAction = "updated"
	// ApplyPublished: a new version was published. Other differences, if any, were
	// changed in the same commit.
	ApplyPublished ApplyAction = "published"
	// ApplyUnchanged: the job matches its document already.
	ApplyUnchanged ApplyAction = "unchanged"
	// ApplyDeleted: the job was deleted, because no document names it; see
	// ApplyOptions.Prune.
	ApplyDeleted ApplyAction = "deleted"
	// ApplyRefused: the job was not changed; Applied.Errors says why.
	ApplyRefused ApplyAction = "refused"
)

// Applied is what [Service.Apply] did about one job.
type Applied struct {
	JobKey string
	Action ApplyAction
	// Changes are the differences between the job and its document. Empty for a job
	// that was created or deleted.
	Changes []versions.Change
	// Errors say why the job was refused. Field is empty when an error is not about
	// one field.
	Errors versions.FieldErrors
}

// Apply creates and changes jobs until they match the documents, and calls visit
// with the result for each job. A document describes all of a job except its
// history: a field that it leaves out gets its default. Apply leaves a job alone
// that matches already. So the same documents may be applied again at any time,
// also after a lost reply. A document with a PausedUntil that has passed describes
// an active job.
//
// Apply reads all documents before it writes anything. It writes nothing if a
// document is invalid, if two documents have the same key, or if their dependencies
// form a cycle. It then returns [versions.FieldErrors] with all faults, at most
// 1,000; fields look like "jobs[3].cronExpression". The sequence may itself yield a
// [versions.FieldErrors] about one job. If it yields that job's Key too, Apply also
// checks the rest of the job. Any other error of the sequence ends Apply.
//
// Then Apply makes one atomic change for each job, dependencies before dependents.
// It creates the job or changes it. If the definition differs, Apply publishes one
// new version. If only the description differs, Apply changes the job's description
// and publishes no version. A job is refused, and Apply goes on with the others,
// when:
//   - the actor may not make this change (only an admin may change teams);
//   - the definition differs and the job has a draft;
//   - the document names a team, cluster or dependency that does not exist;
//   - the stored job cannot be read, or other writers win every race for it.
//
// Apply reads opts only after all documents. A later error stops Apply in the
// middle: the store does not answer, or visit returns an error. The jobs that were
// visited are done.
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

// findApplied is how many jobs Apply reads at once, with their documents.
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

// applyAgain bounds how often Apply looks a job up again because somebody created
// or removed it meanwhile.
const applyAgain = 4

// applyOne applies one document. found is the job with that key; nil for none.
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
	case !sees: // the answer is that of CreateJob: the key is taken
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

var errUnreadable = versions.FieldErrors{{Detail: "the job exists, but its stored data cannot be read"}}

// applyNew creates the job of a document. Its values were checked.
func (s *Service) applyNew(ctx context.Context, actor teams.Actor, want *ledger) error {
	return second(s.createChecked(ctx, actor, want.newJob(), want.Version.JobType))
}

func second[T any](_ T, err error) error { return err }

// refused is the result for a job that could not be changed. It returns an error
// that is not about this job, which ends Apply.
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
	{ErrBusy, "too many writers on the job: it was not changed, apply again"},
	{ErrNotFound, "somebody created or removed the job meanwhile: apply again"},
}
