// Package jobledger is the root of a library for managing jobs: named
// workloads whose definition is a ledger of numbered, immutable versions, with
// at most one draft. It is embedded in a Go program, most often a control
// plane, and in that program's unit tests. This package holds no code; start
// with package jobs.
//
//   - jobs: the lifecycle service, the scheduler, and the dispatcher interface
//     of engines.
//   - jobs/local: a dispatcher that runs a Go function in this process.
//   - versions: what a version says, and what is valid in it.
//   - teams: who acts, and what each role permits.
//   - schedule: cron expressions in a time zone, and what becomes of due ticks.
//   - httpadapter: the documented REST routes as an http.Handler.
//   - storage: the interface that stores implement.
//   - storage/memory, storage/sqlite, storage/redis: stores.
//   - storage/storagetest: the conformance suite that proves a store.
//
// The reasons for all this are in DESIGN.md, the words in docs/concepts.md.
package jobledger
