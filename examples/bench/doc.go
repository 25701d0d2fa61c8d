// Package bench measures jobledger beside other libraries that do one of its
// jobs. It is a module of its own, so that none of them becomes a dependency.
//
//	go test -run '^$' -bench . -benchmem
//
// Cron expressions are compared with robfig/cron and gronx; the scheduler with
// robfig/cron, gocron and a floor of container/heap. Where a comparison is not
// of like with like, the benchmark says so: jobledger commits to a store what
// the others keep, or do not keep, in a variable. The figures of one machine
// are of little use on another; the ratios are what is meant.
//
// Those with real clocks wait for them: a run of everything takes minutes.
package bench
