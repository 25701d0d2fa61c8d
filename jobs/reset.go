package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// ResetSchedule makes a job's schedule count from now. Ticks that are due and not
// settled are dropped, without a row in the ledger. The next tick is the first one
// after now. Use it when a wrong clock has settled ticks of the future. It returns
// [versions.FieldErrors] when this process does not know the time zone.
func (s *Service) ResetSchedule(ctx context.Context, actor teams.Actor, jobID string, when ...Precondition) (Job, error) {
	l, err := s.edit(ctx, editing{
		actor: actor, jobID: jobID, action: teams.Edit, kind: ScheduleReset, when: when,
		decide: func(l *ledger, e edit) (storage.Change, error) {
			if _, err := readSchedule(l.Version.Definition); err != nil {
				return storage.Change{}, err
			}
			change := storage.Change{Wake: l.releases(e.at)}
			l.cursor = time.Time{} // nothing else moves the cursor back
			l.reschedule(e.at)
			return change, nil
		},
	})
	return s.permitted(ctx, actor, l.Job), err
}
