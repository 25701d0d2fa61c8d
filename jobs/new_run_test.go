package jobs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// declares gives a new job parameters with defaults.
func declares(parameters map[string]string) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.Parameters = parameters }
}

func TestARunHasTheVersionsParametersAndThoseGiven(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", declares(map[string]string{"day": "today", "region": "eu"}))
	given := map[string]string{"region": "us"}
	run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Parameters: given})
	require.NoError(t, err)
	want := map[string]string{"day": "today", "region": "us"}
	require.Equal(t, want, run.Parameters)

	given["region"], run.Parameters["day"] = "changed", "changed"
	w.publish(job.ID, versions.Patch{Parameters: &map[string]string{"other": "1"}})
	w.Advance(0)
	require.Equal(t, want, w.engine.dispatched[0].Run.Parameters, "they are fixed when the run is made")
	read, err := w.JobRun(w.ctx, w.Actor, job.ID, run.ID)
	require.NoError(t, err)
	require.Equal(t, want, read.Parameters)

	w.report(run.ID, jobs.Report{Status: jobs.RunFailed})
	again, err := w.RetryRun(w.ctx, w.Actor, job.ID, run.ID)
	require.NoError(t, err)
	require.Equal(t, want, again.Parameters)
	require.Equal(t, 1, again.JobVersion)

	plain, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"other": "1"}, plain.Parameters)
}

func TestAScheduledRunHasTheDefaults(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", scheduled("@hourly", "", ""), declares(map[string]string{"day": "today"}))
	w.at(time.Hour)
	require.Equal(t, map[string]string{"day": "today"}, w.runs(job.ID)[0].Parameters)
	require.Equal(t, map[string]string{"day": "today"}, w.engine.dispatched[0].Run.Parameters)
}

func TestWhatANewRunMayNotSay(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job", declares(map[string]string{"day": "today", "LD_PRELOAD": ""}))
	long := strings.Repeat("x", versions.MaxParameterBytes+1)
	many := map[string]string{}
	for i := range 200 {
		many[strings.Repeat("a", i+1)] = ""
	}
	for name, tc := range map[string]struct {
		n      jobs.NewRun
		fields []string
	}{
		"a name that is not declared": {jobs.NewRun{Parameters: map[string]string{"dya": "1"}}, []string{"parameters.dya"}},
		"each of several":             {jobs.NewRun{Parameters: map[string]string{"b": "", "a": "", "day": ""}}, []string{"parameters.a", "parameters.b"}},
		"an option":                   {jobs.NewRun{Parameters: map[string]string{"--help": ""}}, []string{"parameters.--help"}},
		"another case":                {jobs.NewRun{Parameters: map[string]string{"Day": ""}}, []string{"parameters.Day"}},
		"no name":                     {jobs.NewRun{Parameters: map[string]string{"": ""}}, []string{"parameters."}},
		"a zero byte":                 {jobs.NewRun{Parameters: map[string]string{"day": "a\x00b"}}, []string{"parameters.day"}},
		"no UTF-8":                    {jobs.NewRun{Parameters: map[string]string{"day": "\xff"}}, []string{"parameters.day"}},
		"a long value":                {jobs.NewRun{Parameters: map[string]string{"day": long}}, []string{"parameters.day"}},
		"too many":                    {jobs.NewRun{Parameters: many}, []string{"parameters"}},
		"a time that is over":         {jobs.NewRun{RunAt: epoch.Add(-time.Hour)}, []string{"runAt"}},
		"a time too far ahead":        {jobs.NewRun{RunAt: epoch.AddDate(1, 0, 2)}, []string{"runAt"}},
		"hold and a time":             {jobs.NewRun{Hold: true, RunAt: epoch.Add(time.Hour)}, []string{"runAt"}},
		"all at once": {
			jobs.NewRun{ResourceCleanupMode: "soon", RunAt: epoch.AddDate(2, 0, 0), Parameters: map[string]string{"x": "", "day": long}},
			[]string{"resourceCleanupMode", "runAt", "parameters.x", "parameters.day"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.CreateRun(w.ctx, w.Actor, job.ID, tc.n)
			var errs versions.FieldErrors
			require.ErrorAs(t, err, &errs)
			var fields []string
			for _, e := range errs {
				fields = append(fields, e.Field)
			}
			require.Equal(t, tc.fields, fields)
		})
	}
	list, err := w.ListRuns(w.ctx, w.Actor, job.ID, jobs.RunQuery{})
	require.NoError(t, err)
	require.Empty(t, list.Runs)

	for _, value := range []string{"'; drop table t; --", "--help", "$(id)", "a\nb", `"`, "🙂", long[1:]} {
		run, err := w.CreateRun(w.ctx, w.Actor, job.ID, jobs.NewRun{Parameters: map[string]string{"day": value, "LD_PRELOAD": value}})
		require.NoError(t, err)
		require.Equal(t, map[string]string{"day": value, "LD_PRELOAD": value}, run.Parameters, "a value is kept as it is")
	}
}

func TestARepeatedRequestIsNotCheckedAnew(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	n := jobs.NewRun{RunAt: epoch.Add(time.Minute), IdempotencyKey: "once"}
	run, err := w.CreateRun(w.ctx, w.Actor, job.ID, n)
	require.NoError(t, err)
	w.Outage(time.Hour)
	again, err := w.CreateRun(w.ctx, w.Actor, job.ID, n)
	require.NoError(t, err)
	require.Equal(t, run.ID, again.ID)
	require.Equal(t, jobs.WaitingForTime, run.WaitingFor)
	require.Equal(t, jobs.WaitingForEngine, again.WaitingFor)
}
