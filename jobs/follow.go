package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/teams"
)

// FromNow makes [Service.Follow] begin after the newest event.
const FromNow = -1

// followWait is how long one query of a follower waits for an event.
const followWait = 15 * time.Second

// Follow calls visit with each event that the actor may see and whose Seq is above
// after, in the order of Seq. Then it waits for new events. It ends when visit
// returns an error or the context ends, and returns that error. It also ends with
// [ErrCursorLost]. While the store cannot answer, it waits and tries again.
//
// The caller keeps the Seq of the last event that it has processed, and passes that
// Seq as after in its next call. So the caller gets each event at least once. 0
// begins with the first event of the journal, and [FromNow] after the newest.
// Follow reads the teams of each job again and again, so it notices when access to
// a job changes. It keeps the actor as given: when the actor's roles change, end
// the context and call Follow again.
//
// All followers of an organization in a process share one reader. It reads the
// store once a second, and after each commit of this process. A slow follower does
// not delay the others: it reads older events from the store itself.
func (s *Service) Follow(ctx context.Context, actor teams.Actor, after int64, visit func(Event) error) error {
	if err := checkActor(actor); err != nil {
		return err
	}
	t := s.follow(actor.OrganizationID)
	defer s.tails.leave(t)
	for {
		list, err := s.followOn(ctx, actor, after)
		switch {
		case errors.Is(err, ErrUnavailable) && ctx.Err() == nil:
			if err := sleep(ctx, tailEvery); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		for _, e := range list.Events {
			if err := visit(e); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		after = list.Marker
	}
}

// followOn reads the events after a Seq. It waits when there are none.
func (s *Service) followOn(ctx context.Context, actor teams.Actor, after int64) (EventList, error) {
	if after == FromNow {
		list, err := s.ListEvents(ctx, actor, EventQuery{Limit: 1})
		list.Events = nil
		return list, err
	}
	return s.ListEvents(ctx, actor, EventQuery{Ascending: true, After: after, Wait: followWait})
}

// sleep waits for a time, or until the context ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
