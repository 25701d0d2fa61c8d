// Package replicas has only tests. They prove that several schedulers need no
// leader, and lose nothing.
//
// # What is proved
//
// Several scheduler processes share one SQLite file or one Redis server. Their
// engine is another process, which they reach over a socket. While minutes of
// many jobs' schedules pass, schedulers are killed, started again, and stopped
// for longer than a lease. Their clocks differ, and are set wrong by up to ten
// leases and right again. All of them are away at once, for longer than a
// lease. The engine hangs, cannot be reached, cannot report, and loses runs.
// Then one scheduler settles what is left, and the following must be true:
//
//   - The ticks in each job's ledger are exactly those of its schedule, as
//     [schedule.Cron.Count] counts them: each tick has one fate, and none is
//     missing.
//   - Each tick that fired has exactly one run, and each scheduled run has one
//     tick.
//   - No run number is used twice, and none is left out.
//   - Each run has ended, and its debts to the engine are paid.
//   - A job that joins dependencies has made one run for each set of their
//     successes: each success was used once, and none was lost.
//   - Each run that was declared lost was really lost by the engine. Runs whose
//     engine could not report because of the machine itself are counted apart.
//   - No tick was skipped because of a run that the engine had lost, from one
//     lease after the loss. Decisions of a wrong clock are not judged.
//
// How often a run was dispatched again is counted and logged, but not judged. A
// run is created exactly once, and started at least once. When a process dies
// between handing a run to an engine and getting the answer, the run is
// dispatched again, and the engine recognizes its ID.
//
// The same is tested for schedulers on a store that fails at random (in every
// call: by an error, a lost reply, or a cancelled context), and for joins and
// waiting runs under concurrent reports.
//
// # Clocks
//
// The resolution of cron is a minute, so these processes use a time that runs
// faster than the real one: a common epoch, plus the real time since the start
// times a factor. Each process adds a skew of up to 300 milliseconds, earlier
// or later, before it multiplies; it draws a new skew at each start. With a
// factor of 600, a process may be three minutes, and so three ticks, ahead of
// another. This is harder than the same skew of a real clock. The epoch is so
// long ago that this time never overtakes a real clock, which Redis would not
// accept.
//
// # Figures
//
// Tests are short by default. JOBLEDGER_TORTURE=1 runs the full figures. Each
// test logs one line with what it did.
package replicas
