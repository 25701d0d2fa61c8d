package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	codes "modernc.org/sqlite/lib"
)

// applicationID marks a file as ours, in SQLite's header: "JLdg".
const applicationID = 0x4a4c6467

// migrations are numbered from 0001 without gaps; the number of the newest is
// the schema's.
//
//go:embed sql/*.sql
var migrations embed.FS

// header is what a file says about itself.
type header struct {
	application, schema int64
	// empty is a file that holds no table yet.
	empty bool
}

// probe refuses a file that is not a ledger, or a newer one, before anything
// in it is changed; setting the journal mode is a change already.
func probe(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", uri(path, "mode=rw", "_pragma=busy_timeout(5000)"))
	if err != nil {
		return err
	}
	defer db.Close()
	h, err := readHeader(ctx, db)
	if primary(err) == codes.SQLITE_NOTADB {
		return fmt.Errorf("the file is not an SQLite database: %w", err)
	}
	if err != nil {
		return err
	}
	return h.verify()
}

// verify reports why a file with this header cannot be a store's.
func (h header) verify() error {
	if h.empty && h.application == 0 && h.schema == 0 {
		return nil
	}
	if h.application != applicationID {
		return fmt.Errorf("the file is another application's database (application_id %#x, not %#x)", h.application, applicationID)
	}
	if newest := schemaVersion(); h.schema > newest {
		return fmt.Errorf("the file has schema %d, and this version of the library knows schemas up to %d: use a newer one", h.schema, newest)
	}
	return nil
}

func readHeader(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (h header, err error) {
	const query = `
		SELECT (SELECT application_id FROM pragma_application_id),
		       (SELECT user_version FROM pragma_user_version),
		       NOT EXISTS (SELECT 1 FROM sqlite_schema)`
	err = db.QueryRowContext(ctx, query).Scan(&h.application, &h.schema, &h.empty)
	return h, err
}

// schemaVersion is the number of the newest migration.
func schemaVersion() int64 {
	files, err := migrations.ReadDir("sql")
	if err != nil {
		panic(err) // the directory is part of the binary
	}
	return int64(len(files))
}

// migrate brings the file to the newest schema, in one transaction: whoever
// comes second, in whatever process, finds it done.
func migrate(ctx context.Context, s *session) error {
	h, err := readHeader(ctx, s.conn)
	if err != nil || h.schema == schemaVersion() {
		return errors.Join(err, h.verify())
	}
	if err := s.begin(ctx.Done()); err != nil {
		return errors.Join(ctx.Err(), err)
	}
	if err := migrateLocked(ctx, s); err != nil {
		s.rollback()
		return err
	}
	if _, err := s.exec(commit); err != nil {
		s.rollback()
		return err
	}
	return nil
}

// migrateLocked runs what is missing, within the transaction.
func migrateLocked(ctx context.Context, s *session) error {
	h, err := readHeader(ctx, s.conn)
	if err != nil {
		return err
	}
	if err := h.verify(); err != nil {
		return err
	}
	files, err := migrations.ReadDir("sql")
	if err != nil {
		return err
	}
	for _, file := range files[h.schema:] {
		script, err := migrations.ReadFile("sql/" + file.Name())
		if err != nil {
			return err
		}
		if _, err := s.conn.ExecContext(ctx, string(script)); err != nil {
			return fmt.Errorf("migration %s: %w", file.Name(), err)
		}
	}
	mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(files))
	_, err = s.conn.ExecContext(ctx, mark)
	return err
}
