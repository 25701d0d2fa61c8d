package jobs

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Access is one decision: may this actor do this?
type Access struct {
	Actor  teams.Actor
	Action teams.Action
	// Job is what it is asked about: its ID, Key, Status and Grants. Nil for
	// [teams.Create] and [teams.Hold].
	Job *Job
	// TeamIDs are the teams that the job is granted to or, for
	// [teams.Create], is to be granted to.
	TeamIDs []string
	// Allowed is what roles alone decide.
	Allowed bool
}

// Policy narrows or widens what roles decide: it returns the decision that
// holds. An error means that it cannot decide now; nothing is then done, and
// the caller sees [ErrUnavailable].
//
// With a policy, lists without filters ask it about every job of the organization,
// so their cost follows the number of jobs and not the length of a page. Whoever
// reads many jobs has it asked about up to 16 at once; lists of jobs then ask which
// actions are allowed on those shown.
type Policy func(context.Context, Access) (allowed bool, err error)

// checkActor refuses an actor that names nobody.
func checkActor(a teams.Actor) error {
	if !versions.ValidID(a.OrganizationID) || !versions.ValidID(a.MemberID) {
		return fmt.Errorf("%w: the organization's and the member's ID %s", teams.ErrUnauthenticated, versions.IDRule)
	}
	return nil
}

// allowed decides about an existing job.
func (s *Service) allowed(ctx context.Context, actor teams.Actor, action teams.Action, l *ledger) (bool, error) {
	return s.decide(ctx, actor, action, &l.Job, l.stored.TeamIDs)
}

// decide decides about a job that stores show to these teams.
func (s *Service) decide(ctx context.Context, actor teams.Actor, action teams.Action, job *Job, teamIDs []string) (bool, error) {
	allowed := actor.RoleOn(teamIDs).Permits(action)
	if s.opts.Policy == nil {
		return allowed, nil
	}
	return s.askPolicy(ctx, Access{
		Actor:   actor,
		Action:  action,
		Job:     job,
		TeamIDs: job.TeamIDs(),
		Allowed: allowed,
	})
}

// seesBrief reports whether a record without its documents is enough to decide
// who sees a job.
func (s *Service) seesBrief() bool { return s.opts.Policy == nil }

// sees reports whether the actor may see a job, without decoding it where roles
// alone decide. What no policy can be asked about, nobody sees.
func (s *Service) sees(ctx context.Context, actor teams.Actor, record *storage.JobRecord) (bool, error) {
	if s.opts.Policy == nil {
		return actor.RoleOn(record.TeamIDs).Permits(teams.View), nil
	}
	var l ledger
	if !s.reads(ctx, record, &l) {
		return false, nil
	}
	return s.allowed(ctx, actor, teams.View, &l)
}

func (s *Service) askPolicy(ctx context.Context, a Access) (bool, error) {
	allowed, err := s.opts.Policy(ctx, a)
	if err != nil {
		return false, fmt.Errorf("%w: policy: %w", ErrUnavailable, err)
	}
	return allowed, nil
}

// may returns ErrForbidden when the actor, who sees the job, may not do this.
func (s *Service) may(ctx context.Context, actor teams.Actor, action teams.Action, l *ledger) error {
	ok, err := s.allowed(ctx, actor, action, l)
	if err == nil && !ok {
		err = forbidden(actor, action, l)
	}
	return err
}

// mayCreate returns ErrForbidden unless the actor may create jobs in every one
// of the teams. Whether a team exists makes no difference to an actor without
// a role in it.
func (s *Service) mayCreate(ctx context.Context, actor teams.Actor, teamIDs []string) error {
	allowed := true
	for _, id := range teamIDs {
		allowed = allowed && actor.RoleIn(id).Permits(teams.Create)
	}
	if s.opts.Policy != nil {
		var err error
		allowed, err = s.askPolicy(ctx, Access{Actor: actor, Action: teams.Create, TeamIDs: teamIDs, Allowed: allowed})
		if err != nil {
			return err
		}
	}
	if !allowed {
		return forbiddenIn(actor, teamIDs)
	}
	return nil
}
