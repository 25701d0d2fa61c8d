package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/jobledger/jobledger/storage"
)

// errDocument means that a job's document or state cannot be read.
var errDocument = errors.New("jobs: a document cannot be read")

// unreadable remembers which documents could not be read, so that the log names
// each only once.
type unreadable struct {
	mu    sync.Mutex
	noted map[string]bool
}

// maxNoted bounds how many are remembered.
const maxNoted = 1000

// note logs that a document of a job cannot be read, unless it did so before.
func (u *unreadable) note(ctx context.Context, logger *slog.Logger, ref storage.JobRef, err error) {
	u.mu.Lock()
	key := ref.OrganizationID + " " + ref.JobID + " " + err.Error()
	known := u.noted[key]
	if len(u.noted) >= maxNoted || u.noted == nil {
		u.noted = map[string]bool{}
	}
	u.noted[key] = true
	u.mu.Unlock()
	if !known {
		logger.ErrorContext(ctx, "jobledger: a document cannot be read, and is left out",
			slog.String("organization", ref.OrganizationID), slog.String("job", ref.JobID), slog.Any("error", err))
	}
}
