package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrMoved is that the file, its log or the log's index is not at its path any
// more: somebody removed, renamed or replaced it. What is written to the file
// that is still open would be found by nobody, so nothing is acknowledged.
var ErrMoved = errors.New("sqlite: the file is not where it was opened")

// besides are what SQLite adds to the path for the file, its log and its index.
var besides = [3]string{"", "-wal", "-shm"}

// whereabouts notices when a file that is open is taken from its path.
type whereabouts struct {
	// named is the path that the store was opened by, file where that led.
	named, file string
	were        [len(besides)]fs.FileInfo
}

// noteWhereabouts remembers which files are there, once SQLite has them open.
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

// check reports whether all are where they were. It opens none: closing a file
// drops a process's locks on it.
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

// has reports whether one of the files is where it was.
func (w *whereabouts) has(i int) bool {
	now, err := os.Lstat(w.file + besides[i])
	return err == nil && os.SameFile(w.were[i], now)
}

// hasLog reports whether the log and its index are where they were.
func (w *whereabouts) hasLog() bool { return w.has(1) && w.has(2) }

// resolve follows a path to the file that SQLite will open, which need not be
// there: a store keeps to that file wherever a link leads later.
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

// create makes an empty file that only its owner reads, unless there is a file.
// SQLite gives what it puts beside it the same mode.
func create(path string) error {
	err := claim(os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
