package jobs

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// JobPatch changes what belongs to the job and not to a version. A nil field
// changes nothing.
type JobPatch struct {
	// Key renames the job.
	Key *string
	// Status pauses or resumes the job. The schedule of a resumed job counts from
	// now: ticks of the pause make no runs.
	Status *Status
	// PausedUntil is when the pause ends by itself: a time in the future. The job
	// must be paused, or this patch must pause it. The zero time means that
	// somebody has to end the pause. Ticks up to PausedUntil get the verdict
	// paused. If a scheduler notices the end late, the missed-schedule policy
	// decides about the ticks after it.
	PausedUntil *time.Time
	// Labels replace all labels of the job; for bounds see [NewJob].
	Labels *map[string]string
	// Description replaces the job's description. Published versions keep theirs.
	Description *string
	// Version, when above 0, must be the number of the active version; otherwise
	// UpdateJob returns a [*ConflictError].
	Version int
}

// UpdateJob changes a job's key, status, pause, labels or description. It returns
// [versions.FieldErrors] for invalid values. It returns a [*ConflictError] when
// another job has the key, when Key changes and other jobs depend on this one, or
// when patch.Version is not the active version.
func (s *Service) UpdateJob(ctx context.Context, actor teams.Actor, jobID string, patch JobPatch, when ...Precondition) (Job, error) {
	var end scheduleEnd
	l, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: JobUpdated, when: when,
		read: func(ctx context.Context, l *ledger, e edit) (err error) {
			if err := patch.validate(l, e.at); err != nil {
				return err
			}
			if patch.Version > 0 && patch.Version != l.CurrentVersion {
				return conflict(ConflictVersion, "the active version is %d, not %d", l.CurrentVersion, patch.Version)
			}
			if patch.Key != nil && *patch.Key != l.Key {
				if err := s.guardRename(ctx, actor, l, *patch.Key); err != nil {
					return err
				}
			}
			if patch.resumes(l) {
				end, err = s.readResumption(ctx, l, e)
			}
			return err
		},
		decide: func(l *ledger, e edit) (storage.Change, error) { return l.decideUpdate(patch, end, e) },
	})
	return s.permitted(ctx, actor, l.Job), err
}

// resumes reports whether the patch ends a pause.
func (p JobPatch) resumes(l *ledger) bool {
	return p.Status != nil && *p.Status == Active && l.Status == Paused
}

// readResumption reads what endSchedule needs when an edit ends a pause. It checks
// that this process can read the schedule.
func (s *Service) readResumption(ctx context.Context, l *ledger, e edit) (scheduleEnd, error) {
	if _, err := readSchedule(l.Version.Definition); err != nil {
		return scheduleEnd{}, err
	}
	var dependencies []storage.JobRecord
	if l.joins() {
		found, err := s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: l.OrganizationID, Keys: l.Version.DependsOn, Brief: true})
		if err != nil {
			return scheduleEnd{}, storeError("find the dependencies of job "+l.ID, err)
		}
		for i := range found.Jobs {
			dependencies = append(dependencies, found.Jobs[i].JobRecord)
		}
	}
	return s.readEnd(ctx, l, dependencies, e)
}

// decideUpdate applies a patch that is valid.
func (l *ledger) decideUpdate(patch JobPatch, end scheduleEnd, e edit) (change storage.Change, err error) {
	if patch.Key != nil && *patch.Key != l.Key {
		change.ForbidScope = dependencyScope + l.Key
	}
	if patch.Status != nil && *patch.Status == Paused {
		change.Wake = l.releases(e.at)
	}
	if patch.resumes(l) {
		if err := l.endSchedule(&change, end); err != nil {
			return change, err
		}
	}
	if !l.update(patch, e) {
		return change, errUnchanged
	}
	return change, nil
}

// guardRename refuses a key that another job has, and a rename when other jobs
// depend on this one.
func (s *Service) guardRename(ctx context.Context, actor teams.Actor, l *ledger, key string) error {
	links, err := s.resolve(ctx, actor, key, nil)
	if err != nil {
		return err
	}
	if links.keyOwner != "" {
		return keyTaken(key)
	}
	return s.refuseDependents(ctx, actor, l)
}

// validate checks a patch of a job.
func (p JobPatch) validate(l *ledger, now time.Time) error {
	var errs versions.FieldErrors
	if p.Key != nil {
		if rule := versions.CheckKey(*p.Key); rule != "" {
			errs.Add("jobKey", rule)
		}
	}
	if p.Status != nil {
		checkStatus(&errs, *p.Status)
	}
	if p.PausedUntil != nil {
		status, until := l.Status, canonical(*p.PausedUntil)
		if p.Status != nil {
			status = *p.Status
		}
		if !until.Equal(l.PausedUntil) || status != Paused {
			checkPausedUntil(&errs, status, until, now)
		}
	}
	if p.Labels != nil {
		checkLabels(&errs, *p.Labels)
	}
	if p.Description != nil {
		versions.CheckDescription(&errs, *p.Description)
	}
	if p.Version < 0 || p.Version > versions.MaxNumber {
		errs.Add("version", fmt.Sprintf("must be 0 to %d", versions.MaxNumber))
	}
	return errs.Err()
}

// pausing is the status of the job after the patch, and when its pause ends.
func (p JobPatch) pausing(l *ledger) (status Status, until time.Time) {
	status, until = l.Status, l.PausedUntil
	if p.Status != nil {
		status = *p.Status
	}
	if p.PausedUntil != nil {
		until = canonical(*p.PausedUntil)
	}
	if status != Paused {
		until = time.Time{}
	}
	return status, until
}

// update applies a valid patch, and reports whether it changed anything.
func (l *ledger) update(p JobPatch, e edit) (changed bool) {
	if p.Key != nil && *p.Key != l.Key {
		l.Key, changed = *p.Key, true
	}
	if p.Description != nil && *p.Description != l.Description {
		l.Description, changed = *p.Description, true
	}
	if p.Labels != nil && !maps.Equal(*p.Labels, l.Labels) {
		l.Labels, changed = maps.Clone(*p.Labels), true
	}
	switch status, until := p.pausing(l); {
	case status == l.Status && until.Equal(l.PausedUntil):
	case status == Paused:
		l.pause(e.at, until)
		changed = true
	default:
		l.Status, l.PausedUntil, changed = status, until, true
		l.reschedule(e.at)
	}
	if !changed {
		return false
	}
	l.touch(e)
	if p.Description != nil && l.draftFollows {
		l.draftEdition = l.lastEdition // the draft shows the new description
	}
	return true
}
