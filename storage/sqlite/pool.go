package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// pool is the connections that read. They cannot write, whatever they run.
type pool struct {
	db *sql.DB
	// closed is why no more is read; nil while there is.
	closed atomic.Pointer[error]
	// at is looked at by reads: nobody else may, for a long time. looked is when
	// it was, and well, by the time since begun.
	at     *whereabouts
	begun  time.Time
	looked atomic.Int64
	// snapshots holds a token for each transaction that is open. They are two
	// fewer than the connections: a query in a transaction may first have to be
	// prepared, and that takes another connection, for which transactions that
	// held them all would wait for ever; and one may bring the log into the file.
	snapshots chan struct{}

	mu         sync.RWMutex
	statements map[string]*sql.Stmt
}

func openPool(ctx context.Context, file string, size int) (*pool, error) {
	db, err := openDB(file, "_pragma=query_only(1)")
	if err != nil {
		return nil, err
	}
	// One more prepares statements, and one brings the log into the file.
	db.SetMaxOpenConns(size + 2)
	db.SetMaxIdleConns(size + 2)
	if err := openAll(ctx, db, size+2); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &pool{db: db, begun: time.Now().Add(-lookEvery), snapshots: make(chan struct{}, size), statements: make(map[string]*sql.Stmt)}, nil
}

// openAll opens all connections now: one that is opened after the log was
// replaced would read another log than the others.
func openAll(ctx context.Context, db *sql.DB, size int) (err error) {
	for range size {
		conn, failure := db.Conn(ctx)
		if failure != nil {
			return failure
		}
		defer func() { err = errors.Join(err, conn.Close()) }()
		var tables int
		if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
			return err
		}
	}
	return nil
}

// close refuses new reads, says why, and closes the connections; a read that
// runs may still end well.
func (p *pool) close(why error) error {
	p.closed.CompareAndSwap(nil, &why)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, statement := range p.statements {
		_ = statement.Close()
	}
	return p.db.Close()
}

// lookEvery is how long the files are trusted to be where they were: to look
// costs a tenth of a short read.
const lookEvery = 50 * time.Millisecond

// moved is why a read would not see what others write now, and nil when it does.
func (p *pool) moved() error {
	now := int64(time.Since(p.begun))
	if now-p.looked.Load() < int64(lookEvery) {
		return nil
	}
	if err := p.at.check(); err != nil {
		return err
	}
	p.looked.Store(now)
	return nil
}

// gone is why no more is read, and nil while there is.
func (p *pool) gone() error {
	if why := p.closed.Load(); why != nil {
		return *why
	}
	return nil
}

// prepared returns the statement of a query. There are a bounded number of
// queries, for lists in a query come in few lengths: see width.
func (p *pool) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.RLock()
	statement := p.statements[query]
	p.mu.RUnlock()
	if statement != nil {
		return statement, nil
	}
	fresh, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	gone := p.gone()
	if statement = p.statements[query]; gone != nil || statement != nil {
		return statement, errors.Join(gone, fresh.Close())
	}
	p.statements[query] = fresh
	return fresh, nil
}

// reader runs queries: each by itself, or all in one transaction.
type reader struct {
	pool *pool
	tx   *sql.Tx
}

// read gives a reader whose every query sees a state of its own.
func (p *pool) read() reader { return reader{pool: p} }

// snapshot runs several queries on one state.
func (p *pool) snapshot(ctx context.Context, queries func(reader) error) error {
	if err := errors.Join(p.gone(), p.moved()); err != nil {
		return p.reason(err)
	}
	select {
	case p.snapshots <- struct{}{}:
		defer func() { <-p.snapshots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return p.reason(err)
	}
	defer conn.Close()
	// The context ends queries, not the transaction: that would be rolled back
	// by a goroutine of its own, for which Close does not wait.
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return p.reason(err)
	}
	defer tx.Rollback() // it has written nothing: there is nothing to commit
	return queries(reader{pool: p, tx: tx})
}

// reason says that the store was closed, where that is why err came.
func (p *pool) reason(err error) error {
	if gone := p.gone(); err != nil && gone != nil {
		return gone
	}
	return err
}

// query runs a query and hands each of its rows to scan, which may have enough.
func (r reader) query(ctx context.Context, query string, args []any, scan func(scanner) error) error {
	if r.tx == nil {
		if err := r.pool.moved(); err != nil {
			return r.pool.reason(err)
		}
	}
	return r.pool.reason(r.each(ctx, query, args, scan))
}

func (r reader) each(ctx context.Context, query string, args []any, scan func(scanner) error) error {
	statement, err := r.pool.prepared(ctx, query)
	if err != nil {
		return err
	}
	if r.tx != nil {
		statement = r.tx.StmtContext(ctx, statement)
	}
	rows, err := statement.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			if errors.Is(err, errEnough) {
				return nil
			}
			return err
		}
	}
	return rows.Err()
}

// one is query for a single row; found is false when there is none.
func (r reader) one(ctx context.Context, query string, args []any, scan func(scanner) error) (found bool, err error) {
	err = r.query(ctx, query, args, func(row scanner) error {
		found = true
		return scan(row)
	})
	return found && err == nil, err
}

// scanner is a row to read.
type scanner interface{ Scan(dest ...any) error }

// width is the length that a list of n is padded to in a query, so that there
// are few different queries to prepare.
func width(n int) int {
	w := 1
	for w < n {
		w *= 2
	}
	return w
}

// padded appends the values, and NULL up to the list's width; nothing equals
// NULL.
func padded(args []any, values []string) []any {
	for _, v := range values {
		args = append(args, v)
	}
	for range width(len(values)) - len(values) {
		args = append(args, nil)
	}
	return args
}

// placeholders is the list of parameters for n values.
func placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", width(n)), ", ")
}
