//go:build unix

package replicas_test

import (
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/document"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

// checkLost: a run that was lost is one that the engine lost.
func (a *audit) checkLost(h history, w *World) {
	a.t.Helper()
	for _, run := range h.runs {
		if run.Status != jobs.RunFailed || !strings.HasPrefix(run.StatusMessage, "lost") {
			continue
		}
		l := w.engine.lives[run.ID]
		switch {
		case l != nil && !l.died.IsZero():
			a.dead++
		case l != nil && l.stalled:
			a.stalled++
		default:
			require.Failf(a.t, "a live run was lost", "%s: run %d, dispatched %s, finished %s, %s: %+v",
				h.Key, run.Number, run.DispatchedAt, run.FinishedAt, run.StatusMessage, l)
		}
	}
}

// skipped is an event about a tick that made no run.
type skipped struct {
	kind    jobs.EventKind
	nominal time.Time
	reason  string
}

// skips are the parts of an event's document that are read here.
var skips = document.New(nil,
	document.Text(2, func(s *skipped) *jobs.EventKind { return &s.kind }),
	document.Time(9, func(s *skipped) *time.Time { return &s.nominal }),
	document.Text(11, func(s *skipped) *string { return &s.reason }),
)

// checkSkips: no tick was skipped for a run that its scheduler could have known to
// be suspected. Runs whose engine died count until their lease is over.
func (a *audit) checkSkips(found map[string]history, w *World, store storage.Store) {
	a.t.Helper()
	byID := map[string]history{}
	for _, h := range found {
		byID[h.ID] = h
	}
	for query := (storage.EventQuery{OrganizationID: actor.OrganizationID, Ascending: true, Limit: 1000}); ; {
		page, err := store.ListEvents(a.t.Context(), query)
		require.NoError(a.t, err)
		for _, record := range page.Events {
			var s skipped
			require.NoError(a.t, skips.Decode(record.Doc, &s))
			if s.kind != jobs.TickSkipped || w.doubtful(record.At) {
				continue
			}
			h, atMost := byID[record.JobID], 1
			switch schedule.Reason(s.reason) {
			case schedule.ReasonOverlap:
			case schedule.ReasonCap:
				atMost = h.Version.MaxConcurrentRuns
			default:
				continue
			}
			counted := a.counted(h, w, record.At)
			require.GreaterOrEqual(a.t, counted, atMost, "%s: the tick of %s was skipped at %s (%s) for runs that were dead",
				h.Key, s.nominal, record.At, s.reason)
			a.skips++
		}
		if len(page.Events) == 0 {
			return
		}
		query.After = page.Events[len(page.Events)-1].Seq
	}
}

// counted is how many runs of a job may have counted at a time.
func (a *audit) counted(h history, w *World, at time.Time) (n int) {
	differ := (2*maxSkew + 500*time.Millisecond) * time.Duration(w.factor)
	for _, run := range h.runs {
		made, gone := run.CreatedAt, run.FinishedAt
		if made.After(at.Add(differ)) && !w.doubtful(made) || gone.Before(at.Add(-differ)) && !w.doubtful(gone) {
			continue
		}
		l := w.engine.lives[run.ID]
		if l == nil || l.died.IsZero() {
			n++
			continue
		}
		heard := l.heard
		if run.DispatchedAt.After(heard) {
			heard = run.DispatchedAt
		}
		if until := heard.Add(lease * time.Duration(w.factor)); !at.After(until.Add(differ)) {
			n++
		}
	}
	return n
}

// doubtful is whether it may be a wrong clock that showed this time.
func (w *World) doubtful(at time.Time) bool {
	for _, d := range w.doubts {
		if at.After(d.from) && at.Before(d.to) {
			return true
		}
	}
	return false
}
