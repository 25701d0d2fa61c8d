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

// berlin is a World whose process does not know the zone of one of its jobs.
func berlin(t *testing.T, prepare func(w *World, id string)) (w *World, z *zoneless, id string) {
	z = &zoneless{Store: memory.New(), off: true}
	w = newWorldOn(t, z, patient)
	id = w.create("job", scheduled("@hourly", "", ""), func(j *jobs.NewJob) { j.CronTimezone = "Europe/Berlin" }).ID
	if prepare != nil {
		prepare(w, id)
	}
	z.off = false
	return w, z, id
}

// TestAZoneThatThisProcessDoesNotKnow: what needs it says so and changes nothing.
func TestAZoneThatThisProcessDoesNotKnow(t *testing.T) {
	elsewhere := func(w *World, id string) { w.publish(id, versions.Patch{CronTimezone: new("UTC")}) }
	update := func(status jobs.Status) func(*World, string) error {
		return func(w *World, id string) error {
			_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Status: new(status)})
			return err
		}
	}
	for name, test := range map[string]struct {
		prepare func(*World, string)
		do      func(*World, string) error
	}{
		"activate": {elsewhere, func(w *World, id string) error {
			_, err := w.ActivateVersion(w.ctx, w.Actor, id, 1)
			return err
		}},
		"activate while paused": {func(w *World, id string) {
			elsewhere(w, id)
			require.NoError(w.t, update(jobs.Paused)(w, id))
		}, func(w *World, id string) error {
			_, err := w.ActivateVersion(w.ctx, w.Actor, id, 1)
			return err
		}},
		"reset": {nil, func(w *World, id string) error {
			_, err := w.ResetSchedule(w.ctx, w.Actor, id)
			return err
		}},
		"resume": {func(w *World, id string) { require.NoError(w.t, update(jobs.Paused)(w, id)) }, update(jobs.Active)},
		"preview": {nil, func(w *World, id string) error {
			_, err := w.Preview(w.ctx, w.Actor, id, jobs.PreviewQuery{N: 1})
			return err
		}},
		"preview a draft": {func(w *World, id string) { w.draft(id, versions.Patch{}) }, func(w *World, id string) error {
			_, err := w.Preview(w.ctx, w.Actor, id, jobs.PreviewQuery{N: 1, Draft: true})
			return err
		}},
		"publish a draft": {func(w *World, id string) { w.draft(id, versions.Patch{Config: new(another(2))}) }, func(w *World, id string) error {
			_, err := w.PublishDraft(w.ctx, w.Actor, id)
			return err
		}},
		"publish in the same zone": {nil, func(w *World, id string) error {
			_, err := w.PublishVersion(w.ctx, w.Actor, id, versions.Patch{Config: new(another(2))})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w, _, id := berlin(t, test.prepare)
			before := w.job(id)
			err := test.do(w, id)
			requireField(t, "cronTimezone", err)
			require.ErrorContains(t, err, "time/tzdata")
			require.Equal(t, before, w.job(id))
		})
	}
}

// A difference to a schedule that this process cannot read is told, but for its
// fires; and what is not saved can be previewed.
func TestDiffsOfAZoneThatThisProcessDoesNotKnow(t *testing.T) {
	w, _, id := berlin(t, func(w *World, id string) { w.publish(id, versions.Patch{CronTimezone: new("UTC")}) })
	diff, err := w.DiffVersions(w.ctx, w.Actor, id, 1, 2)
	require.NoError(t, err)
	require.Equal(t, []versions.Change{{Path: "/cronTimezone", From: []byte(`"Europe/Utopia"`), To: []byte(`"UTC"`)}}, diff.Changes)
	require.Nil(t, diff.Fires)
	diff, err = w.DiffVersions(w.ctx, w.Actor, id, 2, 2)
	require.NoError(t, err)
	require.NotNil(t, diff.Fires)

	w, _, id = berlin(t, nil)
	preview, err := w.Preview(w.ctx, w.Actor, id, jobs.PreviewQuery{N: 1, CronTimezone: new("UTC")})
	require.NoError(t, err)
	require.Len(t, preview.Fires, 1)
	_, err = w.Preview(w.ctx, w.Actor, id, jobs.PreviewQuery{N: 1, CronExpression: new("@daily")})
	requireField(t, "cronTimezone", err)
	require.Equal(t, "every hour, Europe/Utopia", w.job(id).Version.ScheduleText())
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
			w, _, id := berlin(t, func(w *World, id string) {
				_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Status: new(test.status)})
				require.NoError(t, err)
			})
			w.Outage(test.late)
			w.publish(id, versions.Patch{CronTimezone: new("UTC")})
			require.Equal(t, test.want, w.fates(id))
			if test.status == jobs.Active {
				require.Equal(t, epoch.Add(test.late+time.Hour), w.job(id).NextRunAt)
			}
		})
	}
}

// TestAProcessThatDoesNotKnowAZoneSettlesTheOthers: the job's ticks wait for a
// process that knows it.
func TestAProcessThatDoesNotKnowAZoneSettlesTheOthers(t *testing.T) {
	w, z, id := berlin(t, nil)
	other := w.create("other", scheduled("@hourly", "", ""))
	w.Outage(time.Hour)
	_, err := w.Scheduler.Tick(w.ctx)
	require.ErrorContains(t, err, "time/tzdata")
	require.Empty(t, w.fates(id))
	require.Equal(t, []string{"13:00 fired"}, w.fates(other.ID))

	z.off = true
	w.Scheduler = jobs.NewScheduler(w.Service, w.engine, nil)
	w.Advance(0)
	require.Equal(t, []string{"13:00 fired"}, w.fates(id))
}
