package jobs_test

import (
	"context"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// given are documents that can be read.
func given(docs ...jobs.NewJob) iter.Seq2[jobs.NewJob, error] {
	return func(yield func(jobs.NewJob, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// doc is the document of a job of team T1.
func doc(key string, change ...func(*jobs.NewJob)) jobs.NewJob {
	d := jobs.NewJob{Definition: definition(), Key: key, TeamIDs: []string{"T1"}}
	for _, f := range change {
		f(&d)
	}
	return d
}

// apply applies documents, and returns "key action" and what was said of it.
func (w *World) apply(actor teams.Actor, opts *jobs.ApplyOptions, docs ...jobs.NewJob) []string {
	w.t.Helper()
	var said []string
	err := w.Apply(w.ctx, actor, given(docs...), opts, func(a jobs.Applied) error {
		text := []string{a.JobKey, string(a.Action)}
		for _, c := range a.Changes {
			text = append(text, c.Path)
		}
		for _, e := range a.Errors {
			text = append(text, e.Error())
		}
		said = append(said, strings.Join(text, " "))
		return nil
	})
	require.NoError(w.t, err)
	return said
}

// exported are the documents of all jobs.
func (w *World) exported(actor teams.Actor) (docs []jobs.NewJob) {
	w.t.Helper()
	for d, err := range w.Export(w.ctx, actor) {
		require.NoError(w.t, err)
		docs = append(docs, d)
	}
	return docs
}

func timeout(seconds int) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.TimeoutSeconds = seconds }
}

func inTeams(ids ...string) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.TeamIDs = ids }
}

func described(text string) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.Description = text }
}

func withStatus(s jobs.Status) func(*jobs.NewJob) { return func(j *jobs.NewJob) { j.Status = s } }

func TestApply(t *testing.T) {
	w := newWorld(t, nil)
	// Dependencies stand behind their dependents, and are created before them.
	require.Equal(t, []string{"base created", "report created", "alone created"},
		w.apply(w.Actor, nil, doc("report", dependsOn("base")), doc("base"), doc("alone")))
	docs := w.exported(w.Actor)
	require.Len(t, docs, 3)
	require.Equal(t, []string{"alone unchanged", "base unchanged", "report unchanged"}, w.apply(w.Actor, nil, docs...))

	before := w.byKey("base")
	require.Equal(t, []string{
		"alone updated /description",
		"base published /timeoutSeconds /status /teamIds",
		"report updated /teamIds",
	}, w.apply(w.Actor, nil,
		doc("alone", described("other")),
		doc("base", timeout(5), withStatus(jobs.Paused), inTeams("T2", "T3")),
		doc("report", dependsOn("base"), inTeams("T2", "T1", "T2"))))
	base := w.byKey("base")
	require.Equal(t, []any{2, 5, jobs.Paused, []string{"T2", "T3"}, 1},
		[]any{base.CurrentVersion, base.Version.TimeoutSeconds, base.Status, base.TeamIDs(), base.Version.BasedOn})
	require.Equal(t, before.ID, base.ID)
	require.Equal(t, []any{1, "other"}, []any{w.byKey("alone").CurrentVersion, w.byKey("alone").Description})
	require.Equal(t, []string{"T1", "T2"}, w.byKey("report").TeamIDs())

	// What a document leaves out is the default.
	require.Equal(t, []string{"base published /timeoutSeconds /status /teamIds"}, w.apply(w.Actor, nil, doc("base")))
	require.Equal(t, []any{jobs.Active, 0}, []any{w.byKey("base").Status, w.byKey("base").Version.TimeoutSeconds})
}

// byKey reads a job.
func (w *World) byKey(key string) jobs.Job {
	w.t.Helper()
	list, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{})
	require.NoError(w.t, err)
	for _, job := range list.Jobs {
		if job.Key == key {
			return job
		}
	}
	require.Failf(w.t, "no such job", "%s", key)
	return jobs.Job{}
}

// What differs of a job is one commit, with an event of each kind.
func TestApplyIsOneCommit(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	w.create("job", scheduled("@hourly", schedule.ConcurrencySkip, schedule.MissedLatest))
	s.made()
	w.apply(w.Actor, nil, doc("job", timeout(5), withStatus(jobs.Paused), inTeams("T2")))
	require.Len(t, s.made(), 1)
	var kinds []jobs.EventKind
	for _, e := range w.journal()[1:] {
		kinds = append(kinds, e.Kind)
	}
	require.Equal(t, []jobs.EventKind{jobs.VersionPublished, jobs.JobUpdated, jobs.TeamsGranted, jobs.TeamRevoked}, kinds)
}

