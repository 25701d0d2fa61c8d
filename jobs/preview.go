package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Fire is a time at which a schedule fires.
type Fire struct {
	NominalAt time.Time
	// LocalTime and Shifted are as in [Tick].
	LocalTime string
	Shifted   bool
}

// MaxPreview is the most fires of one preview.
const MaxPreview = 100

// PreviewQuery says what [Service.Preview] shows.
type PreviewQuery struct {
	// N is the number of fires to return, 1 to 100.
	N int
	// Draft asks about the draft; otherwise the preview is about the active
	// version.
	Draft bool
	// CronExpression and CronTimezone, when not nil, replace those of the version.
	// So a schedule that is not saved can be previewed.
	CronExpression, CronTimezone *string
}

// Preview says when a job would fire next.
type Preview struct {
	// Fires are the next fires, as if the schedule were published now and the job
	// were active. Empty without a schedule.
	Fires []Fire
	// Paused is whether the job is paused. Then nothing fires until it is resumed.
	Paused bool
	// Text is the schedule in words; empty without one.
	Text string
}

// Preview returns the next fires of a job. It returns [ErrNotFound] when
// query.Draft is set and there is no draft, and [versions.FieldErrors] when N or
// the schedule is not valid, or when this process does not know the time zone.
func (s *Service) Preview(ctx context.Context, actor teams.Actor, jobID string, query PreviewQuery) (Preview, error) {
	var errs versions.FieldErrors
	if query.N < 1 || query.N > MaxPreview {
		errs.Add("n", fmt.Sprintf("must be 1 to %d", MaxPreview))
	}
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return Preview{}, err
	}
	definition := l.Version.Definition
	if query.Draft {
		d, err := s.readDraft(ctx, &l)
		if err != nil {
			return Preview{}, err
		}
		definition = d.Definition
	}
	if query.CronExpression != nil || query.CronTimezone != nil {
		definition = versions.Patch{CronExpression: query.CronExpression, CronTimezone: query.CronTimezone}.Apply(definition)
		versions.CheckSchedule(&errs, definition.CronExpression, definition.CronTimezone)
	}
	if err := errs.Err(); err != nil {
		return Preview{}, err
	}
	preview := Preview{Fires: []Fire{}, Paused: l.Status == Paused, Text: definition.ScheduleText()}
	cron, err := readSchedule(definition)
	if cron == nil || err != nil {
		return preview, err
	}
	for at := cron.Next(s.now()); !at.IsZero() && len(preview.Fires) < query.N; at = cron.Next(at) {
		preview.Fires = append(preview.Fires, fireOf(cron, at))
	}
	return preview, nil
}

func fireOf(cron *schedule.Cron, at time.Time) Fire {
	return Fire{NominalAt: canonical(at), LocalTime: localTime(cron, at), Shifted: cron.Shifted(at)}
}

// localTime writes a time in the zone of a schedule.
func localTime(cron *schedule.Cron, at time.Time) string {
	return at.In(cron.Location()).Format(time.RFC3339)
}
