package jobstest_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/jobstest"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// A daily job at 02:30 in New York, in the nights in which the clock is set. In a
// test, give New the test's t, and compare with Want.
func Example() {
	w := jobstest.New(nil, &jobstest.Options{Start: time.Date(2027, 3, 13, 0, 0, 0, 0, time.UTC)})
	w.Create(jobs.NewJob{Key: "daily-sales", Definition: versions.Definition{
		CronExpression: "30 2 * * *", CronTimezone: "America/New_York",
	}})
	w.AdvanceTo(time.Date(2027, 3, 16, 0, 0, 0, 0, time.UTC))
	fmt.Println(w.Ticks("daily-sales"))

	november := time.Date(2027, 11, 6, 0, 0, 0, 0, time.UTC)
	w.AdvanceTo(november.AddDate(0, 0, 3))
	w.Ticks("daily-sales").Since(november).Want("2027-11-06 02:30 EDT fired", "2027-11-07 02:30 EST fired", "2027-11-08 02:30 EST fired")
	// Output:
	// 2027-03-13 02:30 EST  fired
	// 2027-03-14 03:00 EDT  fired  behind the gap
	// 2027-03-15 02:30 EDT  fired
}

// The engine fails two attempts, and takes the third.
func ExampleEngine_Succeed() {
	w := jobstest.New(nil, nil)
	w.Create(jobs.NewJob{Key: "daily-sales", Definition: versions.Definition{
		CronExpression: "0 2 * * *",
		Retry:          versions.Retry{MaxAttempts: 3, BackoffSeconds: 60},
	}})
	w.Engine.Fail("daily-sales", 10*time.Second, "no disk")
	w.Engine.Fail("daily-sales", 10*time.Second, "no memory")
	w.Engine.Succeed("daily-sales", time.Minute)
	w.Advance(3 * time.Hour)
	fmt.Println(w.Runs("daily-sales"))
	// Output:
	// 1  schedule  2027-01-01 02:00 UTC             failed     from 2027-01-01 02:00 UTC to 2027-01-01 02:00:10 UTC     "no disk"
	// 2  retry     2027-01-01 02:00 UTC  attempt 2  failed     from 2027-01-01 02:01:10 UTC to 2027-01-01 02:01:20 UTC  "no memory"
	// 3  retry     2027-01-01 02:00 UTC  attempt 3  succeeded  from 2027-01-01 02:03:20 UTC to 2027-01-01 02:04:20 UTC
}

// A run is still going at the next tick. The default policy skips that tick.
func ExampleEngine_Hold() {
	w := jobstest.New(nil, nil)
	w.Create(jobs.NewJob{Key: "hourly", Definition: versions.Definition{CronExpression: "0 * * * *"}})
	w.Engine.Hold("hourly")
	w.Advance(150 * time.Minute)
	w.Runs("hourly").Want("running")

	w.Engine.Report(w.Runs("hourly").Last(), jobs.Report{Status: jobs.RunSucceeded})
	w.Advance(time.Hour)
	fmt.Println(w.Ticks("hourly"))
	// Output:
	// 2027-01-01 01:00 UTC  fired
	// 2027-01-01 02:00 UTC  skipped: overlap
	// 2027-01-01 03:00 UTC  fired
}

// The worker of a run dies after ten minutes. The run is lost when its lease ends,
// and is tried again.
func ExampleEngine_Die() {
	w := jobstest.New(nil, nil)
	w.Create(jobs.NewJob{Key: "daily-sales", Definition: versions.Definition{
		CronExpression: "0 2 * * *",
		Retry:          versions.Retry{MaxAttempts: 2, BackoffSeconds: 60},
	}})
	w.Engine.Die("daily-sales", 10*time.Minute)
	w.Engine.Succeed("daily-sales", time.Minute)
	w.Advance(3 * time.Hour)
	fmt.Println(w.Runs("daily-sales"))
	// Output:
	// 1  schedule  2027-01-01 02:00 UTC             failed     from 2027-01-01 02:00 UTC to 2027-01-01 02:11:30 UTC  "lost: the engine did not report in time"
	// 2  retry     2027-01-01 02:00 UTC  attempt 2  succeeded  from 2027-01-01 02:12:30 UTC to 2027-01-01 02:13:30 UTC
}

