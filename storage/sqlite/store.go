package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

var _ storage.Store = (*Store)(nil)

// Options change how a store is opened. The zero value and nil mean the
// defaults.
type Options struct {
	// Readers is how many reads can run at a time, each on its own connection.
	// Further reads wait. The store opens two more connections, for preparing
	// statements and for checkpoints. 0 means the number of processors, and at
	// least 4.
	Readers int
}

// Store is a [storage.Store] in one SQLite file. [Open] makes one. It is safe
// for concurrent use.
type Store struct {
	path    string
	readers *pool
	writing *sql.DB
	queue   *queue
	writer  *writer
	sets    grantSets
	// result is what the first Close returned.
	closed sync.Once
	result error
}

// Open opens the store in the file at path. It creates the file when there is
// none, readable only by its owner. Path is a plain path, not a URI, and its
// folder must exist. A symbolic link is followed once, by Open. Several stores,
// in this and other processes of the machine, may have the same file open.
//
// Open returns an error, and does not change the file, when the file is not a
// jobledger store or cannot be written. The error is [storage.ErrOutdated] when
// a newer version of this library has changed the file's schema. When this
// happens later, while the store is open, its commits return
// [storage.ErrOutdated].
//
// When the file, or its "-wal" or "-shm" file, is moved, removed or replaced
// while the store is open, every call returns [ErrMoved]. A read may take up to
// 50 ms to notice.
func Open(ctx context.Context, path string, options *Options) (*Store, error) {
	if options == nil {
		options = &Options{}
	}
	named, err := location(path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: open: %w", err)
	}
	s, err := openPatiently(ctx, named, options)
	if err != nil {
		return nil, describe(ctx, err, "open %s", path)
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.writer.background.stop = stop
	go s.writer.loop()
	go s.writer.background.loop(background)
	return s, nil
}

// openPatiently tries again while the file is busy. Turning on the log of a new
// file needs the file for one connection alone, and SQLite does not wait for
// that.
func openPatiently(ctx context.Context, named string, options *Options) (*Store, error) {
	deadline := time.Now().Add(busyTimeout)
	for {
		s, err := open(ctx, named, options)
		if !busy(err) || time.Now().After(deadline) {
			return s, err
		}
		timer := time.NewTimer(pause())
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, err
		case <-timer.C:
		}
	}
}

func open(ctx context.Context, named string, options *Options) (_ *Store, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	file, err := resolve(named)
	if err != nil {
		return nil, err
	}
	if err := probe(ctx, file); err != nil {
		return nil, err
	}
	if err := create(file); err != nil {
		return nil, err
	}
	s := &Store{path: file, queue: newQueue()}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.release())
		}
	}()
	if s.writing, err = openDB(file); err != nil {
		return nil, err
	}
	s.writing.SetMaxOpenConns(1)
	session, err := newSession(ctx, s.writing)
	if err != nil {
		return nil, err
	}
	s.writer = &writer{queue: s.queue, session: session, done: make(chan struct{})}
	if err := migrate(ctx, session); err != nil {
		return nil, err
	}
	if err := tryWrite(ctx, session); err != nil {
		return nil, err
	}
	if s.readers, err = openPool(ctx, file, options.readers()); err != nil {
		return nil, err
	}
	s.writer.abandon = func(why error) { _ = s.readers.close(why) }
	if s.writer.at, err = noteWhereabouts(named, file); err != nil {
		return nil, err
	}
	s.readers.at = s.writer.at
	s.writer.background = &checkpointer{
		readers: s.readers, at: s.writer.at, wanted: make(chan struct{}, 1), done: make(chan struct{}),
	}
	return s, nil
}

// tryWrite starts a write and rolls it back. SQLite opens a file that cannot be
// written without an error, and would fail only at the first commit.
func tryWrite(ctx context.Context, s *session) error {
	if err := s.begin(ctx.Done()); err != nil {
		return fmt.Errorf("begin to write: %w", errors.Join(ctx.Err(), err))
	}
	defer s.rollback()
	_, err := s.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", schemaVersion()))
	return err
}

func (o *Options) readers() int {
	if o.Readers > 0 {
		return o.Readers
	}
	return max(4, runtime.GOMAXPROCS(0))
}

// Close waits for the commits that are being written, and closes the file.
// Commits that are still waiting, and all later calls, return [ErrClosed]. A
// second Close returns the same as the first.
func (s *Store) Close() error {
	s.closed.Do(func() {
		s.queue.close()
		<-s.writer.done
		s.writer.background.stop()
		<-s.writer.background.done
		if err := s.release(); err != nil {
			s.result = fmt.Errorf("sqlite: close: %w", err)
		}
	})
	return s.result
}

func (s *Store) release() error {
	var errs []error
	if s.readers != nil {
		errs = append(errs, s.readers.close(ErrClosed))
	}
	if s.writer != nil {
		errs = append(errs, s.writer.session.close())
	}
	if s.writing != nil {
		errs = append(errs, s.writing.Close())
	}
	return errors.Join(errs...)
}
