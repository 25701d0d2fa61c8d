package jobs

import (
	"fmt"

	"github.com/jobledger/jobledger/internal/document"
	"github.com/jobledger/jobledger/storage"
)

var tombstoneDocument = document.New(func(m *remains) *[]byte { return &m.rest },
	document.Integer(3, func(m *remains) *int64 { return &m.after }),
)

func encodeTombstone(m remains) []byte { return tombstoneDocument.Encode(&m, 16) }

func decodeTombstone(t storage.TombstoneRecord) (remains, error) {
	var m remains
	if err := tombstoneDocument.Decode(t.Doc, &m); err != nil {
		return m, fmt.Errorf("document of the tombstone of job %s: %w", t.JobID, err)
	}
	return m, nil
}
