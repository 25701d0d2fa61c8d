package webhook

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// Follow sends what goes wrong in an organization, in the order of its journal, each
// event at least once, until ctx ends. It begins at the place that was kept, or, when
// there is none, with what happens from now on.
func (s *Sender) Follow(ctx context.Context, service *jobs.Service, organizationID string, places *Places) {
	f := follower{s, service, teams.System(organizationID), places}
	for try := 1; ctx.Err() == nil; try++ {
		err := f.follow(ctx)
		if errors.Is(err, jobs.ErrCursorLost) {
			err = f.goOnFromTheOldest(ctx)
		}
		if ctx.Err() == nil && err != nil {
			s.logger.WarnContext(ctx, "webhook: the journal cannot be followed", slog.String("organization", organizationID), slog.Any("error", err))
			select {
			case <-time.After(wait(min(try, 4))): // at most 8 seconds: before the first place is kept, what happens is not sent
			case <-ctx.Done():
			}
		}
	}
	if err := places.Save(); err != nil {
		s.logger.WarnContext(ctx, "webhook: the place cannot be kept", slog.Any("error", err))
	}
}

// follower follows the journal of one organization.
type follower struct {
	sender  *Sender
	service *jobs.Service
	actor   teams.Actor
	places  *Places
}

func (f follower) follow(ctx context.Context) error {
	place, known := f.places.Place(f.actor.OrganizationID)
	if !known {
		newest, err := f.service.ListEvents(ctx, f.actor, jobs.EventQuery{Limit: 1})
		if err != nil {
			return err
		}
		place = newest.Marker
		f.keep(ctx, place, true) // at once: what happens from now on is sent, also after a crash
	}
	return f.service.Follow(ctx, f.actor, place, func(e jobs.Event) error {
		m, tells, err := MessageOf(e)
		if err == nil && tells {
			err = f.sender.Deliver(ctx, m)
		}
		if err == nil {
			f.keep(ctx, e.Seq, tells)
		}
		return err
	})
}

// goOnFromTheOldest moves the place to the oldest event that is kept: those
// before it were erased, or the journal is another one.
func (f follower) goOnFromTheOldest(ctx context.Context) error {
	lost, _ := f.places.Place(f.actor.OrganizationID)
	place, query := int64(-1), jobs.EventQuery{Kinds: kinds}
	for {
		page, err := f.service.ListEvents(ctx, f.actor, query)
		if err != nil {
			return err
		}
		if place < 0 {
			place = page.Marker // when there is nothing to tell of
		}
		if n := len(page.Events); n > 0 {
			place = page.Events[n-1].Seq - 1
		}
		if query.Before = page.Before; query.Before == 0 {
			break
		}
	}
	f.sender.logger.WarnContext(ctx, "webhook: events were erased before they were sent; the oldest that is left comes next",
		slog.String("organization", f.actor.OrganizationID), slog.Int64("after", lost), slog.Int64("from", place+1))
	f.keep(ctx, place, true)
	return nil
}

// keep keeps the place. When that fails, events are sent again after a restart.
func (f follower) keep(ctx context.Context, place int64, now bool) {
	if err := f.places.Set(f.actor.OrganizationID, place, now); err != nil {
		f.sender.logger.WarnContext(ctx, "webhook: the place cannot be kept", slog.String("organization", f.actor.OrganizationID), slog.Any("error", err))
	}
}
