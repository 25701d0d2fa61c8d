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

// The statements that begin and end a transaction, and the savepoint of one change.
const (
	begin      = "BEGIN IMMEDIATE"
	commit     = "COMMIT"
	rollback   = "ROLLBACK"
	savepoint  = "SAVEPOINT change"
	release    = "RELEASE change"
	rollbackTo = "ROLLBACK TO change"
)

// errStopped means that begin was told to stop waiting.
var errStopped = errors.New("told to stop waiting for the lock")

// session is the connection that writes, with its prepared statements. It
// belongs to one goroutine. It does not use the contexts of callers: one that
// ends within a statement would roll back a whole group.
type session struct {
	db         *sql.DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt
	// wrote is true once a statement has written a row: see [writer.attempt].
	wrote bool
	// latest is the latest time of a change in this transaction.
	latest time.Time
	// trimmed is the operation ID at which the last trimming of old operations
	// ended.
	trimmed string
}

// newSession opens a connection from db, which must have no other connection.
func newSession(ctx context.Context, db *sql.DB) (*session, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{db: db, conn: conn, statements: make(map[string]*sql.Stmt)}
	// SQLite itself would poll for the lock every 100 ms, and would hardly ever get it
	// beside a process that writes without a pause. So the session polls: see begin.
	//
	// A savepoint keeps copies of the pages that are changed after it. They stay in
	// memory; by default they go to a file from 64 KiB on.
	//
	// A group writes leaves of many indexes. A cache of 32 MiB holds the inner pages.
	const pragmas = "PRAGMA busy_timeout = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768"
	if _, err := conn.ExecContext(ctx, pragmas); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// renew replaces a connection that cannot begin a transaction. It marks the old
// one as bad: closing alone would return it to the pool, which would hand it
// out again.
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
	return nil // renew gave it up, and could open no other
}

func (s *session) closeStatements() {
	for _, statement := range s.statements {
		_ = statement.Close()
	}
	clear(s.statements)
}

// prepared returns the statement of a query. Each query is prepared once.
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

// assignments are the columns that an UPDATE can set, with their values and
// whether they change.
type assignments []struct {
	set     string
	value   any
	changes bool
}

// update changes one row. It sets only the columns that change, since SQLite
// rewrites each index that contains a column that is set.
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

// row reads one row into dest. Found is false when there is none.
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

// begin takes the file's write lock. It waits for other processes, at most
// turnTimeout, or until stop is closed.
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

// pause is the time between two polls. It is about as long as a synced commit
// takes, and random, so that processes do not poll at the same times.
func pause() time.Duration {
	return 200*time.Microsecond + rand.N(longestPause-200*time.Microsecond)
}

// longestPause is the longest time between two polls.
const longestPause = time.Millisecond

// rollback ends the transaction, if there is one. It ignores the error, since
// there may be none. If the connection stays in a transaction, the next begin
// fails.
func (s *session) rollback() { _, _ = s.exec(rollback) }
