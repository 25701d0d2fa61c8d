// Package jobstest is for tests of job definitions, and of programs that embed
// package jobs. A [World] has a service, a scheduler and an engine, and a clock
// that stands still until the test moves it. The scheduler is the real one.
//
//	w := jobstest.New(t, nil)
//	w.Create(jobs.NewJob{Key: "daily-sales", Definition: versions.Definition{CronExpression: "0 2 * * *"}})
//	w.Engine.Fail("daily-sales", time.Minute, "no disk")
//	w.Advance(24 * time.Hour)
//	w.Ticks("daily-sales").Want("02:00 fired")
//	w.Runs("daily-sales").Want(`schedule failed "no disk"`)
//
// Nothing waits for real time: a year of a daily job takes about a second. The
// same test does the same each time.
package jobstest
