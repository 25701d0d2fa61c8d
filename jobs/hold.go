package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jobledger/jobledger/internal/document"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Hold stops the automatic runs of an organization: while it lasts, no schedule and
// no dependency starts a run. Members can still start runs; retries and runs that
// have started go on. The zero Hold means that the organization is not held.
type Hold struct {
	// Reason is the text that the member gave, 1 to 1023 characters.
	Reason string
	// MemberID is who set the hold, or last changed its reason. Since is when the
	// hold began.
	MemberID string
	Since    time.Time
}

// holdLedger is an organization's hold with everything that its record holds.
type holdLedger struct {
	Hold
	// revision is the revision of the organization's record. read is whether it was
	// read.
	revision int64
	read     bool
	// liftedAt is when the latest hold was lifted; zero before the first.
	liftedAt time.Time
	// rest are fields that only a newer version of the library knows.
	rest []byte
}

// organizationDocument holds an organization's hold.
var organizationDocument = document.New(func(h *holdLedger) *[]byte { return &h.rest },
	document.Text(2, func(h *holdLedger) *string { return &h.Reason }),
	document.Text(3, func(h *holdLedger) *string { return &h.MemberID }),
	document.Time(4, func(h *holdLedger) *time.Time { return &h.Since }),
	document.Time(5, func(h *holdLedger) *time.Time { return &h.liftedAt }),
)

func decodeHold(r storage.OrganizationRecord) (holdLedger, error) {
	h := holdLedger{revision: r.Revision, read: true}
	if len(r.Doc) == 0 {
		return h, nil
	}
	if err := organizationDocument.Decode(r.Doc, &h); err != nil {
		return h, fmt.Errorf("document of organization %s: %w", r.OrganizationID, err)
	}
	return h, nil
}

// active reports whether the organization is held.
func (h *holdLedger) active() bool { return !h.Since.IsZero() }

// readHold reads an organization's hold.
func (c *core) readHold(ctx context.Context, organizationID string) (holdLedger, error) {
	list, err := c.store.FindJobs(ctx, storage.FindQuery{OrganizationID: organizationID})
	if err != nil {
		return holdLedger{}, storeError("read organization "+organizationID, err)
	}
	return decodeHold(list.Organization)
}

// Hold returns the hold of the actor's organization; the zero Hold when it is not
// held. Any member may ask.
func (s *Service) Hold(ctx context.Context, actor teams.Actor) (Hold, error) {
	if err := checkActor(actor); err != nil {
		return Hold{}, err
	}
	h, err := s.readHold(ctx, actor.OrganizationID)
	return h.Hold, err
}

// SetHold holds the actor's organization. Only an actor who is an admin in every
// team may. When it has returned, no tick fires any more, on any scheduler. Due
// ticks get the verdict paused. If the organization is held already, only the
// reason and the MemberID change. It returns [versions.FieldErrors] when the reason
// is not 1 to 1023 characters.
func (s *Service) SetHold(ctx context.Context, actor teams.Actor, reason string) (Hold, error) {
	return s.editHold(ctx, actor, HoldSet, func(h *holdLedger, e edit) error {
		if err := checkReason(reason); err != nil {
			return err
		}
		if h.active() && h.Reason == reason {
			return errUnchanged
		}
		if !h.active() {
			h.Since = e.at
		}
		h.Reason, h.MemberID = reason, e.memberID
		return nil
	})
}

// LiftHold ends the hold of the actor's organization, if there is one. Only an
// actor who is an admin in every team may. For each job this is like the end of a
// pause: what came due during the hold starts nothing, not even later.
func (s *Service) LiftHold(ctx context.Context, actor teams.Actor) error {
	_, err := s.editHold(ctx, actor, HoldLifted, func(h *holdLedger, e edit) error {
		if !h.active() {
			return errUnchanged
		}
		at := e.at
		if at.Before(h.Since) {
			at = h.Since // another clock was ahead
		}
		if at.Equal(h.liftedAt) {
			at = at.Add(time.Microsecond) // jobs tell lifts apart by their times
		}
		h.Hold, h.liftedAt = Hold{}, at
		return nil
	})
	return err
}

func checkReason(reason string) error {
	var errs versions.FieldErrors
	switch {
	case !utf8.ValidString(reason):
		errs.Add("reason", "must be valid UTF-8")
	case strings.TrimSpace(reason) == "" || utf8.RuneCountInString(reason) > maxHoldReason:
		errs.Add("reason", fmt.Sprintf("must be 1 to %d characters", maxHoldReason))
	}
	return errs.Err()
}

const maxHoldReason = 1023

// editHold reads an organization's hold, calls decide to change it, and commits.
func (s *Service) editHold(ctx context.Context, actor teams.Actor, kind EventKind, decide func(*holdLedger, edit) error) (Hold, error) {
	if err := s.mayHold(ctx, actor); err != nil {
		return Hold{}, err
	}
	type result struct {
		hold  Hold
		event *Event
	}
	done, err := retry(ctx, func() (result, error) {
		h, err := s.readHold(ctx, actor.OrganizationID)
		if err != nil {
			return result{}, err
		}
		e := edit{memberID: actor.MemberID, at: s.now()}
		before := h.Hold
		if err := decide(&h, e); errors.Is(err, errUnchanged) {
			return result{hold: h.Hold}, nil
		} else if err != nil {
			return result{}, err
		}
		event := &Event{At: e.at, Kind: kind, Actor: actor, Reason: h.Reason, operation: storage.NewOperationID(e.at)}
		if kind == HoldLifted {
			event.Reason = before.Reason
		}
		return result{h.Hold, event}, s.commit(ctx, storage.Change{
			JobRef: storage.JobRef{OrganizationID: actor.OrganizationID}, OperationID: event.operation, At: e.at,
			Organization: &storage.OrganizationRecord{
				OrganizationID: actor.OrganizationID, Revision: h.revision, Doc: organizationDocument.Encode(&h, 64+len(h.Reason)),
			},
			Events: []storage.EventRecord{event.record()},
		})
	})
	if err != nil {
		return Hold{}, err
	}
	s.tell(ctx, done.event)
	return done.hold, nil
}

// mayHold returns ErrForbidden unless the actor may hold its organization.
func (s *Service) mayHold(ctx context.Context, actor teams.Actor) error {
	err := checkActor(actor)
	allowed := actor.AllTeams.Permits(teams.Hold)
	if err == nil && s.opts.Policy != nil {
		allowed, err = s.askPolicy(ctx, Access{Actor: actor, Action: teams.Hold, Allowed: allowed})
	}
	if err == nil && !allowed {
		err = refusal(ErrForbidden, "to hold the organization you need the role %s in every team", teams.Hold.Role())
	}
	return err
}
