package sqlite

import (
	"context"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"github.com/jobledger/jobledger/storage"
)

// ErrClosed is returned by every method of a store that was closed.
var ErrClosed = errors.New("sqlite: the store is closed")

// code is the extended result code of a driver's error, and SQLITE_OK when
// err does not come from SQLite.
func code(err error) int {
	var e *driver.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return codes.SQLITE_OK
}

// primary is the result code without its detail.
func primary(err error) int { return code(err) & 0xff }

// busy reports whether another process held the lock that was asked for.
func busy(err error) bool { return primary(err) == codes.SQLITE_BUSY }

// spoilsTransaction reports whether SQLite may have rolled back more than the
// statement that failed: all it takes is one of these in a group.
func spoilsTransaction(err error) bool {
	switch primary(err) {
	case codes.SQLITE_INTERRUPT, codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_NOMEM:
		return true
	}
	return false
}

// commitError says what a failed COMMIT means. The log is written before it is
// synced, and the frame that commits comes last: a log that could not be
// written holds no commit, but one that could not be synced may yet be found
// whole after a crash, although this process goes on without it.
func commitError(err error) error {
	switch primary(err) {
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_FULL, codes.SQLITE_READONLY, codes.SQLITE_CONSTRAINT:
		return err
	}
	return errors.Join(storage.ErrOutcomeUnknown, err)
}

// describe adds what was being done, to what, and the end of the context, if
// it is what ended the operation: a statement that is interrupted does not say
// so itself.
func describe(ctx context.Context, err error, format string, args ...any) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.Is(err, ctx.Err()):
		err = errors.Join(ctx.Err(), err)
	case busy(err):
		err = fmt.Errorf("another process kept the file locked, nothing was written: %w", err)
	}
	return fmt.Errorf("sqlite: "+format+": %w", append(args, err)...)
}
