package jobs

import (
	"context"
	"fmt"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// GrantTeams grants a job to teams. Only an admin may. A team that has the job
// already keeps its grant. The result has one grant for each distinct team of
// teamIDs, in that order. It returns [versions.FieldErrors] when a team does not
// exist, or when the job would have more than Limits.Teams teams.
func (s *Service) GrantTeams(ctx context.Context, actor teams.Actor, jobID string, teamIDs []string, when ...Precondition) ([]teams.Grant, error) {
	ids := distinct(teamIDs)
	var granted []teams.Grant
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.ChangeGrants, kind: TeamsGranted, when: when,
		read: func(ctx context.Context, l *ledger, _ edit) error { return s.checkGrantees(ctx, l.OrganizationID, ids) },
		decide: func(l *ledger, e edit) (storage.Change, error) {
			var changed bool
			granted, changed = l.grant(ids, e)
			if !changed {
				return storage.Change{}, errUnchanged
			}
			if limit := s.opts.Limits.Teams; len(l.Grants) > limit {
				return storage.Change{}, versions.FieldErrors{{Field: "teamIds", Detail: fmt.Sprintf("a job is granted to at most %d teams", limit)}}
			}
			l.touch(e)
			return storage.Change{}, nil
		},
	})
	if err != nil {
		return nil, err
	}
	return granted, nil
}

func (s *Service) checkGrantees(ctx context.Context, organizationID string, ids []string) error {
	var errs versions.FieldErrors
	s.checkTeamIDs(&errs, ids)
	if errs == nil {
		if err := s.checkTeams(ctx, &errs, organizationID, ids); err != nil {
			return err
		}
	}
	return errs.Err()
}

// RevokeTeam ends the grant of a job to a team. Only an admin may. It returns
// [ErrNotFound] when the job is not granted to the team, and a [*ConflictError]
// when the job has no other team.
func (s *Service) RevokeTeam(ctx context.Context, actor teams.Actor, jobID, teamID string, when ...Precondition) error {
	_, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.ChangeGrants, kind: TeamRevoked, when: when,
		decide: func(l *ledger, e edit) (storage.Change, error) {
			if !versions.ValidID(teamID) {
				return storage.Change{}, ErrNotFound
			}
			if _, found := l.findGrant(teamID); !found {
				return storage.Change{}, refusal(ErrNotFound, "the job is not granted to the team %q", teamID)
			}
			if len(l.Grants) == 1 {
				return storage.Change{}, conflict(ConflictLastTeam, "a job keeps at least one team")
			}
			l.revoke(teamID)
			l.touch(e)
			return storage.Change{}, nil
		},
	})
	return err
}

// TeamList is one page of the teams that a job is granted to.
type TeamList struct {
	Total int
	Teams []teams.Team
}

// ListTeams lists the teams that a job is granted to, sorted by ID.
func (s *Service) ListTeams(ctx context.Context, actor teams.Actor, jobID string, page PageOptions) (TeamList, error) {
	limit, offset, err := page.bounds()
	if err != nil {
		return TeamList{}, err
	}
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return TeamList{}, err
	}
	ids := l.TeamIDs()
	start := min(offset, len(ids))
	found, err := s.Teams(ctx, actor, ids[start:min(start+limit, len(ids))])
	return TeamList{Total: len(ids), Teams: found}, err
}

// Teams returns what the directory knows of teams of the actor's organization, in
// the order of ids. For a team that the directory does not know, only the IDs are
// set.
func (s *Service) Teams(ctx context.Context, actor teams.Actor, ids []string) ([]teams.Team, error) {
	if len(ids) == 0 {
		return []teams.Team{}, nil
	}
	found, err := s.opts.Directory.Teams(ctx, actor.OrganizationID, ids)
	if err != nil {
		return nil, directoryError("teams", err)
	}
	described := make([]teams.Team, len(ids))
	for i, id := range ids {
		team, ok := found[id]
		if !ok {
			team = teams.Team{ID: id, OrganizationID: actor.OrganizationID}
		}
		described[i] = team
	}
	return described, nil
}
