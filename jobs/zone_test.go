package jobs_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/versions"
)

// zoneless shows documents, unless off, as to a process that does not know the
// zone of Berlin.
type zoneless struct {
	storage.Store
	off bool
}

func (z *zoneless) hide(docs ...*[]byte) {
	for _, doc := range docs {
		if !z.off {
			*doc = bytes.ReplaceAll(*doc, []byte("Europe/Berlin"), []byte("Europe/Utopia"))
		}
	}
}

func (z *zoneless) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	record, err := z.Store.Job(ctx, ref)
	z.hide(&record.Doc)
	return record, err
}

func (z *zoneless) FindJobs(ctx context.Context, query storage.FindQuery) (storage.JobList, error) {
	list, err := z.Store.FindJobs(ctx, query)
	for i := range list.Jobs {
		z.hide(&list.Jobs[i].Doc)
	}
	return list, err
}

func (z *zoneless) Version(ctx context.Context, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	record, err := z.Store.Version(ctx, ref, number)
	z.hide(&record.Doc)
	return record, err
}

func (z *zoneless) Draft(ctx context.Context, ref storage.JobRef) (storage.VersionRecord, error) {
	record, err := z.Store.Draft(ctx, ref)
	z.hide(&record.Doc)
	return record, err
}

// berlin is a plant whose process does not know the zone of one of its jobs.
func berlin(t *testing.T, prepare func(p *World, id string)) (p *World, z *zoneless, id string) {
	z = &zoneless{Store: memory.New(), off: true}
	p = newWorldOn(t, z, patient)
	id = p.create("job", scheduled("@hourly", "", ""), func(j *jobs.NewJob) { j.CronTimezone = "Europe/Berlin" }).ID
	if prepare != nil {
		prepare(p, id)
	}
	z.off = false
	return p, z, id
}

// TestAZoneThatThisProcessDoesNotKnow: what needs it says so and changes nothing.
func TestAZoneThatThisProcessDoesNotKnow(t *testing.T) {
	elsewhere := func(p *World, id string) { p.publish(id, versions.Patch{CronTimezone: new("UTC")}) }
	update := func(status jobs.Status) func(*World, string) error {
		return func(p *World, id string) error {
			_, err := p.UpdateJob(p.ctx, p.Actor, id, jobs.JobPatch{Status: new(status)})
			return err
		}
	}
	for name, test := range map[string]struct {
		prepare func(*World, string)
		do      func(*World, string) error
	}{
		"activate": {elsewhere, func(p *World, id string) error {
			_, err := p.ActivateVersion(p.ctx, p.Actor, id, 1)
			return err
		}},
		"activate while paused": {func(p *World, id string) {
			elsewhere(p, id)
			require.NoError(p.t, update(jobs.Paused)(p, id))
		}, func(p *World, id string) error {
			_, err := p.ActivateVersion(p.ctx, p.Actor, id, 1)
			return err
		}},
		"reset": {nil, func(p *World, id string) error {
			_, err := p.ResetSchedule(p.ctx, p.Actor, id)
			return err
		}},
		"resume": {func(p *World, id string) { require.NoError(p.t, update(jobs.Paused)(p, id)) }, update(jobs.Active)},
		"preview": {nil, func(p *World, id string) error {
			_, err := p.Preview(p.ctx, p.Actor, id, jobs.PreviewQuery{N: 1})
			return err
		}},
		"preview a draft": {func(p *World, id string) { p.draft(id, versions.Patch{}) }, func(p *World, id string) error {
			_, err := p.Preview(p.ctx, p.Actor, id, jobs.PreviewQuery{N: 1, Draft: true})
			return err
		}},
		"publish a draft": {func(p *World, id string) { p.draft(id, versions.Patch{Config: new(another(2))}) }, func(p *World, id string) error {
			_, err := p.PublishDraft(p.ctx, p.Actor, id)
			return err
		}},
		"publish in the same zone": {nil, func(p *World, id string) error {
			_, err := p.PublishVersion(p.ctx, p.Actor, id, versions.Patch{Config: new(another(2))})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, id := berlin(t, test.prepare)
			before := p.job(id)
			err := test.do(p, id)
			requireField(t, "cronTimezone", err)
			require.ErrorContains(t, err, "time/tzdata")
			require.Equal(t, before, p.job(id))
		})
	}
}

// A difference to a schedule that this process cannot read is told, but for its
// fires; and what is not saved can be previewed.
func TestDiffsOfAZoneThatThisProcessDoesNotKnow(t *testing.T) {
	p, _, id := berlin(t, func(p *World, id string) { p.publish(id, versions.Patch{CronTimezone: new("UTC")}) })
	diff, err := p.DiffVersions(p.ctx, p.Actor, id, 1, 2)
	require.NoError(t, err)
	require.Equal(t, []versions.Change{{Path: "/cronTimezone", From: []byte(`"Europe/Utopia"`), To: []byte(`"UTC"`)}}, diff.Changes)
	require.Nil(t, diff.Fires)
	diff, err = p.DiffVersions(p.ctx, p.Actor, id, 2, 2)
	require.NoError(t, err)
	require.NotNil(t, diff.Fires)

	p, _, id = berlin(t, nil)
	preview, err := p.Preview(p.ctx, p.Actor, id, jobs.PreviewQuery{N: 1, CronTimezone: new("UTC")})
	require.NoError(t, err)
	require.Len(t, preview.Fires, 1)
	_, err = p.Preview(p.ctx, p.Actor, id, jobs.PreviewQuery{N: 1, CronExpression: new("@daily")})
	requireField(t, "cronTimezone", err)
	require.Equal(t, "every hour, Europe/Utopia", p.job(id).Version.ScheduleText())
}

// TestAPublishLeavesAnUnknownZoneBehind: what is known to be due was missed.
func TestAPublishLeavesAnUnknownZoneBehind(t *testing.T) {
	for name, test := range map[string]struct {
		status jobs.Status
		late   time.Duration
		want   []string
	}{
		"nothing is due": {jobs.Active, 0, nil},
		"ticks are due":  {jobs.Active, 3 * time.Hour, []string{"13:00 missed: zone"}},
		"paused":         {jobs.Paused, 3 * time.Hour, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p, _, id := berlin(t, func(p *World, id string) {
				_, err := p.UpdateJob(p.ctx, p.Actor, id, jobs.JobPatch{Status: new(test.status)})
				require.NoError(t, err)
			})
			p.Outage(test.late)
			p.publish(id, versions.Patch{CronTimezone: new("UTC")})
			require.Equal(t, test.want, p.fates(id))
			if test.status == jobs.Active {
				require.Equal(t, epoch.Add(test.late+time.Hour), p.job(id).NextRunAt)
			}
		})
	}
}

// TestAProcessThatDoesNotKnowAZoneSettlesTheOthers: the job's ticks wait for a
// process that knows it.
func TestAProcessThatDoesNotKnowAZoneSettlesTheOthers(t *testing.T) {
	p, z, id := berlin(t, nil)
	other := p.create("other", scheduled("@hourly", "", ""))
	p.Outage(time.Hour)
	_, err := p.Scheduler.Tick(p.ctx)
	require.ErrorContains(t, err, "time/tzdata")
	require.Empty(t, p.fates(id))
	require.Equal(t, []string{"13:00 fired"}, p.fates(other.ID))

	z.off = true
	p.Scheduler = jobs.NewScheduler(p.Service, p.engine, nil)
	p.Advance(0)
	require.Equal(t, []string{"13:00 fired"}, p.fates(id))
}
