package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
)

// lookWithin is how long ago a scheduler that is well has looked: it looks four
// times a second.
const lookWithin = 15 * time.Second

// health answers the questions of an orchestrator: does this process live, and may it
// get requests? Anyone may ask: the answers tell nothing about any organization.
type health struct {
	closing   <-chan struct{}
	scheduler *probe[jobs.Health]
	store     *probe[struct{}]
}

func newHealth(store storage.Store, scheduler *jobs.Scheduler, closing <-chan struct{}) *health {
	return &health{
		closing: closing,
		scheduler: newProbe(func(context.Context) (jobs.Health, error) {
			return scheduler.Health(), nil
		}),
		store: newProbe(func(ctx context.Context) (struct{}, error) {
			_, err := store.Job(ctx, storage.JobRef{OrganizationID: "READYZ", JobID: "READYZ"})
			if errors.Is(err, storage.ErrNotFound) {
				err = nil // it has looked
			}
			return struct{}{}, err
		}),
	}
}

// routes are the paths at the root.
func (h *health) routes() map[string]http.Handler {
	return map[string]http.Handler{"/healthz": report(h.alive), "/readyz": report(h.ready)}
}

// healthReport is the body of an answer.
type healthReport struct {
	Status string `json:"status"`
	// Reason is why the status is not a good one.
	Reason string `json:"reason,omitempty"`
	// LookedAt, BehindSeconds and Failing are those of [jobs.Health].
	LookedAt      *time.Time      `json:"lookedAt,omitempty"`
	BehindSeconds *float64        `json:"behindSeconds,omitempty"`
	Failing       []failureReport `json:"failing,omitempty"`
}

type failureReport struct {
	Part    string    `json:"part"`
	Since   time.Time `json:"since"`
	Message string    `json:"message"`
}

// alive is whether the process works: it answers, and nothing that its scheduler
// needs is locked for good. It does not depend on the store: otherwise a store that
// is away would have all replicas killed.
func (h *health) alive(ctx context.Context) (healthReport, bool) {
	if _, err := h.scheduler.ask(ctx); err != nil {
		return healthReport{Status: "stuck", Reason: "the scheduler does not say how it is"}, false
	}
	return healthReport{Status: "ok"}, true
}

// ready is whether the process can serve: the store answers, and the scheduler
// has looked lately.
func (h *health) ready(ctx context.Context) (healthReport, bool) {
	known, err := h.scheduler.ask(ctx)
	r := healthReport{Status: "not ready"}
	if err == nil {
		r.tell(known)
	}
	_, storeErr := h.store.ask(ctx)
	looked := known.At.Sub(known.LookedAt)
	switch {
	case h.isClosing():
		r.Reason = "the process shuts down"
	case err != nil:
		r.Reason = "the scheduler does not say how it is"
	case storeErr != nil:
		r.Reason = "the store does not answer"
	case known.LookedAt.IsZero():
		r.Reason = "the scheduler has not looked yet"
	case !known.Running:
		r.Reason = "the scheduler does not run"
	case looked > lookWithin:
		r.Reason = fmt.Sprintf("the scheduler last looked %s ago", looked.Round(time.Second))
	default:
		r.Status = "ready"
		return r, true
	}
	return r, false
}

func (h *health) isClosing() bool {
	select {
	case <-h.closing:
		return true
	default:
		return false
	}
}

// tell tells what a scheduler knows, without saying of which organization it is.
func (r *healthReport) tell(h jobs.Health) {
	if !h.LookedAt.IsZero() {
		r.LookedAt = &h.LookedAt
		r.BehindSeconds = new(h.Behind.Seconds())
	}
	for _, f := range h.Failing {
		told := failureReport{Part: f.Part, Since: f.Since, Message: f.Message}
		if f.OrganizationID != "" {
			told.Message = "what is due of at least one organization cannot be done"
			if slices.ContainsFunc(r.Failing, func(other failureReport) bool { return other.Part == f.Part }) {
				continue // the oldest comes first
			}
		}
		r.Failing = append(r.Failing, told)
	}
}

// report answers GET and HEAD with a report: 200 when it is good, and 503 otherwise.
func report(ask func(context.Context) (healthReport, bool)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		said, good := ask(r.Context())
		h.Set("Content-Type", "application/json")
		h.Set("X-Content-Type-Options", "nosniff")
		if !good {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(said) // the one who asked may be gone
	})
}