// The engine cannot be reached for ten minutes. The run starts when it can.
func ExampleEngine_Refuse() {
	w := jobstest.New(nil, nil)
	w.Create(jobs.NewJob{Key: "hourly", Definition: versions.Definition{CronExpression: "0 * * * *"}})
	w.Engine.Refuse("hourly", errors.New("connection refused"))
	w.Advance(70 * time.Minute)
	w.Runs("hourly").Want("ready waiting for engine")

	w.Engine.Refuse("hourly", nil)
	w.Advance(10 * time.Minute)
	fmt.Println(w.Runs("hourly"))
	for _, d := range w.Engine.Dispatched("hourly") {
		fmt.Print(d.Run.UpdatedAt.Format("15:04:05 "))
	}
	// Output:
	// 1  schedule  2027-01-01 01:00 UTC  succeeded  from 2027-01-01 01:00 UTC to 2027-01-01 01:13:32 UTC
	//
	// 01:00:00 01:00:01 01:00:03 01:00:07 01:00:15 01:00:31 01:01:03 01:02:07 01:04:15 01:08:31 01:13:31
}

// Nothing works from 01:30 to 05:00:30. What becomes of the ticks is decided by
// the policy of each job.
func ExampleWorld_Outage() {
	w := jobstest.New(nil, nil)
	for _, policy := range []schedule.MissedSchedulePolicy{schedule.MissedSkip, schedule.MissedLatest, schedule.MissedAll} {
		w.Create(jobs.NewJob{Key: string(policy), Definition: versions.Definition{CronExpression: "0 * * * *", MissedSchedulePolicy: policy}})
	}
	w.Advance(90 * time.Minute)
	w.Outage(3*time.Hour + 30*time.Minute + 30*time.Second)
	w.Advance(time.Minute)
	for _, key := range []string{"skip", "latest", "all"} {
		fmt.Printf("%s\n%s", key, w.Ticks(key))
	}
	// Output:
	// skip
	// 2027-01-01 01:00 UTC                                   fired
	// 2027-01-01 02:00 UTC to 2027-01-01 04:00 UTC, 3 ticks  missed: policy
	// 2027-01-01 05:00 UTC                                   fired
	// latest
	// 2027-01-01 01:00 UTC                                   fired
	// 2027-01-01 02:00 UTC to 2027-01-01 04:00 UTC, 3 ticks  coalesced: policy
	// 2027-01-01 05:00 UTC                                   fired
	// all
	// 2027-01-01 01:00 UTC  fired
	// 2027-01-01 02:00 UTC  fired
	// 2027-01-01 03:00 UTC  fired
	// 2027-01-01 04:00 UTC  fired
	// 2027-01-01 05:00 UTC  fired
}

// A job that depends on two others runs once both have succeeded.
func ExampleWorld_Runs() {
	w := jobstest.New(nil, nil)
	w.Create(jobs.NewJob{Key: "orders", Definition: versions.Definition{CronExpression: "0 2 * * *"}})
	w.Create(jobs.NewJob{Key: "prices", Definition: versions.Definition{CronExpression: "0 3 * * *"}})
	w.Create(jobs.NewJob{Key: "report", Definition: versions.Definition{DependsOn: []string{"orders", "prices"}}})
	w.Engine.Succeed("prices", 20*time.Minute)
	w.Advance(6 * time.Hour)
	fmt.Println(w.Runs("report"))
	// Output: 1  dependency  2027-01-01 03:20 UTC  succeeded  from 2027-01-01 03:20 UTC to 2027-01-01 03:20:01 UTC
}
