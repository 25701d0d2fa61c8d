// Package local is an engine in this process: a [Dispatcher] calls a Go function
// for each run, with bounded concurrency, timeout, cancellation and heartbeats.
// When the process ends, its runs are lost.
//
// Several processes may share a store, each with its own schedulers and dispatcher.
// Then a dispatcher may be asked to cancel or clean up a run of another process.
// The worker sees such a cancel at its next heartbeat, at most a quarter of
// RunOptions.Lease later. Options.Cleanup must also work for runs of other
// processes.
//
// A run is reported as running after it has run for a second. A shorter run makes
// only one report, of its end. If a process dies before the first report, nobody
// knows whether the work had begun, and another process starts the run again. If it
// dies after that report, the run is lost: it ends as failed, and starts again only
// if its version has retries.
package local
