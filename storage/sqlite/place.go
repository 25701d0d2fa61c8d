package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ErrMoved is that the file, or its log, is not at its path any more: somebody
// removed, renamed or replaced it. What is written to the file that is still
// open would be found by nobody, so nothing is.
var ErrMoved = errors.New("sqlite: the file is not where it was opened")

// place notices when a file that is open is taken from its path.
type place struct {
	path      string
	main, log fs.FileInfo
}

// notePlace remembers which file is at the path.
func notePlace(path string) (*place, error) {
	info, err := os.Stat(path)
	return &place{path: path, main: info}, err
}

// check reports whether the file, and the log once there was one, are still
// where they were. It opens neither: closing a file drops a process's locks on it.
func (p *place) check() error {
	if err := same(p.path, p.main); err != nil {
		return err
	}
	logPath := p.path + "-wal"
	if p.log != nil {
		return same(logPath, p.log)
	}
	if info, err := os.Stat(logPath); err == nil {
		p.log = info
	}
	return nil
}

// same refuses a path that names another file than it did, or none.
func same(path string, was fs.FileInfo) error {
	now, err := os.Stat(path)
	if err != nil || !os.SameFile(was, now) {
		return fmt.Errorf("%w: %s; nothing was written", ErrMoved, path)
	}
	return nil
}
