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

// Options change how a store is opened. The zero value is meant for use.
type Options struct {
	// Readers is how many reads run at a time, each on a connection of its own;
	// more of them wait. There are two connections more, to prepare
	// statements and to bring the log into the file. 0 stands for the number of
	// processors, and at least 4.
	Readers int
}

// Store is a [storage.Store] in one SQLite file.
type Store struct {
	path    string
	readers *pool
	writing *sql.DB
	queue   *queue
	writer  *writer
	sets    grantSets
	// closed holds what Close returns, once.
	closed sync.Once
	result error
}

// Open opens the store in the file at path, and creates it when there is none,
// readable by its owner only. The path is a plain one; its folder must exist. A
// symbolic link is followed once, here. Several stores, in this and in other
// processes of the machine, may have one file open.
//
// A file that is not a ledger is refused and left as it is, and so is one with
// a newer schema than this library knows: [storage.ErrOutdated]. One that is
// made newer while it is open takes no more changes from this process. A file
// that cannot be written is refused. When the file, or the "-wal" and "-shm"
// beside it, is moved, removed or replaced while it is open, the store gives it
// up, and every call says [ErrMoved]; a read may take a twentieth of a second to
// notice.
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

// openPatiently tries again while the file is busy: turning a new file's log
// on needs it alone, and SQLite does not wait for that.
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

// tryWrite begins to write, and takes it back: a file that cannot be written is
// opened by SQLite as if all were well, and said so at the first change only.
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

// Close waits for the commits that are being written, then closes the file.
// Those that wait for their turn, and all later calls, get [ErrClosed].
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

// release closes what is open.
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
