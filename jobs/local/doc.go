// Package local is an engine in this process: a [Dispatcher] runs a Go function
// for each run, with bounded concurrency, timeout, cancellation and heartbeats.
// It is the embedded default. A run does not outlive the process, and is lost
// with it.
//
// Beside schedulers in other processes, each with a dispatcher of its own, a
// cancel or cleanup may be asked of a dispatcher that does not have the run. A
// worker then hears of a cancel with its next heartbeat, at most a quarter of
// RunOptions.Lease later. Cleanup must work for runs of other processes.
//
// A run is reported to run once it has for a second; one that is shorter costs a
// single report, of how it ended. Of a process that dies within that time nobody
// can tell whether the work had begun: such a run is begun again, by the next
// process. One that was reported to run is lost with its process, and never begun
// again by itself.
package local
