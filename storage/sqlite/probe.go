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

// applicationID is the application ID in the header of our files: "JLd2". An earlier
// layout, which was never released, had another one.
const (
	applicationID        = 0x4a4c6432
	earlierApplicationID = 0x4a4c6467
)

// header is what the header of a file says.
type header struct {
	application, schema int64
	// empty is true for a file without tables.
	empty bool
}

// probe refuses a file that is not a jobledger store or has another layout,
// before the file is changed. It opens the file as immutable: otherwise SQLite
// would create files beside it, and copy its log into it.
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

// probeLog checks the header in the log of a file whose own header is missing
// or unreadable. All of a new database may still be in its log. Without a log,
// it returns the given error.
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

// verify returns why a file with this header is not a store that this process
// can use.
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

// readHeader looks for tables only when the header does not tell. That reads
// more than one page, and another process may be writing those.
//
// Each read may see a newer commit than the one before. A new store is marked
// with both numbers in the commit that makes its tables. So the schema is read
// before the application: a file with the schema of a store has its mark, too.
// And tables without a mark are looked at once more.
func readHeader(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (h header, err error) {
	for range 2 {
		if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&h.schema); err != nil {
			return h, err
		}
		if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&h.application); err != nil {
			return h, err
		}
		if h.application != 0 || h.schema != 0 {
			break
		}
		err = db.QueryRowContext(ctx, "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)").Scan(&h.empty)
		if err != nil || h.empty {
			break
		}
	}
	return h, err
}
