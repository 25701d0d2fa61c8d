package jobs

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// PublishDraft makes the draft the active version. The cluster and the
// dependencies are checked now: they must exist, the cluster be active, and no
// cycle be closed. [ErrNoDraft] without a draft.
func (s *Service) PublishDraft(ctx context.Context, actor teams.Actor, jobID string, when ...Precondition) (Job, error) {
	l, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: VersionPublished, onDraft: true, when: when,
		decide: func(l *ledger, e edit) (storage.Change, error) {
			if l.DraftVersion == 0 {
				return storage.Change{}, ErrNoDraft
			}
			draft, err := s.currentDraft(ctx, l)
			if err != nil {
				return storage.Change{}, err
			}
			l.dropDraft()
			draft.UpdatedAt, draft.UpdatedBy = e.at, e.memberID
			change, err := s.publish(ctx, actor, l, &draft, e)
			change.RemoveDraft = true
			return change, err
		},
	})
	return l.Job, err
}

// PublishVersion makes a version from the active one and the patch, and makes
// it active: what CreateDraft, UpdateDraft and PublishDraft do, in one step. A
// job that has a draft is a [*ConflictError].
func (s *Service) PublishVersion(ctx context.Context, actor teams.Actor, jobID string, patch versions.Patch, when ...Precondition) (versions.Version, error) {
	l, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: VersionPublished, when: when,
		decide: func(l *ledger, e edit) (storage.Change, error) {
			if l.DraftVersion != 0 {
				return storage.Change{}, draftExists(l)
			}
			v := l.startDraft(patch, e)
			l.dropDraft()
			return s.publish(ctx, actor, l, &v, e)
		},
	})
	return l.Version, err
}

// publish checks a version, adds it to the ledger and makes it active.
func (s *Service) publish(ctx context.Context, actor teams.Actor, l *ledger, v *versions.Version, e edit) (storage.Change, error) {
	if err := s.validate(v); err != nil {
		return storage.Change{}, err
	}
	change, err := s.makeActive(ctx, actor, l, v, e)
	if err != nil {
		return storage.Change{}, err
	}
	change.AddVersions = []storage.VersionRecord{versionRecord(l.ref(), *v)}
	return change, nil
}

// makeActive makes a valid version the active one: what it refers to is there,
// and what was due under the version before it is settled.
func (s *Service) makeActive(ctx context.Context, actor teams.Actor, l *ledger, v *versions.Version, e edit) (storage.Change, error) {
	var change storage.Change
	found, err := s.guardReferences(ctx, actor, l, v.Definition, &change)
	if err != nil {
		return storage.Change{}, err
	}
	if err := s.newSchedule(ctx, l, v.CronExpression, found, &change, e); err != nil {
		return storage.Change{}, err
	}
	l.activate(v, e)
	return change, nil
}

// ActivateVersion makes an older published version the active one, after the
// same checks as PublishDraft. A number that is not published is
// [ErrNotFound], a draft in the way a [*ConflictError]. Activating the active
// version changes nothing and succeeds.
func (s *Service) ActivateVersion(ctx context.Context, actor teams.Actor, jobID string, number int, when ...Precondition) (Job, error) {
	l, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: VersionActivated, when: when,
		decide: func(l *ledger, e edit) (storage.Change, error) {
			if number < 1 || number > versions.MaxNumber {
				return storage.Change{}, versions.FieldErrors{{Field: "version", Detail: fmt.Sprintf("must be 1 to %d", versions.MaxNumber)}}
			}
			v, err := s.readVersion(ctx, l, number)
			if err != nil {
				return storage.Change{}, err
			}
			if l.DraftVersion != 0 {
				return storage.Change{}, draftExists(l)
			}
			if number == l.CurrentVersion {
				return storage.Change{}, errUnchanged
			}
			return s.makeActive(ctx, actor, l, &v, e)
		},
	})
	return l.Job, err
}

// readVersion reads a published version of a job.
func (c *core) readVersion(ctx context.Context, l *ledger, number int) (versions.Version, error) {
	record, err := c.store.Version(ctx, l.ref(), number)
	if err != nil {
		return versions.Version{}, storeError(fmt.Sprintf("read version %d of job %s", number, l.ID), err)
	}
	return decodeVersion(record)
}
