// Package outages has only tests. They prove what schedulers do when the
// control plane was away, when clocks are wrong, when an engine hangs, and when
// somebody edits a job meanwhile.
//
// # What is proved
//
//   - No run whose engine lives is lost because of an outage, a process that
//     was stopped, a clock that was set, or clocks that differ. A run that is
//     dead is found within two leases of an uninterrupted watch.
//   - Because of a dead run no tick is skipped, whatever the policies are.
//   - An edit that does not change the schedule changes nothing about what is
//     due, at any point in the history of a job.
//   - Deadlines, cancels, ticks and other organizations do not wait for an
//     engine. An engine that cannot be reached fails no run.
//   - A run that waits for a busy engine costs nothing.
//   - A report that was stamped by a wrong clock, or a clock that is set back,
//     starts and stops nothing.
//
// Time is simulated. The tests of internal/replicas prove the same with real
// processes.
//
// # Figures
//
// Tests are short by default. JOBLEDGER_TORTURE=1 runs the full figures. Each
// test logs one line with what it did.
package outages
