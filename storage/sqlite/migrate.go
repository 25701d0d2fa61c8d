package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/jobledger/jobledger/storage"
)

// migrations are numbered from 0001 without gaps; the number of the newest is
// the schema's.
//
//go:embed sql/*.sql
var migrations embed.FS

// schemaVersion is the number of the newest migration.
func schemaVersion() int64 {
	files, err := migrations.ReadDir("sql")
	if err != nil {
		panic(err) // the directory is part of the binary
	}
	return int64(len(files))
}

// migrate brings the file to the newest schema, in one transaction. When
// several processes do so, the others find it done.
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

// migrateLocked runs the missing migrations, within the transaction.
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

// checkSchema returns ErrOutdated when a newer process has migrated the file
// since it was opened. It is called within the transaction.
func checkSchema(s *session) error {
	var schema int64
	_, err := s.row("PRAGMA user_version", nil, &schema)
	if err == nil && schema != schemaVersion() {
		err = fmt.Errorf("%w: it has schema %d, and this process writes schema %d", storage.ErrOutdated, schema, schemaVersion())
	}
	return err
}
