// Package bench measures jobledger: its operations against the least that they
// could cost (a floor), and its parts against other libraries that do one of
// its tasks. It is a module of its own, so that these libraries are no
// dependencies of jobledger.
//
//	go test -run '^$' -bench BenchmarkService -benchtime 20x
//	go test -run '^$' -bench BenchmarkGrowth -benchtime 20x -sizes 1000,100000
//
// It measures what a user does, through jobs.Service, Scheduler.Run and the
// dispatcher of jobs/local. A floor is measured in turns with it. The script
// scripts/bench-growth makes docs/performance.md from the results.
//
// Cron expressions are compared with robfig/cron and gronx. The scheduler is
// compared with robfig/cron, gocron and a floor of container/heap, and on the
// stores with River on SQLite and asynq on Redis. A benchmark says when a
// comparison is not fair: jobledger commits to a store what the others keep in
// a variable or do not keep at all. The figures of one machine mean little on
// another; compare the ratios.
package bench
