// Package replicas proves by test that schedulers are leaderless and lose
// nothing. It holds no code to import.
//
// # What is proved
//
// Scheduler replicas are processes of their own on one SQLite file, or on one
// Redis server; their engine is another, which they reach over a socket. While
// minutes of many jobs' schedules pass, replicas are killed, started again and
// held still for longer than a lease; their clocks differ, and are set by up to
// ten leases and right again; all of them are away at once, for longer than a
// lease. The engine hangs, is out of reach, cannot report, and loses runs. Then
// one scheduler settles what is left, and these must hold:
//
//   - The rows of each job's tick ledger are exactly the ticks of its schedule,
//     as [schedule.Cron.Count] counts them: each tick has one fate, none is missing.
//   - Each tick that fired has exactly one run, and each scheduled run one tick.
//   - No run number is used twice, and none is left out.
//   - Each run ended, and what the engine was owed for it was done.
//   - A job that joins upstreams has made one decision for each set of their
//     successes: each success was used once, and none was lost.
//   - A run that was declared lost is one that the engine had lost. Those of an
//     engine that the machine itself kept from reporting are counted apart.
//   - No tick was skipped for a run whose engine had lost it, from a lease later
//     on. What a clock decided while it was wrong is not judged by this.
//
// How often a run was dispatched again is counted and logged, not judged: runs
// are created exactly once, and started at least once. A process that dies
// between handing a run to an engine and hearing of it leaves it to be
// dispatched anew, and the engine knows it by its ID.
//
// The same is asked of schedulers on a store that fails at random (every
// call, by error, lost reply or cancelled context), and of joins and waiting
// runs under concurrent reports.
//
// # Clocks
//
// The resolution of cron is a minute, so replicas live in a time that passes
// faster than the real one: a common epoch, and a factor times what has passed
// in reality since the start. Each replica adds a skew of up to 300
// milliseconds either way before it multiplies, drawn anew at each start: at a
// factor of 600 a replica may be three minutes, and so three ticks, ahead of
// another. That is harsher than the same skew of a real clock, whose part in a
// minute it keeps nowhere. The epoch lies so far back that this time never
// overtakes a real clock, as Redis would not let it.
//
// # Figures
//
// Tests are short by default; JOBLEDGER_TORTURE=1 runs the full figures. Each
// logs one line with what it did.
package replicas
