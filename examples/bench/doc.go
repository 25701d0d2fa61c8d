// Package bench measures jobledger: its operations beside the least that they
// could cost, and its parts beside other libraries that do one of its jobs. It is
// a module of its own, so that none of them becomes a dependency.
//
//	go test -run '^$' -bench BenchmarkService -benchtime 20x
//	go test -run '^$' -bench BenchmarkGrowth -benchtime 20x -sizes 1000,100000
//
// What is measured is what a user does, through jobs.Service, Scheduler.Run and
// the dispatcher of jobs/local; a floor is measured in turns with it. The script
// scripts/bench-growth makes docs/performance.md of the rows that are reported.
//
// Cron expressions are compared with robfig/cron and gronx; the scheduler with
// robfig/cron, gocron and a floor of container/heap, and on the stores with River
// on SQLite and asynq on Redis. Where a comparison is not of like with like, the
// benchmark says so: jobledger commits to a store what the others keep, or do not
// keep, in a variable. The figures of one machine are of little use on another;
// the ratios are what is meant.
package bench
