// Package oteljobs makes OpenTelemetry metrics and traces of what jobledger does:
//
//	hooks, err := oteljobs.New(nil) // the global providers
//	if err != nil {
//		return err
//	}
//	service := jobs.NewService(store, &jobs.Options{Hooks: hooks})
//
// # Metrics
//
// docs/observability.md has a table of all metrics, with what to do when one moves.
// Their attributes have few values each: triggers, statuses, verdicts, reasons, names
// of operations, kinds of errors. No metric names a job, a run or a member, and only
// Options.Organizations makes one name an organization.
//
// Metrics of runs and ticks count what this process committed: sum them over all
// processes. jobledger.queue.runs is about the whole store, and each process with a
// running scheduler reports it: take the maximum.
//
// # Traces
//
// A trace begins where a run is made: with the span jobledger.settle of a scheduler, or
// in the caller's span when a member makes it. The run keeps that place. So the spans
// jobledger.dispatch, jobledger.report, jobledger.cancel and jobledger.cleanup are in
// the same trace, whichever process makes them, also after a restart. The engine gets
// its place as Dispatch.Trace: [Context] makes a context of it, and [TraceContext] makes
// a Report.Trace of a context. Over HTTP, that is the header traceparent.
//
// Spans carry the IDs of the organization, the job and the run. Heartbeats and calls of
// the store make no spans.
package oteljobs
