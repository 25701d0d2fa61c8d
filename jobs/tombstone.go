package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// remains is what a removed job owes its engine: a cancel and a cleanup for
// each run that the engine had, or may have had.
type remains struct {
	runIDs []string
	// kept are those of them whose resources are not to be cleaned up.
	kept  []string
	tries int
}

// Fields of a tombstone's document; see document.go.
const (
	remainsRunID = 2
	remainsTries = 3
	remainsKept  = 4
)

func (m remains) record(ref JobRef) *TombstoneRecord {
	t := &TombstoneRecord{JobRef: ref, Owed: len(m.runIDs) > 0}
	var e encoder
	e.integer(fieldFormat, documentFormat)
	for _, id := range m.runIDs {
		e.text(remainsRunID, id)
	}
	for _, id := range m.kept {
		e.text(remainsKept, id)
	}
	e.integer(remainsTries, int64(m.tries))
	t.Doc = e.doc
	return t
}

func decodeRemains(t TombstoneRecord) (remains, error) {
	var m remains
	d := newDecoder(t.Doc)
	for d.next() {
		switch d.field {
		case fieldFormat:
			d.checkFormat(d.integer())
		case remainsRunID:
			m.runIDs = append(m.runIDs, d.text())
		case remainsTries:
			m.tries = d.count()
		case remainsKept:
			m.kept = append(m.kept, d.text())
		}
	}
	if err := d.finish(); err != nil {
		return m, fmt.Errorf("document of the tombstone of job %s: %w", t.JobID, err)
	}
	return m, nil
}

func (m *remains) add(runID string, cleanup bool) {
	m.runIDs = append(m.runIDs, runID)
	if !cleanup {
		m.kept = append(m.kept, runID)
	}
}

// maxRemains bounds how many of a job's newest runs are looked through, when
// it is removed, for ended ones that the engine is still owed something for.
const maxRemains = 1000

// remainsOf finds what a job that is about to be removed owes its engine. A
// run that is pending now may be dispatched before the job is gone: it counts too.
func (s *Service) remainsOf(ctx context.Context, l *ledger) (remains, error) {
	var m remains
	query := RunQuery{JobRef: l.ref(), Outcomes: []Outcome{OutcomeNone}, Limit: maxActive}
	for {
		records, err := s.store.ListRuns(ctx, query)
		if err != nil {
			return m, storeError("list the runs of job "+l.ID, err)
		}
		for _, record := range records {
			r, err := decodeRun(record)
			if err != nil {
				return m, err
			}
			m.add(r.ID, r.ResourceCleanupMode == CleanupAlways)
		}
		if len(records) < query.Limit {
			break
		}
		query.After = RunPosition{Number: records[len(records)-1].Number}
	}
	ended, err := s.store.ListRuns(ctx, RunQuery{JobRef: l.ref(), Outcomes: []Outcome{OutcomeSucceeded, OutcomeFailed}, Limit: maxRemains})
	if err != nil {
		return m, storeError("list the runs of job "+l.ID, err)
	}
	for _, record := range ended {
		r, err := decodeRun(record)
		if err != nil {
			return m, err
		}
		if r.owesCancel || r.owesCleanup {
			m.add(r.ID, r.owesCleanup)
		}
	}
	return m, nil
}

// settledAtOnce bounds for how many runs of a removed job the engine is asked in
// one step.
const settledAtOnce = 10

// stepTombstone asks the engine to cancel and clean up what a removed job owes,
// for some runs at a time. What is not acknowledged is asked for again.
func (s *Scheduler) stepTombstone(ctx context.Context, ref JobRef) error {
	record, err := s.service.store.Tombstone(ctx, ref)
	if err != nil {
		return storeError("read the tombstone of job "+ref.JobID, err)
	}
	now := s.service.now()
	if record.WakeAt.IsZero() || record.WakeAt.After(now) {
		return nil // another scheduler was here
	}
	m, err := decodeRemains(record)
	if err != nil {
		return err
	}
	turn := min(settledAtOnce, len(m.runIDs))
	left := remains{runIDs: slices.Clone(m.runIDs[turn:]), kept: m.kept}
	var engineErrs []error
	for _, id := range m.runIDs[:turn] {
		if err := s.settleRemains(ctx, RunRef{JobRef: ref, RunID: id}, slices.Contains(m.kept, id)); err != nil {
			left.runIDs = append(left.runIDs, id)
			engineErrs = append(engineErrs, told(err))
		}
	}
	if len(engineErrs) > 0 {
		left.tries = m.tries + 1
	}
	next := left.record(ref)
	next.Revision = record.Revision
	if next.Owed {
		next.WakeAt = s.service.now()
		if left.tries > 0 {
			next.WakeAt = next.WakeAt.Add(backoff(left.tries, s.service.opts.Runs.DispatchBackoff))
		}
	}
	// The requests may have taken all of the step's time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opts.RequestTimeout)
	defer cancel()
	err = s.service.commit(ctx, Change{JobRef: ref, OperationID: newOperationID(), At: s.service.now(), Tombstone: next})
	return errors.Join(append(engineErrs, err)...)
}

// settleRemains asks the engine to stop a run, and to clean up after it unless
// its resources are to be kept.
func (s *Scheduler) settleRemains(ctx context.Context, run RunRef, kept bool) error {
	err := s.ask(ctx, func(ctx context.Context) error { return s.dispatcher.Cancel(ctx, run) })
	if err != nil || kept {
		return err
	}
	return s.ask(ctx, func(ctx context.Context) error { return s.dispatcher.Cleanup(ctx, run) })
}
