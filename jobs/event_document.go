package jobs

import (
	"fmt"
	"time"

	"github.com/jobledger/jobledger/internal/document"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// eventDocument keeps no unknown fields, because an event is written only once.
var eventDocument = document.New(nil,
	document.Text(2, func(e *Event) *EventKind { return &e.Kind }),
	document.Text(3, func(e *Event) *string { return &e.Actor.MemberID }),
	document.Text(4, func(e *Event) *string { return &e.JobKey }),
	document.Integer(5, func(e *Event) *int64 { return &e.Edition }),
	document.Text(6, func(e *Event) *string { return &e.RunID }),
	document.Count(7, func(e *Event) *int { return &e.FromVersion }),
	document.Count(8, func(e *Event) *int { return &e.ToVersion }),
	document.Time(9, func(e *Event) *time.Time { return &e.NominalAt }),
	document.Count(10, func(e *Event) *int { return &e.Count }),
	document.Text(11, func(e *Event) *string { return &e.Reason }),
	document.Text(12, func(e *Event) *string { return &e.operation }),
	document.Text(13, func(e *Event) *RunStatus { return &e.Status }),
	document.Count(14, func(e *Event) *int { return &e.Attempt }),
	document.Flag(15, func(e *Event) *bool { return &e.Final }),
	document.Texts(16, func(e *Event) *[]string { return &e.teamIDs }),
	document.Time(17, func(e *Event) *time.Time { return &e.Until }),
)

func encodeEvent(e *Event) []byte { return eventDocument.Encode(e, 160+len(e.JobKey)+len(e.Reason)) }

func decodeEvent(record storage.EventRecord) (Event, error) {
	e := Event{Seq: record.Seq, At: record.At, JobID: record.JobID, Actor: teams.Actor{OrganizationID: record.OrganizationID}}
	if err := eventDocument.Decode(record.Doc, &e); err != nil {
		return e, fmt.Errorf("document of event %d: %w", record.Seq, err)
	}
	return e, nil
}
