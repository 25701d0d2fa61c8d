package sqlite

import (
	"context"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"github.com/jobledger/jobledger/storage"
)

// ErrClosed is returned by every method of a closed store.
var ErrClosed = errors.New("sqlite: the store is closed")

// code is SQLite's extended result code of an error. It is SQLITE_OK when the
// error does not come from SQLite.
func code(err error) int {
	var e *driver.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return codes.SQLITE_OK
}

// primary is SQLite's primary result code of an error.
func primary(err error) int { return code(err) & 0xff }

// busy reports whether another process held a lock.
func busy(err error) bool { return primary(err) == codes.SQLITE_BUSY }

// spoilsTransaction reports whether SQLite may have rolled back more than the
// statement that failed. Then the whole transaction must be repeated.
func spoilsTransaction(err error) bool {
	switch primary(err) {
	case codes.SQLITE_INTERRUPT, codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_NOMEM:
		return true
	}
	return false
}

// commitError returns what a failed COMMIT means. If the log could not be
// written, the commit does not exist: the frame that commits comes last. If the
// log could not be synced, the commit may still be found after a crash,
// although this process goes on without it.
func commitError(err error) error {
	switch primary(err) {
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_FULL, codes.SQLITE_READONLY, codes.SQLITE_CONSTRAINT:
		return err
	}
	return errors.Join(storage.ErrOutcomeUnknown, err)
}

// describe adds what was being done. It also adds the context's error when the
// context has ended: an interrupted statement does not report that.
func describe(ctx context.Context, err error, format string, args ...any) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.Is(err, ctx.Err()):
		err = errors.Join(ctx.Err(), err)
	case busy(err):
		err = fmt.Errorf("another process kept the file locked; nothing was written: %w", err)
	}
	return fmt.Errorf("sqlite: "+format+": %w", append(args, err)...)
}