// A pause and a resumption that come with another schedule start nothing of the
// one before.
func TestApplyOfASchedule(t *testing.T) {
	w := newWorld(t, patient)
	hourly := func(minute string, status jobs.Status) jobs.NewJob {
		return doc("job", scheduled(minute+" * * * *", schedule.ConcurrencyAllow, schedule.MissedAll), withStatus(status))
	}
	w.apply(w.Actor, nil, hourly("0", jobs.Active))
	id := w.byKey("job").ID
	w.Outage(90 * time.Minute) // 13:00 is due
	w.apply(w.Actor, nil, hourly("10", jobs.Paused))
	w.Advance(0)
	require.Equal(t, []string{"13:00 paused"}, w.fates(id))
	require.Zero(t, w.job(id).NextRunAt)
	w.Outage(time.Hour) // 14:10 passes
	w.apply(w.Actor, nil, hourly("40", jobs.Active))
	w.Advance(0)
	require.Equal(t, []string{"13:00 paused", "14:10 paused"}, w.fates(id))
	require.Equal(t, "14:40", w.job(id).NextRunAt.Format("15:04"))
	require.Empty(t, w.runs(id))
}

func TestApplyRefusesDocuments(t *testing.T) {
	w := newWorld(t, nil)
	w.create("there")
	for name, tc := range map[string]struct {
		docs []jobs.NewJob
		opts jobs.ApplyOptions
		want []string
	}{
		"all faults of all": {
			docs: []jobs.NewJob{
				doc("", timeout(-1)), doc("ok"), doc("x", inTeams()), doc("y", func(j *jobs.NewJob) { j.CronExpression = "? ?" }),
				doc("z", withStatus("odd"), func(j *jobs.NewJob) { j.CronTimezone = "Nowhere" }),
			},
			want: []string{"jobs[0].jobKey", "jobs[0].timeoutSeconds", "jobs[2].teamIds", "jobs[3].cronExpression", "jobs[4].status", "jobs[4].cronTimezone"},
		},
		"a key twice":       {docs: []jobs.NewJob{doc("a"), doc("b"), doc("a")}, want: []string{"jobs[2].jobKey"}},
		"itself":            {docs: []jobs.NewJob{doc("a", dependsOn("a"))}, want: []string{"jobs[0].dependsOn"}},
		"a cycle":           {docs: []jobs.NewJob{doc("x"), doc("a", dependsOn("c")), doc("b", dependsOn("x", "a")), doc("c", dependsOn("b"))}, want: []string{"jobs[1].dependsOn"}},
		"pruning to naught": {opts: jobs.ApplyOptions{Prune: true}, want: []string{"jobs"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := w.Apply(w.ctx, w.Actor, given(tc.docs...), &tc.opts, func(jobs.Applied) error { panic("nothing is applied") })
			var errs versions.FieldErrors
			require.ErrorAs(t, err, &errs)
			var fields []string
			for _, e := range errs {
				fields = append(fields, e.Field)
			}
			require.Equal(t, tc.want, fields, "%v", errs)
			require.Len(t, w.exported(w.Actor), 1)
		})
	}
}

func TestApplyNamesACycleInWords(t *testing.T) {
	w := newWorld(t, nil)
	err := w.Apply(w.ctx, w.Actor, given(doc("a", dependsOn("c")), doc("b", dependsOn("a")), doc("c", dependsOn("b"))), nil, nil)
	require.EqualError(t, err, `invalid input: jobs[0].dependsOn: must not lead back to the job itself: "a", "c", "b", "a"`)
}

func TestApplyTellsOfBoundedFaults(t *testing.T) {
	w := newWorld(t, nil)
	docs := make([]jobs.NewJob, 5000)
	err := w.Apply(w.ctx, w.Actor, given(docs...), nil, nil)
	var errs versions.FieldErrors
	require.ErrorAs(t, err, &errs)
	require.Len(t, errs, 1001)
	require.Equal(t, "jobs", errs[1000].Field)
}

// An error of the sequence ends it before anything is written, but faults of a
// document are told with those of the others.
func TestApplyOfDocumentsThatCannotBeRead(t *testing.T) {
	w := newWorld(t, nil)
	seq := func(err error) iter.Seq2[jobs.NewJob, error] {
		return func(yield func(jobs.NewJob, error) bool) {
			_ = yield(doc("a"), nil) && yield(jobs.NewJob{}, err) && yield(doc("b", timeout(-1)), nil)
		}
	}
	err := w.Apply(w.ctx, w.Actor, seq(context.DeadlineExceeded), nil, nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	err = w.Apply(w.ctx, w.Actor, seq(versions.FieldErrors{{Field: "config", Detail: "must be an object"}}), nil, nil)
	require.EqualError(t, err, "invalid input: jobs[1].config: must be an object; jobs[2].timeoutSeconds: must be 0 to 2147483647")
	require.Empty(t, w.exported(w.Actor))
}
