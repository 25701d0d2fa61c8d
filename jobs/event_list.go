package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// EventQuery asks for part of the journal. The zero value is the newest 100
// events, the newest first.
type EventQuery struct {
	// JobID selects the events of one job, which may have been deleted; empty
	// selects all.
	JobID string
	// Ascending lists the events with a Seq above After, the oldest first.
	Ascending bool
	After     int64
	// Before selects, newest first, the events with a lower Seq; 0 selects all.
	Before int64
	// Kinds selects the events of these kinds; empty selects all.
	Kinds []EventKind
	// Limit is 1 to 100; 0 means 100.
	Limit int
	// Wait is for how long an ascending page without an event waits for one.
	Wait time.Duration
}

// EventList is one page of the journal. A page may be short, and even empty,
// before the end.
type EventList struct {
	Events []Event
	// Marker is the After that goes on behind what the page has looked at, to
	// newer events. It moves on past what the actor does not see.
	Marker int64
	// Before goes on to what is older, newest first; 0 at the end.
	Before int64
}

// EventKinds lists the kinds that a query can ask for.
func EventKinds() []EventKind {
	return []EventKind{
		JobCreated, JobUpdated, JobDeleted, DraftCreated, DraftUpdated, DraftDiscarded, VersionPublished, VersionActivated,
		TeamsGranted, TeamRevoked, ScheduleReset, RunCreated, RunReleased, RunCancelRequested, RunDeleted, HoldSet, HoldLifted,
		RunStarted, RunEndSucceeded, RunEndFailed, RunEndCancelled, RunEndTimeout,
		TickSkipped, TickMissed, TickCoalesced, TickSuperseded, TickPaused, EventUnreadable,
	}
}

func (q *EventQuery) validate() error {
	var errs versions.FieldErrors
	q.Limit = checkLimit(q.Limit, &errs)
	if q.After < 0 {
		errs.Add("after", "must be 0 or more")
	}
	if q.Before < 0 || q.Before > 0 && q.Ascending {
		errs.Add("before", "must be 1 or more, and not given with after")
	}
	known := EventKinds()
	for _, kind := range q.Kinds {
		if !slices.Contains(known, kind) {
			errs.Add("kind", fmt.Sprintf("%q is none of %s", clip(string(kind), 40), joined(known)))
		}
	}
	return errs.Err()
}

// ListEvents lists events of the jobs that the actor sees now, of a deleted job by
// the teams that it had at its end, and of the organization itself. A JobID of a
// job that the actor does not see is [ErrNotFound]. An ascending page that cannot
// begin where After says is [ErrCursorLost].
//
// Whoever has got an event, or a Marker, never finds an event below it later that
// it was not shown, while what it may see stays the same.
//
// The cost of a page is bounded, also for an actor who sees little, and with a
// policy, which is asked about at most 100 jobs: then pages are short.
func (s *Service) ListEvents(ctx context.Context, actor teams.Actor, query EventQuery) (EventList, error) {
	if err := checkActor(actor); err != nil {
		return EventList{}, err
	}
	if err := query.validate(); err != nil {
		return EventList{}, err
	}
	if query.JobID != "" && !validJobID.MatchString(query.JobID) {
		return EventList{}, ErrNotFound
	}
	if !query.Ascending || query.Wait <= 0 {
		p, err := s.readEvents(ctx, actor, query, s.core)
		return p.list, err
	}
	return s.awaitEvents(ctx, actor, query)
}

// awaitEvents reads a page, and reads on until it holds an event or the wait is
// over, also while it passes over what the actor does not see.
func (s *Service) awaitEvents(ctx context.Context, actor teams.Actor, query EventQuery) (EventList, error) {
	t := s.follow(actor.OrganizationID)
	defer s.tails.leave(t)
	waiting, cancel := context.WithTimeout(ctx, query.Wait)
	defer cancel()
	for {
		seen := t.state()
		p, err := s.readEvents(ctx, actor, query, t)
		if err != nil || len(p.list.Events) > 0 {
			return p.list, err
		}
		query.After = p.list.Marker
		if waiting.Err() != nil || p.atEnd && !t.wait(waiting, query.After, seen) {
			return p.list, ctx.Err()
		}
	}
}

// joined lists texts for people.
func joined[S ~string](texts []S) string {
	all := ""
	for i, text := range texts {
		if i > 0 {
			all += ", "
		}
		all += string(text)
	}
	return all
}
