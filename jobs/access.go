package jobs

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Access asks for one decision: may this actor do this action?
type Access struct {
	Actor  teams.Actor
	Action teams.Action
	// Job is the job that the action is on; nil for [teams.Create] and [teams.Hold].
	// A policy may read its ID, Key, Status and Grants. Status is empty for a
	// deleted job.
	Job *Job
	// TeamIDs are the teams that the job is granted to. For [teams.Create], they
	// are the teams that the new job is to be granted to.
	TeamIDs []string
	// Allowed is the decision that roles alone make.
	Allowed bool
}

// Policy makes the final decision about access. It may forbid what roles allow, and
// allow what roles forbid. An error means that it cannot decide now: the operation
// does nothing and returns [ErrUnavailable].
//
// A list of jobs without filters asks the policy about every job of the
// organization. So its cost grows with the number of jobs, not with the length of a
// page. A list of jobs also asks which actions are allowed on each job that it
// shows. One list makes up to 16 calls at the same time.
type Policy func(context.Context, Access) (allowed bool, err error)

// checkActor refuses an actor whose IDs are not valid.
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

// decide decides about a job whose record names these teams.
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

// seesBrief reports whether access can be decided from a record without its
// documents. A policy needs the documents.
func (s *Service) seesBrief() bool { return s.opts.Policy == nil }

// sees reports whether the actor may see a job. It decodes the job only for a
// policy. With a policy, nobody sees a job that cannot be decoded.
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

// may returns ErrForbidden when the actor may not do this action. The actor sees
// the job.
func (s *Service) may(ctx context.Context, actor teams.Actor, action teams.Action, l *ledger) error {
	ok, err := s.allowed(ctx, actor, action, l)
	if err == nil && !ok {
		err = forbidden(actor, action, l)
	}
	return err
}

// mayCreate returns ErrForbidden unless the actor may create jobs in each of the
// teams. It does not ask whether a team exists: an actor without a role in a team
// must not find out.
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
