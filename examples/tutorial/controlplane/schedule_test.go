package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/versions"
)

// The report in the night in which the clock goes from 02:00 to 03:00, and the
// control plane is down the night before.
func TestReportInSpring(t *testing.T) {
	w := jobstest.New(t, &jobstest.Options{
		Start:   time.Date(2027, 3, 13, 0, 0, 0, 0, time.UTC),
		Service: jobs.Options{CheckConfig: checkConfig},
	})
	w.Create(jobs.NewJob{Key: "nightly-report", Definition: versions.Definition{
		Config:         json.RawMessage(`{"report": {"table": "sales"}}`),
		CronExpression: "0 2 * * *",
		CronTimezone:   "America/New_York",
		Retry:          versions.Retry{MaxAttempts: 3, BackoffSeconds: 60},
	}})
	w.Engine.Fail("nightly-report", time.Minute, "the warehouse did not answer")
	w.Engine.Succeed("nightly-report", time.Minute)

	w.Outage(12 * time.Hour)
	w.Advance(24 * time.Hour)

	w.Ticks("nightly-report").Want(
		"2027-03-13 02:00 EST fired", // late: the missed-schedule policy is latest
		"2027-03-14 03:00 EDT fired behind the gap",
	)
	w.Runs("nightly-report").Want(
		`failed from 2027-03-13 07:00 EST "the warehouse did not answer"`,
		"retry attempt 2 succeeded",
		"schedule succeeded from 2027-03-14 03:00 EDT",
	)
}
