package jobs

import (
	"context"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// PublishDraft makes the draft the newest version, and active. The cluster must
// exist and be active, the dependencies must exist, and they must not form a cycle;
// otherwise it returns [versions.FieldErrors]. It returns [ErrNoDraft] when there
// is no draft.
//
// If the new version has the same cron expression, time zone, concurrency policy,
// missed-schedule policy and dependencies as the old one, the schedule is
// unchanged: due ticks, waiting runs and unused successes of dependencies stay.
// Otherwise the due ticks are decided by the old version's settings, in the same
// commit, and the new schedule counts from now.
func (s *Service) PublishDraft(ctx context.Context, actor teams.Actor, jobID string, when ...Precondition) (Job, error) {
	var draft versions.Version
	var a activation
	l, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: VersionPublished, onDraft: true, when: when,
		read: func(ctx context.Context, l *ledger, e edit) (err error) {
			if l.DraftVersion == 0 {
				return noDraft(ErrNoDraft)
			}
			if draft, err = s.currentDraft(ctx, l); err != nil {
				return err
			}
			a, err = s.readPublication(ctx, actor, l, draft.Definition, e)
			return err
		},
		decide: func(l *ledger, e edit) (storage.Change, error) {
			l.dropDraft()
			draft.Definition, draft.JobType = a.Definition, a.jobType
			draft.UpdatedAt, draft.UpdatedBy = e.at, e.memberID
			change, err := l.publish(&draft, a, e)
			change.RemoveDraft = true
			return change, err
		},
	})
	return s.permitted(ctx, actor, l.Job), err
}

// PublishVersion makes a new version from the active version and the patch, and
// makes it active: CreateDraft and PublishDraft in one step. It returns a
// [*ConflictError] when the job has a draft, and [versions.FieldErrors] as
// PublishDraft does.
func (s *Service) PublishVersion(ctx context.Context, actor teams.Actor, jobID string, patch versions.Patch, when ...Precondition) (versions.Version, error) {
	var a activation
	l, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: VersionPublished, when: when,
		read: func(ctx context.Context, l *ledger, e edit) (err error) {
			if l.DraftVersion != 0 {
				return draftExists(l)
			}
			a, err = s.readPublication(ctx, actor, l, patch.Apply(l.draftDefinition()), e)
			return err
		},
		decide: func(l *ledger, e edit) (storage.Change, error) {
			v := l.startDraft(a.checked, e)
			l.dropDraft()
			return l.publish(&v, a, e)
		},
	})
	return l.Version, err
}

// activation is what a decision to make a version active needs, beside the job.
type activation struct {
	checked
	// guards require that what the version refers to is unchanged.
	guards storage.Change
	// end is for the end of the old schedule; nil if the version does not change
	// the schedule.
	end *scheduleEnd
}

// readPublication checks the values of a definition, and then does what
// readActivation does.
func (s *Service) readPublication(ctx context.Context, actor teams.Actor, l *ledger, d versions.Definition, e edit) (activation, error) {
	c, err := s.check(ctx, d)
	if err != nil {
		return activation{}, err
	}
	a, err := s.readActivation(ctx, actor, l, c.Definition, e)
	a.checked = c
	return a, err
}

// readActivation reads what makeActive needs. It checks that what the version
// refers to exists, and that this process can read the schedule.
func (s *Service) readActivation(ctx context.Context, actor teams.Actor, l *ledger, d versions.Definition, e edit) (a activation, err error) {
	if _, err := readSchedule(d); err != nil {
		return a, err
	}
	guards, found, err := s.readReferences(ctx, actor, l, d)
	if a.guards = guards; err != nil || sameSchedule(l.Version.Definition, d) {
		return a, err
	}
	if d.CronExpression != "" {
		found = nil
	}
	end, err := s.readEnd(ctx, l, found, e)
	a.end = &end
	return a, err
}

// publish adds a version to the job and makes it active.
func (l *ledger) publish(v *versions.Version, a activation, e edit) (storage.Change, error) {
	change, err := l.makeActive(v, a, e)
	change.AddVersions = []storage.VersionRecord{versionRecord(l.ref(), *v)}
	return change, err
}

// makeActive makes a version the active one.
func (l *ledger) makeActive(v *versions.Version, a activation, e edit) (storage.Change, error) {
	change := a.guards
	if a.end == nil {
		if l.blocked && v.MaxConcurrentRuns != l.Version.MaxConcurrentRuns {
			l.wakeAt = e.at // more runs may start now
		}
		l.activate(v, e)
		return change, nil
	}
	err := l.endSchedule(&change, *a.end)
	l.activate(v, e)
	l.reschedule(e.at)
	return change, err
}

// ActivateVersion makes an older published version active again. It checks
// references as PublishDraft does, and has the same effect on the schedule. It
// returns [ErrNotFound] when the number is not published, and a [*ConflictError]
// when the job has a draft. To activate the active version changes nothing and
// succeeds.
func (s *Service) ActivateVersion(ctx context.Context, actor teams.Actor, jobID string, number int, when ...Precondition) (Job, error) {
	var v versions.Version
	var a activation
	l, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: VersionActivated, when: when,
		read: func(ctx context.Context, l *ledger, e edit) (err error) {
			if number < 1 || number > versions.MaxNumber {
				return versions.FieldErrors{{Field: "version", Detail: fmt.Sprintf("must be 1 to %d", versions.MaxNumber)}}
			}
			if v, err = s.readVersion(ctx, l, number); err != nil {
				return err
			}
			if l.DraftVersion != 0 {
				return draftExists(l)
			}
			if number != l.CurrentVersion {
				a, err = s.readActivation(ctx, actor, l, v.Definition, e)
			}
			return err
		},
		decide: func(l *ledger, e edit) (storage.Change, error) {
			if number == l.CurrentVersion {
				return storage.Change{}, errUnchanged
			}
			return l.makeActive(&v, a, e)
		},
	})
	return s.permitted(ctx, actor, l.Job), err
}

// readVersion reads a published version of a job.
func (c *core) readVersion(ctx context.Context, l *ledger, number int) (versions.Version, error) {
	record, err := c.store.Version(ctx, l.ref(), number)
	if errors.Is(err, storage.ErrNotFound) {
		return versions.Version{}, noVersion(l, number)
	}
	if err != nil {
		return versions.Version{}, storeError(fmt.Sprintf("read version %d of job %s", number, l.ID), err)
	}
	return decodeVersion(record)
}
