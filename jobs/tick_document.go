package jobs

import (
	"fmt"
	"time"

	"github.com/jobledger/jobledger/internal/document"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

var tickDocument = document.New(func(t *Tick) *[]byte { return &t.Unknown },
	document.Text(2, func(t *Tick) *string { return &t.LocalTime }),
	document.Text(3, func(t *Tick) *schedule.Verdict { return &t.Verdict }),
	document.Text(4, func(t *Tick) *string { return &t.Reason }),
	document.Text(5, func(t *Tick) *string { return &t.RunID }),
	document.Flag(6, func(t *Tick) *bool { return &t.Shifted }),
	document.Count(7, func(t *Tick) *int { return &t.Count }),
	document.Time(8, func(t *Tick) *time.Time { return &t.Until }),
)

func encodeTick(t Tick) []byte { return tickDocument.Encode(&t, 96) }

func decodeTick(record storage.TickRecord) (Tick, error) {
	t := Tick{NominalAt: record.NominalAt}
	if err := tickDocument.Decode(record.Doc, &t); err != nil {
		return t, fmt.Errorf("document of tick %s of job %s: %w", record.NominalAt, record.JobID, err)
	}
	return t, nil
}
