// Package wire is what the control plane and the worker say to each other.
package wire

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"time"
)

// Run is what the control plane asks a worker to run.
type Run struct {
	JobID, RunID string
	Attempt      int
	Config       json.RawMessage
	Parameters   map[string]string
	// Token is the secret with which the worker reports on the run.
	Token string
	// Lease is how long the worker may be silent, in nanoseconds.
	Lease time.Duration
}

// Report is what a worker says of a run. The empty one is a heartbeat.
type Report struct {
	Status  string          `json:"status,omitempty"`
	Message string          `json:"statusMessage,omitempty"`
	Results json.RawMessage `json:"results,omitempty"`
	// StartedAt and CompletedAt are when the work began and ended. The report may
	// come later.
	StartedAt   time.Time `json:"runnerStartedAt,omitzero"`
	CompletedAt time.Time `json:"runnerCompletedAt,omitzero"`
}

// Event is something that went wrong, for whoever wants to be told.
type Event struct {
	Kind, JobKey, RunID, Reason string
}

// Shows reports whether a request carries the secret as its bearer token.
func Shows(r *http.Request, secret string) bool {
	given := r.Header.Get("Authorization")
	return subtle.ConstantTimeCompare([]byte(given), []byte("Bearer "+secret)) == 1
}
