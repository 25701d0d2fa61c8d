package jobs

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Draft returns a job's draft. It returns [ErrNotFound] when there is none.
func (s *Service) Draft(ctx context.Context, actor teams.Actor, jobID string) (versions.Version, error) {
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return versions.Version{}, err
	}
	return s.readDraft(ctx, &l)
}

// readDraft reads the draft of a job. While nobody edits the draft's description,
// it shows the job's.
func (s *Service) readDraft(ctx context.Context, l *ledger) (versions.Version, error) {
	if l.DraftVersion == 0 {
		return versions.Version{}, noDraft(ErrNotFound)
	}
	record, err := s.store.Draft(ctx, l.ref())
	if err != nil {
		return versions.Version{}, storeError("read the draft of job "+l.ID, err)
	}
	draft, err := decodeVersion(record)
	if err != nil {
		return versions.Version{}, err
	}
	if draft.FollowsJob {
		draft.Description = l.Description
	}
	draft.Edition = max(draft.Edition, l.draftEdition)
	return draft, nil
}

// NewDraft says what draft [Service.CreateDraft] makes.
type NewDraft struct {
	// Patch is applied to the published version that the draft begins with.
	versions.Patch
	// From is the number of that published version; 0 means the active version.
	From int
}

// CreateDraft makes a draft: a copy of a published version, with the job's
// description, changed by the patch. It checks values; references to clusters and
// jobs are checked when the draft is published. It returns [versions.FieldErrors]
// for invalid values, and a [*ConflictError] when the job has a draft.
func (s *Service) CreateDraft(ctx context.Context, actor teams.Actor, jobID string, from NewDraft, when ...Precondition) (versions.Version, error) {
	var draft versions.Version
	var c checked
	var base versions.Version
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: DraftCreated, onDraft: true, when: when,
		read: func(ctx context.Context, l *ledger, _ edit) (err error) {
			if l.DraftVersion != 0 {
				return draftExists(l)
			}
			if base, err = s.readBase(ctx, l, from.From); err == nil {
				c, err = s.check(ctx, from.Apply(l.draftFrom(base)))
			}
			return err
		},
		decide: func(l *ledger, e edit) (storage.Change, error) {
			draft = l.startDraft(c, e)
			draft.BasedOn = base.Number
			l.touch(e)
			return putDraft(l, draft), nil
		},
	})
	return draft, err
}

// readBase reads the version that a draft begins with.
func (s *Service) readBase(ctx context.Context, l *ledger, number int) (versions.Version, error) {
	if number == 0 || number == l.CurrentVersion {
		return l.Version, nil
	}
	var v versions.Version
	err := ErrNotFound
	if number > 0 && number <= versions.MaxNumber {
		v, err = s.readVersion(ctx, l, number)
	}
	if errors.Is(err, ErrNotFound) {
		err = versions.FieldErrors{{Field: "from", Detail: fmt.Sprintf("must be a published version of the job: version %d is none", number)}}
	}
	return v, err
}

func draftExists(l *ledger) error {
	return conflict(ConflictDraftExists, "the job has a draft, version %d: publish or discard it first", l.DraftVersion)
}

func putDraft(l *ledger, draft versions.Version) storage.Change {
	return storage.Change{PutDraft: new(versionRecord(l.ref(), draft))}
}

// checked is a definition with checked values and with defaults filled in.
type checked struct {
	versions.Definition
	jobType versions.JobType
}

// check checks the values of a definition.
func (s *Service) check(ctx context.Context, d versions.Definition) (c checked, err error) {
	c.Definition, c.jobType, err = s.validate(ctx, d)
	return c, err
}

// UpdateDraft changes a job's draft. It returns [ErrNotFound] when there is no
// draft, and [versions.FieldErrors] for invalid values.
func (s *Service) UpdateDraft(ctx context.Context, actor teams.Actor, jobID string, patch versions.Patch, when ...Precondition) (versions.Version, error) {
	var draft versions.Version
	var c checked
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: DraftUpdated, onDraft: true, when: when,
		read: func(ctx context.Context, l *ledger, _ edit) (err error) {
			if draft, err = s.currentDraft(ctx, l); err == nil {
				c, err = s.check(ctx, patch.Apply(draft.Definition))
			}
			return err
		},
		decide: func(l *ledger, e edit) (storage.Change, error) {
			if len(versions.Diff(draft.Definition, c.Definition)) == 0 {
				return storage.Change{}, errUnchanged
			}
			l.putDraft(&draft, c, e)
			return putDraft(l, draft), nil
		},
	})
	return draft, err
}

// currentDraft reads the draft for an edit. If the draft was removed since the job
// was read, it returns [storage.ErrStale]. If the draft was changed, the commit
// will.
func (s *Service) currentDraft(ctx context.Context, l *ledger) (versions.Version, error) {
	draft, err := s.readDraft(ctx, l)
	if l.DraftVersion != 0 && errors.Is(err, ErrNotFound) {
		err = fmt.Errorf("%w: the draft of job %s", storage.ErrStale, l.ID)
	}
	return draft, err
}

// DiscardDraft removes a job's draft. Its number is not used again. It returns
// [ErrNotFound] when there is no draft.
func (s *Service) DiscardDraft(ctx context.Context, actor teams.Actor, jobID string, when ...Precondition) error {
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: DraftDiscarded, onDraft: true, when: when,
		decide: func(l *ledger, e edit) (storage.Change, error) {
			if l.DraftVersion == 0 {
				return storage.Change{}, noDraft(ErrNotFound)
			}
			l.dropDraft()
			l.touch(e)
			return storage.Change{RemoveDraft: true}, nil
		},
	})
	return err
}
