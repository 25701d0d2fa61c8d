package webhook

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// kinds are the events that a receiver is told of.
var kinds = []jobs.EventKind{jobs.RunEndFailed, jobs.RunEndTimeout, jobs.TickMissed}

// Message is what a receiver is told of one event.
type Message struct {
	// ID is the same however often the event is sent, and by whom.
	ID   string
	Type string
	Body []byte
}

// payload is the body of a message.
type payload struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      data      `json:"data"`
}

type data struct {
	OrganizationID string `json:"organizationId"`
	Seq            int64  `json:"seq"`
	JobID          string `json:"jobId"`
	JobKey         string `json:"jobKey"`
	RunID          string `json:"runId,omitempty"`
	Status         string `json:"status,omitempty"`
	Attempt        int    `json:"attempt,omitempty"`
	// NominalAt is the tick, or that of the run; Until is the last of Count ticks.
	NominalAt time.Time `json:"nominalAt,omitzero"`
	Until     time.Time `json:"until,omitzero"`
	Count     int       `json:"count,omitempty"`
	Reason    string    `json:"reason,omitempty"`
}

// MessageOf returns what is told of an event, and whether anything is: of runs that
// failed or took too long, when no other attempt follows, and of missed ticks.
func MessageOf(e jobs.Event) (m Message, tells bool, err error) {
	switch e.Kind {
	case jobs.RunEndFailed, jobs.RunEndTimeout:
		tells = e.Final
	case jobs.TickMissed:
		tells = true
	}
	if !tells {
		return m, false, nil
	}
	body, err := json.Marshal(payload{Type: string(e.Kind), Timestamp: e.At, Data: data{
		OrganizationID: e.Actor.OrganizationID, Seq: e.Seq, JobID: e.JobID, JobKey: e.JobKey, RunID: e.RunID,
		Status: string(e.Status), Attempt: e.Attempt, NominalAt: e.NominalAt, Until: e.Until, Count: e.Count, Reason: e.Reason,
	}})
	return Message{ID: id(e), Type: string(e.Kind), Body: body}, true, err
}

// id names an event in all journals: a store that is made anew counts from 1 again.
func id(e jobs.Event) string {
	digest := sha256.Sum256(fmt.Appendf(nil, "%s %d %d %s %s %s", e.Actor.OrganizationID, e.Seq, e.At.UnixMicro(), e.Kind, e.JobID, e.RunID))
	return "msg_" + base64.RawURLEncoding.EncodeToString(digest[:18])
}
