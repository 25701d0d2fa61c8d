package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// ResetSchedule moves a job's schedule to now: ticks that are due and not
// settled are given up, without a row in the ledger, and the next one is the
// first strictly after now. It is the way back after a wrong clock settled the
// future.
func (s *Service) ResetSchedule(ctx context.Context, actor teams.Actor, jobID string, when ...Precondition) (Job, error) {
	l, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: ScheduleReset, when: when,
		decide: func(l *ledger, e edit) (storage.Change, error) {
			if _, err := readSchedule(l.Version.Definition); err != nil {
				return storage.Change{}, err
			}
			change := storage.Change{Wake: l.releases(e.at)}
			l.cursor = time.Time{} // the one way back
			l.reschedule(e.at)
			return change, nil
		},
	})
	return s.permitted(ctx, actor, l.Job), err
}
