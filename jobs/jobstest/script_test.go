package jobstest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// A run of which nothing is heard stays silent when it is dispatched again, and the
// next behaviour is for the next run.
func TestARunThatIsDispatchedAgainStaysTheSame(t *testing.T) {
	t.Parallel()
	w := jobstest.New(t, nil)
	w.Create(jobs.NewJob{Key: "nightly", Definition: versions.Definition{
		CronExpression: "0 2 * * *", Retry: versions.Retry{MaxAttempts: 3, BackoffSeconds: 60},
	}})
	w.Engine.Fail("nightly", time.Second, "no disk")
	w.Engine.Silent("nightly")
	w.Engine.Succeed("nightly", time.Second)
	w.Advance(6 * time.Hour)
	w.Runs("nightly").Want(`failed "no disk"`, `attempt 2 failed "could not be handed to the engine"`, "attempt 3 succeeded")
	require.Greater(t, len(w.Engine.Dispatched("nightly")), 3)
}

func TestTicksThatWaitAreInTheLedger(t *testing.T) {
	t.Parallel()
	w := jobstest.New(t, nil)
	w.Create(jobs.NewJob{Key: "all", Definition: versions.Definition{CronExpression: "0 * * * *", MissedSchedulePolicy: schedule.MissedAll}})
	w.Engine.Hold("all")
	w.Outage(3*time.Hour + time.Minute)
	w.Advance(0)
	require.Contains(t, w.Ledger("all"), "due, and wait: from 2027-01-01 02:00 UTC on\n")
}
