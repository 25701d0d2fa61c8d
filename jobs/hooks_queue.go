package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/storage"
)

const (
	// queueEvery is how often the queue is counted. A count that takes long is made
	// no more often than once in wholeShare times as long.
	queueEvery = 15 * time.Second
	// maxCounted bounds the runs of each of two indexes that a count looks through,
	// and maxCountReads its reads of jobs: one for each organization at least.
	maxCounted    = 5000
	maxCountReads = 200
)

// countQueue counts the queue for the hook until the context ends.
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

// queue counts the open runs of those jobs that have one at the engine or on its
// way there: the store has an index of both. Dispatched runs have a lease that ends
// soon. That index also holds ended runs that are soon forgotten, so that the
// jobs' open runs are read, and not the index alone counted.
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
			for i := range found.Jobs {
				for _, record := range found.Jobs[i].OpenRuns {
					if r, err := decodeRun(record); err == nil {
						counts[r.queuedAs()]++
					}
				}
			}
		}
	}
	delete(counts, "")
	return counts, nil
}

// queuedAs is the status that the run is counted under in the queue; empty when it
// waits for something that no scheduler does.
func (r *runLedger) queuedAs() RunStatus {
	switch {
	case r.waitsFor == itsRelease || r.waitsFor == upstreamRuns:
		return ""
	case r.Status.dispatched() && r.Status != RunRunning:
		return RunStarting
	}
	return r.Status
}
