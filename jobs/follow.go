package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/teams"
)

// FromNow, as the place after which [Service.Follow] begins, stands for the newest
// event.
const FromNow = -1

// followWait is how long a follower waits before it looks anew at what it may see.
const followWait = 15 * time.Second

// Follow calls visit with each event behind a place that the actor sees, in the
// order of their Seq, and goes on with what is committed. It ends with the error of
// visit or of the context, or with [ErrCursorLost]. While the store cannot answer
// it waits.
//
// The caller keeps the Seq of the last event that it is done with, and begins there
// the next time: so each event comes at least once. 0 begins with the first event
// of all, and [FromNow] with what comes next. What the actor sees of each job is
// read anew; that its own roles have changed is for the caller to know, who then
// ends the context.
//
// All followers of an organization share one reader of the store, which reads once
// a second, and after each commit of this process. One that is slow holds up no
// other, and nothing is kept for it: it reads on from its place.
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

// followOn reads what comes behind a place, and waits for it.
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
