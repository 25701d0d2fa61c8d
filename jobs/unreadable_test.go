package jobs_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// garbled is a document that nobody can read.
func garbled() []byte { return []byte{0xff, 0xff} }

func TestAJobThatCannotBeReadHidesNothingElse(t *testing.T) {
	allow := func(_ context.Context, a jobs.Access) (bool, error) { return a.Allowed, nil }
	for name, policy := range map[string]jobs.Policy{"roles": nil, "a policy": allow} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			w, s := newSpiedWorld(t, &jobs.Options{Policy: policy, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			bad := w.create("bad")
			good := w.create("good")
			for _, job := range []jobs.Job{bad, good} {
				_, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
				require.NoError(t, err)
			}
			s.show = func(ref storage.JobRef, doc []byte) []byte {
				if ref.JobID == bad.ID {
					return garbled()
				}
				return doc
			}
			insider, outsider := member("M", teams.Viewer, "T1"), member("M", teams.Viewer, "T9")
			for range 3 {
				list, err := w.ListJobs(w.ctx, insider, jobs.JobQuery{})
				require.NoError(t, err)
				require.Len(t, list.Jobs, 1)
				require.Equal(t, good.ID, list.Jobs[0].ID)
				runs, err := w.ListMyRuns(w.ctx, insider, jobs.RunQuery{})
				require.NoError(t, err)
				require.NotEmpty(t, runs.Runs)
				_, err = w.Job(w.ctx, insider, bad.ID)
				require.ErrorContains(t, err, "document of job "+bad.ID)
				require.NotErrorIs(t, err, jobs.ErrNotFound)
			}
			for what, err := range map[string]error{
				"a foreign job":      second(w.Job(w.ctx, outsider, bad.ID)),
				"a foreign job's":    second(w.ListRuns(w.ctx, outsider, bad.ID, jobs.RunQuery{})),
				"a job of nobody":    second(w.Job(w.ctx, insider, "NOSUCHJOB1")),
				"in another company": second(w.Job(w.ctx, teams.System("ORG2"), bad.ID)),
			} {
				require.ErrorIs(t, err, jobs.ErrNotFound, what)
				require.NotContains(t, err.Error(), "document", what)
			}
			require.Equal(t, 1, strings.Count(log.String(), "a document cannot be read"), "%s", log.String())
			require.Contains(t, log.String(), "organization="+org)
			require.Contains(t, log.String(), "job="+bad.ID)
		})
	}
}

func second[T any](_ T, err error) error { return err }

func TestARunThatCannotBeReadHidesNothingElse(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	job, other := w.create("job"), w.create("other")
	good, bad := w.manual(job.ID), w.manual(job.ID)
	elsewhere := w.manual(other.ID)
	s.showRun = func(r storage.RunRecord) []byte {
		if r.ID == bad.ID {
			return garbled()
		}
		return r.Doc
	}
	require.Nil(t, w.job(job.ID).LatestRun, "the job is shown, without the run")
	require.Equal(t, []jobs.Run{good}, w.runs(job.ID))
	mine, err := w.ListMyRuns(w.ctx, w.Actor, jobs.RunQuery{})
	require.NoError(t, err)
	require.Len(t, mine.Runs, 2)

	_, err = w.Scheduler.Tick(w.ctx)
	require.ErrorContains(t, err, "document of run "+bad.ID)
	require.ElementsMatch(t, []string{good.ID, elsewhere.ID}, []string{w.engine.dispatched[0].Run.ID, w.engine.dispatched[1].Run.ID})
}

func TestATombstoneThatCannotBeReadStopsNoOther(t *testing.T) {
	w := newWorld(t, nil)
	bad, good := w.create("bad"), w.create("good")
	run := w.manual(good.ID)
	w.manual(bad.ID)
	w.Advance(0)
	for _, id := range []string{bad.ID, good.ID} {
		require.NoError(t, w.DeleteJob(w.ctx, w.Actor, id))
	}
	w.Scheduler = jobs.NewScheduler(jobs.NewService(&badTombstone{w.store, bad.ID}, &jobs.Options{Now: w.Now}), w.engine, nil)
	_, err := w.Scheduler.Tick(w.ctx)
	require.ErrorContains(t, err, "document of the tombstone of job "+bad.ID)
	require.Contains(t, w.engine.cancelled, run.ID)
}

type badTombstone struct {
	storage.Store
	jobID string
}

func (b *badTombstone) Tombstone(ctx context.Context, ref storage.JobRef) (storage.TombstoneRecord, error) {
	record, err := b.Store.Tombstone(ctx, ref)
	if ref.JobID == b.jobID {
		record.Doc = garbled()
	}
	return record, err
}

func TestAStoresErrorsThatRepeatingDoesNotMend(t *testing.T) {
	for _, fault := range []error{storage.ErrInvalid, jobs.ErrOutdated} {
		store := &faults{}
		w, s := newSpiedWorld(t, nil)
		job := w.create("daily")
		store.Store = s
		store.before = func() error { return fmt.Errorf("%w: so it is", fault) }
		service := jobs.NewService(store, nil)
		_, err := service.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Description: new("x")})
		require.ErrorIs(t, err, fault)
		require.NotErrorIs(t, err, jobs.ErrUnavailable)
		store.job = func() error { return fault }
		_, err = service.Job(w.ctx, w.Actor, job.ID)
		require.ErrorIs(t, err, fault)
		require.NotErrorIs(t, err, jobs.ErrUnavailable)
	}
}
