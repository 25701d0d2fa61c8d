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

// pool is the connections that read. They cannot write.
type pool struct {
	db *sql.DB
	// closed is why the pool reads no more; nil while it reads.
	closed atomic.Pointer[error]
	// at is checked by reads, since there may be no write for a long time.
	// looked is when it was last found in order, as the time since begun.
	at     *whereabouts
	begun  time.Time
	looked atomic.Int64
	// snapshots holds a token for each open transaction. There are two tokens
	// fewer than connections. One connection is for preparing a query within a
	// transaction: if transactions held all connections, they would wait for
	// ever. The other is for the checkpointer.
	snapshots chan struct{}

	mu         sync.RWMutex
	statements map[string]*sql.Stmt
}

func openPool(ctx context.Context, file string, size int) (*pool, error) {
	db, err := openDB(file, "_pragma=query_only(1)")
	if err != nil {
		return nil, err
	}
	// The two more prepare statements, and make checkpoints.
	db.SetMaxOpenConns(size + 2)
	db.SetMaxIdleConns(size + 2)
	if err := openAll(ctx, db, size+2); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &pool{db: db, begun: time.Now().Add(-lookEvery), snapshots: make(chan struct{}, size), statements: make(map[string]*sql.Stmt)}, nil
}

// openAll opens all connections now. One that is opened after the log was
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

// close refuses new reads with the reason why, and closes the connections. A
// read that is running may still succeed.
func (p *pool) close(why error) error {
	p.closed.CompareAndSwap(nil, &why)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, statement := range p.statements {
		_ = statement.Close()
	}
	return p.db.Close()
}

// lookEvery is how long the files are assumed to be in their places. Checking
// them takes a tenth of the time of a short read.
const lookEvery = 50 * time.Millisecond

// moved returns ErrMoved when the files are not in their places, so that a read
// would not see new commits.
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

// gone returns why the pool reads no more, or nil.
func (p *pool) gone() error {
	if why := p.closed.Load(); why != nil {
		return *why
	}
	return nil
}

// prepared returns the prepared statement of a query. The number of different
// queries is limited, since lists in queries have few lengths: see width.
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

// read returns a reader whose queries each see a state of their own.
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
	// The context ends queries, but not the transaction: database/sql would roll it
	// back in a goroutine for which Close does not wait.
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return p.reason(err)
	}
	defer tx.Rollback() // it has written nothing: there is nothing to commit
	return queries(reader{pool: p, tx: tx})
}

// reason returns why the pool was closed, if it was, instead of err.
func (p *pool) reason(err error) error {
	if gone := p.gone(); err != nil && gone != nil {
		return gone
	}
	return err
}

// query runs a query and passes each row to scan. It ends without an error when
// scan returns errEnough.
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

// one is query for a single row. Found is false when there is none.
func (r reader) one(ctx context.Context, query string, args []any, scan func(scanner) error) (found bool, err error) {
	err = r.query(ctx, query, args, func(row scanner) error {
		found = true
		return scan(row)
	})
	return found && err == nil, err
}

type scanner interface{ Scan(dest ...any) error }

// width is the length to which a list of n values is padded in a query, so that
// there are few different queries to prepare.
func width(n int) int {
	w := 1
	for w < n {
		w *= 2
	}
	return w
}

// padded appends the values, and NULL up to the list's width. Nothing equals
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

// placeholders are the parameters for a list of n values.
func placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", width(n)), ", ")
}
