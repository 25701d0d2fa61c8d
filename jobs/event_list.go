package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// EventQuery selects a page of the journal. The zero value selects the newest 100
// events, newest first.
type EventQuery struct {
	// JobID selects the events of one job, which may be deleted; empty selects all.
	JobID string
	// Ascending lists the events with a Seq above After, oldest first.
	Ascending bool
	After     int64
	// Before lists the events with a lower Seq, newest first; 0 lists all. It must
	// not be given with Ascending.
	Before int64
	// Kinds selects events of these kinds; empty selects all.
	Kinds []EventKind
	// Limit is 1 to 100; 0 means 100.
	Limit int
	// Wait is how long an ascending query waits for an event when there is none
	// yet. 0 does not wait.
	Wait time.Duration
}

// EventList is one page of the journal. A page may have fewer events than the
// limit, or none, although the journal goes on.
type EventList struct {
	Events []Event
	// Marker is the After of the next ascending query, for newer events. It also
	// passes events that the actor may not see.
	Marker int64
	// Before is the Before of the next query, for older events; 0 when there are
	// none.
	Before int64
}

// EventKinds returns all kinds that EventQuery.Kinds may hold.
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

// ListEvents lists the events of the jobs that the actor may see now, and of the
// organization itself. For a deleted job, access depends on the teams that it had
// when it was deleted. ListEvents returns [ErrNotFound] when the actor may not see
// the job in JobID, [ErrCursorLost] when the journal cannot be read on from After,
// and [versions.FieldErrors] for a query that is not valid.
//
// A reader that goes on from Marker misses no event: no event is added later with a
// lower Seq. But an actor who gains access to a job later does not get the job's
// earlier events in this way.
//
// A page reads a bounded part of the journal, and asks a policy about at most 100
// jobs. So a page is short for an actor who may see few of the events.
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

// awaitEvents reads pages until one holds an event or the wait is over. It passes
// events that the actor may not see.
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

// joined joins texts with commas.
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
