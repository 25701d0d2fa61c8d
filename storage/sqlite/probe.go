package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"

	codes "modernc.org/sqlite/lib"

	"github.com/jobledger/jobledger/storage"
)

// applicationID marks a file as ours, in SQLite's header: "JLd2". An earlier
// layout, which was never released, had another.
const (
	applicationID        = 0x4a4c6432
	earlierApplicationID = 0x4a4c6467
)

// header is what a file says about itself.
type header struct {
	application, schema int64
	// empty is a file that holds no table yet.
	empty bool
}

// probe refuses a file that is not a ledger, or not one of this layout, before
// anything in it is changed. It reads the file as one that nobody writes to:
// otherwise SQLite would put files beside it, and empty its log into it.
func probe(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return probeLog(path, nil)
	}
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", uri(path, "mode=ro", "immutable=1"))
	if err != nil {
		return err
	}
	defer db.Close()
	h, err := readHeader(ctx, db)
	if primary(err) == codes.SQLITE_NOTADB {
		return fmt.Errorf("the file is not an SQLite database: %w", err)
	}
	if err == nil && h == (header{empty: true}) || primary(err) == codes.SQLITE_CORRUPT {
		return probeLog(path, err)
	}
	if err != nil {
		return err
	}
	return h.verify()
}

// probeLog judges a file whose own header says nothing by the one that stands
// in its log: all of a young database may be there. A file that is only broken
// until the log is brought into it may be so for the lack of one, too.
func probeLog(path string, without error) error {
	log, err := os.Open(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) {
		return without
	}
	if err != nil {
		return err
	}
	defer log.Close()
	page, err := firstPage(log)
	if err != nil {
		return err
	}
	if page == nil {
		return without
	}
	h := header{application: int64(binary.BigEndian.Uint32(page[68:])), schema: int64(binary.BigEndian.Uint32(page[60:]))}
	return h.verify()
}

// verify reports why a file with this header cannot be a store's.
func (h header) verify() error {
	newest := schemaVersion()
	switch {
	case h.empty && h.application == 0 && h.schema == 0:
		return nil
	case h.application == earlierApplicationID:
		return errors.New("the file was written by an earlier development version of the library, whose layout this version does not read")
	case h.application != applicationID:
		return fmt.Errorf("the file is another application's database (application_id %#x, not %#x)", h.application, applicationID)
	case h.schema > newest:
		return fmt.Errorf("%w: the file has schema %d, and this version of the library knows schemas up to %d", storage.ErrOutdated, h.schema, newest)
	}
	return nil
}

// readHeader asks for the tables only where the header says nothing: to read
// them takes more than one page, and another process may be writing those.
func readHeader(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (h header, err error) {
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&h.application); err != nil {
		return h, err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&h.schema); err != nil {
		return h, err
	}
	if h.application == 0 && h.schema == 0 {
		err = db.QueryRowContext(ctx, "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)").Scan(&h.empty)
	}
	return h, err
}
