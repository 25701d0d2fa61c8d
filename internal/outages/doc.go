// Package outages proves by test what schedulers do when the control plane was
// away, when clocks are wrong, when an engine hangs, and when somebody edits a
// job meanwhile. It holds no code to import.
//
// # What is proved
//
//   - No run whose engine lives is lost: by an outage, a process that was
//     stopped, a clock that was set, or clocks that differ. A run that is dead is
//     found within two leases of an unbroken watch.
//   - A dead run takes no tick, whatever the policies are.
//   - An edit that leaves the schedule alone leaves everything that is due alone,
//     wherever it comes in the history of a job.
//   - Deadlines, cancels, ticks and other organizations wait for no engine, and an
//     engine that cannot be reached fails no run.
//   - A run that waits for a busy engine costs nothing.
//   - A report that was stamped by a wrong clock, and a clock that is set back,
//     start nothing and stop nothing.
//
// Time is simulated: these tests measure it, and take none. The same is asked of
// real processes by the tests of internal/replicas.
//
// # Figures
//
// Tests are short by default; JOBLEDGER_TORTURE=1 runs the full figures. Each
// logs one line with what it did.
package outages
