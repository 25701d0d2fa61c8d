package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// VersionDiff says what changes from one version of a job to another.
type VersionDiff struct {
	// From and To are the numbers of the two versions. To may be the draft's.
	From, To int
	// Changes are the differences between the definitions; see [versions.Changes].
	Changes []versions.Change
	// Fires compares the schedules. Nil when this process cannot read one of them,
	// for example because it does not know the time zone.
	Fires *FireDiff
}

// FireDiff says how the fires of two schedules differ in the next 30 days, as if
// the job were active. A version without a schedule has no fires.
type FireDiff struct {
	// Gained are fires of the second schedule only, Lost fires of the first only:
	// the next 100 of each. LocalTime is in the zone of the fire's own schedule.
	Gained, Lost []Fire
	// Horizon is up to when both schedules were compared: 30 days from now.
	Horizon time.Time
	// Truncated is true when more than 100 were gained, or more than 100 lost.
	Truncated bool
}

// Bounds of a FireDiff.
const (
	diffHorizon = 30 * 24 * time.Hour
	diffFires   = 100
)

// DiffVersions compares two published versions of a job. It returns [ErrNotFound]
// when one of the numbers is not published.
func (s *Service) DiffVersions(ctx context.Context, actor teams.Actor, jobID string, from, to int) (VersionDiff, error) {
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return VersionDiff{}, err
	}
	a, err := s.readVersion(ctx, &l, from)
	if err != nil {
		return VersionDiff{}, err
	}
	b, err := s.readVersion(ctx, &l, to)
	if err != nil {
		return VersionDiff{}, err
	}
	return diffVersions(a, b, s.now()), nil
}

// DiffDraft compares the job with its draft: it says what would change if the draft
// were published now. It returns [ErrNotFound] when there is no draft.
func (s *Service) DiffDraft(ctx context.Context, actor teams.Actor, jobID string) (VersionDiff, error) {
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return VersionDiff{}, err
	}
	draft, err := s.readDraft(ctx, &l)
	if err != nil {
		return VersionDiff{}, err
	}
	active := l.Version
	active.Description = l.Description
	return diffVersions(active, draft, s.now()), nil
}

func diffVersions(a, b versions.Version, now time.Time) VersionDiff {
	d := VersionDiff{From: a.Number, To: b.Number, Changes: versions.Changes(a.Definition, b.Definition)}
	from, err := a.Schedule()
	if err != nil {
		return d
	}
	to, err := b.Schedule()
	if err != nil {
		return d
	}
	d.Fires = diffFrom(from, to, now)
	return d
}

// diffFrom compares the fires of two schedules after now. Nil is no schedule.
func diffFrom(from, to *schedule.Cron, now time.Time) *FireDiff {
	d := &FireDiff{Horizon: canonical(now.Add(diffHorizon))}
	a, b := upcoming{cron: from, until: d.Horizon}, upcoming{cron: to, until: d.Horizon}
	a.next(now)
	b.next(now)
	for !a.at.IsZero() || !b.at.IsZero() {
		switch {
		case a.at.Equal(b.at):
			a.next(a.at)
			b.next(b.at)
		case b.at.IsZero() || !a.at.IsZero() && a.at.Before(b.at):
			d.Lost = d.add(d.Lost, &a)
		default:
			d.Gained = d.add(d.Gained, &b)
		}
	}
	return d
}

// add adds the next fire of a schedule, while there is room.
func (d *FireDiff) add(fires []Fire, u *upcoming) []Fire {
	if len(fires) < diffFires {
		fires = append(fires, fireOf(u.cron, u.at))
	} else {
		d.Truncated = true
	}
	u.next(u.at)
	return fires
}

// upcoming walks the fires of a schedule; at is zero at the end.
type upcoming struct {
	cron      *schedule.Cron
	at, until time.Time
}

func (u *upcoming) next(after time.Time) {
	u.at = time.Time{}
	if u.cron == nil {
		return
	}
	if at := u.cron.Next(after); !at.After(u.until) {
		u.at = at
	}
}
