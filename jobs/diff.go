package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// VersionDiff is what changes from one version of a job to another.
type VersionDiff struct {
	// From and To are the numbers of the versions; that of a draft too.
	From, To int
	// Changes are those of the definition; see [versions.Changes].
	Changes []versions.Change
	// Fires compares the schedules; nil when this process cannot read one of
	// them, as when it does not know the zone.
	Fires *FireDiff
}

// FireDiff is how the fires of two schedules differ from now on, as if the job
// were active. A version without a schedule has none.
type FireDiff struct {
	// Gained are those that only the second has, Lost those that only the first
	// has: the next 100 of each, and each in the zone of its schedule.
	Gained, Lost []Fire
	// Horizon is how far both schedules were looked at: 30 days.
	Horizon time.Time
	// Truncated is true when there are more than 100 of either.
	Truncated bool
}

// Bounds of a FireDiff.
const (
	diffHorizon = 30 * 24 * time.Hour
	diffFires   = 100
)

// DiffVersions compares two published versions of a job. [ErrNotFound] for a
// number that is not published.
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

// DiffDraft compares the job as it is with its draft: what would change if the
// draft were published now. [ErrNotFound] without a draft.
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

// diffFrom compares the fires of two schedules, nil for none, after now.
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
