package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/versions"
)

// A tick without a run is told of in a sentence, by ctl why and by ctl events.
func TestReasonsAreSentences(t *testing.T) {
	w := jobstest.New(t, nil)
	create := func(key string, d versions.Definition) jobs.Job {
		d.CronExpression = "0 * * * *"
		return w.Create(jobs.NewJob{Key: key, TeamIDs: []string{"DATA"}, Definition: d})
	}
	create("one", versions.Definition{})
	create("two", versions.Definition{ConcurrencyPolicy: "allow", MaxConcurrentRuns: 2})
	create("none", versions.Definition{MissedSchedulePolicy: "skip"})
	create("failing", versions.Definition{})
	create("after", versions.Definition{DependsOn: []string{"failing"}})
	create("replaced", versions.Definition{ConcurrencyPolicy: "replace"})
	paused := create("paused", versions.Definition{})
	w.Engine.Hold("one")
	w.Engine.Hold("two")
	w.Engine.Fail("failing", time.Second, "no disk")
	status := jobs.Paused
	_, err := w.UpdateJob(t.Context(), w.Actor, paused.ID, jobs.JobPatch{Status: &status})
	require.NoError(t, err)
	w.Advance(3*time.Hour + 30*time.Minute)
	w.Outage(3 * time.Hour)
	w.Advance(time.Hour)
	_, err = w.Service.SetHold(t.Context(), w.Actor, "moving house")
	require.NoError(t, err)
	w.Advance(2 * time.Hour)
	require.NoError(t, w.Service.LiftHold(t.Context(), w.Actor))
	status = jobs.Active
	_, err = w.UpdateJob(t.Context(), w.Actor, paused.ID, jobs.JobPatch{Status: &status})
	require.NoError(t, err)
	w.Advance(time.Hour)
	s := newShellOn(t, w.Service)
	for _, test := range []struct{ job, verdict string }{
		{"one", "skipped overlap"}, {"two", "skipped cap"}, {"none", "missed policy"}, {"one", "coalesced policy"}, {"after", "skipped dependency"},
		{"paused", "paused"}, {"one", "paused hold"},
	} {
		t.Run(test.verdict, func(t *testing.T) {
			require.NotEmpty(t, reasons[test.verdict])
			require.Contains(t, s.ok("why", test.job, "--since", "2026-12-01"), reasons[test.verdict])
			require.Contains(t, s.ok("events", test.job, "--limit", "1000"), reasons[test.verdict])
		})
	}
	require.Equal(t, "new", reasonOf("skipped", "new"), "a newer server has a reason that ctl does not know")
}
