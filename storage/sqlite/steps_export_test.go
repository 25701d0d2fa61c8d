package sqlite

import (
	"context"
	"database/sql"
	"reflect"
	"sync/atomic"
	"time"
	"unsafe"

	"modernc.org/libc"
	codes "modernc.org/sqlite/lib"
)

// steps counts the instructions that SQLite carries out, of all connections that
// were told to count.
var steps atomic.Int64

func countSteps(tls *libc.TLS, _ uint32, _, statement, _ uintptr) int32 {
	steps.Add(int64(codes.Xsqlite3_stmt_status(tls, statement, codes.SQLITE_STMTSTATUS_VM_STEP, 1)))
	return codes.SQLITE_OK
}

// CountSteps has every connection of the store count the instructions of
// SQLite's machine from now on. What is returned does something, and tells how
// many it took: the same work takes as many on any machine.
func (s *Store) CountSteps(ctx context.Context) (of func(do func() error) (int64, error), err error) {
	var conns []*sql.Conn
	defer func() {
		for _, conn := range conns {
			_ = conn.Close()
		}
	}()
	for range s.readers.db.Stats().MaxOpenConnections {
		conn, err := s.readers.db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		conns = append(conns, conn)
		if err := conn.Raw(countOn); err != nil {
			return nil, err
		}
	}
	err = s.queue.submit(ctx, time.Time{}, func(session *session) error { return session.conn.Raw(countOn) })
	return func(do func() error) (int64, error) {
		before := steps.Load()
		err := do()
		return steps.Load() - before, err
	}, err
}

// countOn has a connection call countSteps at the end of each statement, as C
// would do it: the driver does not offer that.
func countOn(conn any) error {
	tls := libc.NewTLS()
	defer tls.Close()
	db := uintptr(reflect.ValueOf(conn).Elem().FieldByName("db").Uint())
	for statement := codes.Xsqlite3_next_stmt(tls, db, 0); statement != 0; statement = codes.Xsqlite3_next_stmt(tls, db, statement) {
		codes.Xsqlite3_stmt_status(tls, statement, codes.SQLITE_STMTSTATUS_VM_STEP, 1) // what it took until now
	}
	call := countSteps
	codes.Xsqlite3_trace_v2(tls, db, codes.SQLITE_TRACE_PROFILE, *(*uintptr)(unsafe.Pointer(&call)), 0)
	return nil
}
