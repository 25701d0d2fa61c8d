package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// Backup writes a copy of the store's present state to a new file at path, and
// syncs it to disk. Commits and reads go on meanwhile. It returns an error when
// the file exists already. When Backup fails, it leaves no file.
func (s *Store) Backup(ctx context.Context, path string) error {
	return describe(ctx, s.backup(ctx, path), "back up to %s", path)
}

func (s *Store) backup(ctx context.Context, path string) (err error) {
	if err := s.readers.gone(); err != nil {
		return err
	}
	if _, err := location(path); err != nil {
		return err
	}
	// An empty file reserves the name. The finished copy then replaces it.
	if err := closeNew(os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	if err := s.copyTo(ctx, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// closeNew closes a file that was only to be created.
func closeNew(file *os.File, err error) error {
	if err != nil {
		return err
	}
	return file.Close()
}

// copyTo makes the copy in a file beside its target, and then renames it.
func (s *Store) copyTo(ctx context.Context, path string) (err error) {
	partial, err := os.CreateTemp(filepath.Dir(path), "backup-*.partial")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(partial.Name()))
		}
	}()
	if err := partial.Close(); err != nil {
		return err
	}
	if err := s.vacuumInto(ctx, partial.Name()); err != nil {
		return err
	}
	if err := syncFile(partial.Name()); err != nil {
		return err
	}
	return os.Rename(partial.Name(), path)
}

// vacuumInto copies on a connection of its own, since those of the pool may not
// write.
func (s *Store) vacuumInto(ctx context.Context, path string) error {
	file, err := location(path)
	if err != nil {
		return err
	}
	if err := s.writer.at.check(); err != nil {
		return err
	}
	db, err := openDB(s.path)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err = db.ExecContext(ctx, "VACUUM INTO ?", uri(file)); err != nil {
		return err
	}
	return s.writer.at.check()
}

func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
