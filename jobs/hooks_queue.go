package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
)

const (
	// queueEvery is how often the queue is counted. The pause after a count is also
	// at least wholeShare times as long as the count took.
	queueEvery = 15 * time.Second
	// maxCounted bounds how many runs a count reads from each of two indexes, and
	// maxCountReads how often it reads jobs: at least once for each organization.
	maxCounted    = 5000
	maxCountReads = 200
)

// countQueue counts the queue for Hooks.Queue until the context ends.
func (s *Scheduler) countQueue(ctx context.Context) {
	hook := s.core.opts.Hooks.Queue
	for wait := time.Duration(0); ; {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		began := time.Now()
		runs, err := s.queue(ctx, s.core.now())
		switch {
		case err == nil:
			s.core.hook(ctx, "Queue", func() { hook(runs) })
		case ctx.Err() == nil:
			s.storeOutage.note(ctx, err)
			s.onError(ctx, err)
		}
		wait = max(queueEvery, wholeShare*time.Since(began))
	}
}

// queue counts the open runs of jobs that have a ready or a dispatched run. The
// store has an index of ready runs and one of deadlines; a dispatched run has a
// lease that ends soon. The index of deadlines also holds ended runs that retention
// is about to remove. So it is not enough to count the index: the jobs' open runs
// are read.
func (s *Scheduler) queue(ctx context.Context, now time.Time) (map[RunStatus]int, error) {
	jobIDs := map[string]map[string]bool{} // by organization
	for kind, until := range map[storage.DueKind]time.Time{
		storage.DueReady:     now.Add(maxRunAhead),
		storage.DueDeadlines: now.Add(s.core.opts.Runs.Lease),
	} {
		query := storage.DueQuery{Kind: kind, Until: until, Limit: duePage}
		for looked := 0; looked < maxCounted; {
			page, err := s.core.store.Due(ctx, query)
			if err != nil {
				return nil, storeError("count the runs that wait", err)
			}
			for _, item := range page.Items {
				if jobIDs[item.OrganizationID] == nil {
					jobIDs[item.OrganizationID] = map[string]bool{}
				}
				jobIDs[item.OrganizationID][item.JobID] = true
			}
			if !page.More {
				break
			}
			looked, query.After = looked+max(len(page.Items), 1), page.After
		}
	}
	return s.countOpen(ctx, jobIDs)
}

// countOpen counts the open runs of jobs by their status.
func (s *Scheduler) countOpen(ctx context.Context, jobIDs map[string]map[string]bool) (map[RunStatus]int, error) {
	counts := map[RunStatus]int{RunPending: 0, RunReady: 0, RunStarting: 0, RunRunning: 0}
	reads := 0
	for organizationID, ids := range jobIDs {
		query := storage.FindQuery{OrganizationID: organizationID, Brief: true, OpenRuns: openAtOnce}
		for id := range ids {
			query.IDs = append(query.IDs, id)
		}
		for len(query.IDs) > 0 && reads < maxCountReads {
			part := query
			part.IDs = query.IDs[:min(len(query.IDs), openAtOnce)]
			query.IDs = query.IDs[len(part.IDs):]
			reads++
			found, err := s.core.store.FindJobs(ctx, part)
			if err != nil {
				return nil, storeError("count the runs that wait", err)
			}
			addOpen(counts, found.Jobs)
		}
	}
	delete(counts, "")
	return counts, nil
}

// addOpen adds the open runs of jobs to the counts.
func addOpen(counts map[RunStatus]int, found []storage.FoundJob) {
	for i := range found {
		for _, record := range found[i].OpenRuns {
			if r, err := decodeRun(record); err == nil {
				counts[r.queuedAs()]++
			}
		}
	}
}

// queuedAs is the status under which the queue counts the run; empty when it is not
// counted.
func (r *runLedger) queuedAs() RunStatus {
	switch {
	case r.waitsFor == itsRelease || r.waitsFor == upstreamRuns:
		return ""
	case r.Status.dispatched() && r.Status != RunRunning:
		return RunStarting
	}
	return r.Status
}
