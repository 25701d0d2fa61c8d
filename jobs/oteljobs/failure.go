package oteljobs

import (
	"context"
	"errors"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
)

// failureOf is the kind of an error, as the attribute error.type has it; empty for nil.
func failureOf(err error) string {
	if err == nil {
		return ""
	}
	for _, known := range []struct {
		is   error
		kind string
	}{
		{jobs.ErrEngineBusy, "busy"},
		{jobs.ErrRejected, "rejected"},
		{storage.ErrStale, "stale"},
		{storage.ErrOutcomeUnknown, "unknown"},
		{storage.ErrNotFound, "not_found"},
		{context.DeadlineExceeded, "timeout"},
		{context.Canceled, "cancelled"},
	} {
		if errors.Is(err, known.is) {
			return known.kind
		}
	}
	return "failed"
}

// isExpected reports whether errors of a kind belong to normal work: the engine is
// full, or another writer was faster.
func isExpected(kind string) bool {
	return kind == "" || kind == "busy" || kind == "stale" || kind == "not_found"
}
