package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrMoved means that the file, its "-wal" or its "-shm" was removed, renamed
// or replaced while the store was open. Nobody would find what is written to
// the old file, so nothing more is acknowledged.
var ErrMoved = errors.New("sqlite: the file is not where it was opened")

// besides are the suffixes of the file, its log and the log's index.
var besides = [3]string{"", "-wal", "-shm"}

// whereabouts notices when an open file is taken away from its path.
type whereabouts struct {
	// named is the path that was opened, and file is the path that it led to.
	named, file string
	were        [len(besides)]fs.FileInfo
}

// noteWhereabouts remembers the files, once SQLite has them open.
func noteWhereabouts(named, file string) (*whereabouts, error) {
	w := &whereabouts{named: named, file: file}
	for i, suffix := range besides {
		info, err := os.Lstat(file + suffix)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is not a regular file", file+suffix)
		}
		w.were[i] = info
	}
	return w, nil
}

// check returns ErrMoved when a file is not in its place. It opens no file:
// closing one would drop the process's locks on it.
func (w *whereabouts) check() error {
	for i, suffix := range besides {
		if !w.has(i) {
			return fmt.Errorf("%w: %s", ErrMoved, w.file+suffix)
		}
	}
	if w.named == w.file {
		return nil
	}
	if now, err := os.Stat(w.named); err != nil || !os.SameFile(w.were[0], now) {
		return fmt.Errorf("%w: %s", ErrMoved, w.named)
	}
	return nil
}

// has reports whether one of the files is in its place.
func (w *whereabouts) has(i int) bool {
	now, err := os.Lstat(w.file + besides[i])
	return err == nil && os.SameFile(w.were[i], now)
}

// hasLog reports whether the log and its index are in their places.
func (w *whereabouts) hasLog() bool { return w.has(1) && w.has(2) }

// resolve follows a path to the file that SQLite will open. The file need not
// exist. The store keeps to this file, wherever a link leads later.
func resolve(path string) (string, error) {
	file, err := filepath.EvalSymlinks(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return "", errors.New("the path is a symbolic link to a file that is not there")
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	return filepath.Join(folder, filepath.Base(path)), err
}

// create makes an empty file that only its owner can read, unless the file
// exists. SQLite gives the files beside it the same mode.
func create(path string) error {
	err := closeNew(os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
