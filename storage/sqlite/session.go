package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// How a transaction begins and ends, and the part of it that is one commit.
const (
	begin      = "BEGIN IMMEDIATE"
	commit     = "COMMIT"
	rollback   = "ROLLBACK"
	savepoint  = "SAVEPOINT change"
	release    = "RELEASE change"
	rollbackTo = "ROLLBACK TO change"
)

// errStopped is that begin was told to wait no longer.
var errStopped = errors.New("told to stop waiting for the lock")

// session is the one connection that writes, with its prepared statements. It
// belongs to one goroutine, and has a context of its own: a caller's would roll
// back a whole group by ending within a statement.
type session struct {
	db         *sql.DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt
	// wrote is set once a statement has written a row: see [writer.attempt].
	wrote bool
	// latest is the latest time of a change in this transaction.
	latest time.Time
	// trimmed is the operation up to which old ones were last trimmed.
	trimmed string
}

// newSession opens a connection from db, which must have no other.
func newSession(ctx context.Context, db *sql.DB) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{db: db, conn: conn, statements: make(map[string]*sql.Stmt)}
	// SQLite's own wait backs off to polls 100 ms apart, and starves beside a
	// process that writes without a pause. The session polls by itself: see
	// begin.
	//
	// A savepoint saves the pages that are changed after it: in memory, where by
	// default it is a file from 64 KiB on.
	//
	// A group touches the leaves of many indexes. A cache of 32 MiB holds what
	// leads to them.
	const pragmas = "PRAGMA busy_timeout = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768"
	if _, err := conn.ExecContext(ctx, pragmas); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// renew gives up the connection and opens another, after one that cannot even
// begin a transaction. Closing alone would put it back into the pool, to be
// handed out again: it must be called bad.
func (s *session) renew() error {
	s.closeStatements()
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	fresh, err := newSession(context.Background(), s.db)
	if err != nil {
		return fmt.Errorf("open a new connection: %w", err)
	}
	*s = *fresh
	return nil
}

func (s *session) close() error {
	s.closeStatements()
	if err := s.conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	return nil // it was given up, and no other could be opened
}

func (s *session) closeStatements() {
	for _, statement := range s.statements {
		_ = statement.Close()
	}
	clear(s.statements)
}

// prepared returns the statement of a query, which is prepared once.
func (s *session) prepared(query string) (*sql.Stmt, error) {
	if statement := s.statements[query]; statement != nil {
		return statement, nil
	}
	statement, err := s.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	s.statements[query] = statement
	return statement, nil
}

// exec runs a statement and returns how many rows it wrote.
func (s *session) exec(query string, args ...any) (int64, error) {
	result, err := s.run(query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// run runs a statement.
func (s *session) run(query string, args ...any) (sql.Result, error) {
	statement, err := s.prepared(query)
	if err != nil {
		return nil, err
	}
	result, err := statement.ExecContext(context.Background(), args...)
	if err != nil {
		return nil, err
	}
	if n, err := result.RowsAffected(); n > 0 || err != nil {
		s.wrote = true
	}
	return result, nil
}

// assignments are what an UPDATE sets to which value, if it changes.
type assignments []struct {
	set     string
	value   any
	changes bool
}

// update changes the one row that a condition finds. It names no column that
// stays as it is, for SQLite would write anew each index that holds it.
func (s *session) update(table string, to assignments, where string, args ...any) error {
	var sets []string
	var values []any
	for _, a := range to {
		if a.changes {
			sets, values = append(sets, a.set), append(values, a.value)
		}
	}
	if len(sets) == 0 {
		return nil
	}
	_, err := s.exec(`UPDATE `+table+` SET `+strings.Join(sets, `, `)+` WHERE `+where, append(values, args...)...)
	return err
}

// row reads one row into dest; found is false when there is none.
func (s *session) row(query string, args []any, dest ...any) (found bool, err error) {
	statement, err := s.prepared(query)
	if err != nil {
		return false, err
	}
	err = statement.QueryRowContext(context.Background(), args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// begin takes the file's write lock, and waits for another process to let go
// of it: at most turnTimeout, or until stop.
func (s *session) begin(stop <-chan struct{}) error {
	_, err := s.exec(begin)
	if !busy(err) {
		return err
	}
	deadline := time.Now().Add(turnTimeout)
	timer := time.NewTimer(pause())
	defer timer.Stop()
	for {
		select {
		case <-stop:
			return errStopped
		case <-timer.C:
		}
		if _, err = s.exec(begin); !busy(err) || time.Now().After(deadline) {
			return err
		}
		timer.Reset(pause())
	}
}

// pause is the time between two polls: near to what one synced commit takes,
// and uneven, so that processes do not poll in step.
func pause() time.Duration {
	return 200*time.Microsecond + rand.N(longestPause-200*time.Microsecond)
}

// longestPause is the most that lies between two polls.
const longestPause = time.Millisecond

// rollback leaves the transaction, if there still is one. That there may be
// none is why the error says nothing; should the connection be stuck in one,
// the next begin fails.
func (s *session) rollback() { _, _ = s.exec(rollback) }
