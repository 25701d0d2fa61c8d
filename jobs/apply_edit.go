package jobs

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// applyEdit changes a job to match a document, in one commit.
func (s *Service) applyEdit(ctx context.Context, actor teams.Actor, jobID string, want *ledger) (Applied, error) {
	var p applyPlan
	var r applyReads
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.View, kinds: func() []EventKind { return p.kinds() },
		read: func(ctx context.Context, l *ledger, e edit) (err error) {
			if p = l.compare(want); !p.isEmpty() {
				r, err = s.readApply(ctx, actor, l, &p, e)
			}
			return err
		},
		decide: func(l *ledger, e edit) (storage.Change, error) { return l.decideApply(&p, r, e) },
	})
	return Applied{JobKey: want.Key, Action: p.action(), Changes: p.changes}, err
}

// applyReads are what the decision about a plan needs, beside the job.
type applyReads struct {
	activation
	resumption scheduleEnd
}

// readApply checks that the plan may be carried out, and reads what decideApply
// needs.
func (s *Service) readApply(ctx context.Context, actor teams.Actor, l *ledger, p *applyPlan, e edit) (r applyReads, err error) {
	if err := s.mayApply(ctx, actor, l, p); err != nil {
		return r, err
	}
	if p.publishes && l.DraftVersion != 0 {
		return r, draftExists(l)
	}
	if err := p.patch.validate(l, e.at); err != nil {
		return r, err
	}
	errs, err := s.checkGranted(ctx, l.OrganizationID, p.grants)
	if err != nil {
		return r, err
	}
	if p.publishes {
		r.activation, err = s.readPublication(ctx, actor, l, p.definition, e)
	}
	if err := joinFields(errs, err); err != nil {
		return r, err
	}
	if p.patch.resumes(l) {
		r.resumption, err = s.readResumption(ctx, l, e)
	}
	return r, err
}

// mayApply returns ErrForbidden unless the actor may do everything in a plan.
func (s *Service) mayApply(ctx context.Context, actor teams.Actor, l *ledger, p *applyPlan) error {
	if p.publishes || p.isPatched {
		if err := s.may(ctx, actor, teams.Edit, l); err != nil {
			return err
		}
	}
	if p.grants == nil && p.revokes == nil {
		return nil
	}
	return s.may(ctx, actor, teams.ChangeGrants, l)
}

// checkGranted asks the directory for the teams that are to be added.
func (s *Service) checkGranted(ctx context.Context, organizationID string, ids []string) (errs versions.FieldErrors, err error) {
	if ids == nil {
		return nil, nil
	}
	found, err := s.opts.Directory.Teams(ctx, organizationID, ids)
	if err != nil {
		return nil, directoryError("teams", err)
	}
	for _, id := range ids {
		if _, ok := found[id]; !ok {
			errs.Add("teamIds", fmt.Sprintf("%q names no team of the organization", id))
		}
	}
	return errs, nil
}

// decideApply carries out a plan. The patch comes before the version: a pause must
// start nothing of the old schedule, and a resumed job counts the new schedule from
// now.
func (l *ledger) decideApply(p *applyPlan, r applyReads, e edit) (change storage.Change, err error) {
	if p.isEmpty() {
		return change, errUnchanged
	}
	if p.isPatched {
		if change, err = l.decideUpdate(p.patch, r.resumption, e); err != nil {
			return change, fmt.Errorf("change what no version defines: %w", err)
		}
	}
	if p.publishes {
		v := l.startDraft(r.checked, e)
		l.dropDraft()
		published, err := l.publish(&v, r.activation, e)
		if err != nil {
			return change, err
		}
		change = together(change, published)
	}
	if p.grants != nil || p.revokes != nil {
		l.grant(p.grants, e)
		for _, id := range p.revokes {
			l.revoke(id)
		}
		l.touch(e)
	}
	return change, nil
}

// together joins the changes of two decisions about a job. The second decision was
// made on the result of the first.
func together(first, then storage.Change) storage.Change {
	then.PutRuns = append(first.PutRuns, then.PutRuns...)
	then.PutTicks = append(first.PutTicks, then.PutTicks...)
	then.Events = append(first.Events, then.Events...)
	if then.TrimTicks.IsZero() {
		then.TrimTicks = first.TrimTicks
	}
	if then.Wake == nil {
		then.Wake = first.Wake
	}
	return then
}
