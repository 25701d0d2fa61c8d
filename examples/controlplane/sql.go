package main

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"modernc.org/sqlite"

	"github.com/jobledger/jobledger/jobs"
)

// sqlTask is the sql member of a job's config.
type sqlTask struct {
	Source  string `json:"source"`
	QueryID string `json:"queryId"`
}

// runSQL executes a SQL job, and writes the rows of its last statement.
func (r *runner) runSQL(ctx context.Context, run jobs.RunRef, t *sqlTask) (*output, error) {
	switch {
	case t == nil:
		return nil, errors.New("the job has no config.sql")
	case t.Source == "":
		return nil, fmt.Errorf("this control plane keeps no saved queries: query %q cannot be run; give the job a config.sql.source", t.QueryID)
	case r.sql == nil:
		return nil, errors.New("there is no database for SQL jobs: start the control plane with -data PATH")
	}
	file, err := r.results.create(run, ".csv")
	if err != nil {
		return nil, err
	}
	defer file.discard()
	rows := newCSVWriter(file)
	if err := r.sql.query(ctx, t.Source, rows); err != nil {
		return nil, err
	}
	if err := rows.Flush(); err != nil {
		return nil, fmt.Errorf("write the results: %w", err)
	}
	path, err := file.commit()
	if err != nil {
		return nil, err
	}
	return &output{OutputPath: path, Rows: &rows.rows}, nil
}

// sqlRunner executes statements on one database, each time on a connection of
// its own: nothing of one run is left for the next.
type sqlRunner struct {
	driver sqlite.Driver
	dsn    string
	// calls holds what runs are to do within guard, by a secret.
	calls sync.Map
}

// newSQLRunner opens the database once, to know that it can be.
func newSQLRunner(ctx context.Context, path string, writable bool) (*sqlRunner, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("is no file")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	r := &sqlRunner{dsn: sqlDSN(absolute, writable)}
	if err := r.driver.RegisterScalarFunction(guard, 1, r.call); err != nil {
		return nil, err
	}
	return r, r.query(ctx, "select count(*) from sqlite_schema", newCSVWriter(io.Discard))
}

// sqlDSN names the database. It is never created; and not changed either
// unless that is wanted, which two guards see to.
func sqlDSN(absolute string, writable bool) string {
	query := "mode=ro&_query_only=true&_busy_timeout=5000"
	if writable {
		query = "mode=rw&_foreign_keys=true&_busy_timeout=5000"
	}
	return (&url.URL{Scheme: "file", Path: slashed(absolute), RawQuery: query}).String()
}

// slashed is an absolute path as a URI has it.
func slashed(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	return path
}

// guard is a function of SQL, within which a run's statements are executed.
// The driver interrupts a connection when a context ends only until the first
// row is there. Within a call of a function it does so until the call returns:
// a query that takes long between two rows is ended, too.
const guard = "jobledger_guard"

// call is guard. Its argument is a secret that is good for one call.
func (r *sqlRunner) call(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	f, ok := r.calls.LoadAndDelete(args[0])
	if !ok {
		return nil, errors.New(guard + " is not for jobs")
	}
	f.(func())()
	return nil, nil
}

// query executes statements, and hands the rows of the last one to w, with
// the names of its columns before. It ends soon after ctx does.
func (r *sqlRunner) query(ctx context.Context, source string, w *csvWriter) error {
	source = trimSQL(source)
	if source == "" {
		return errors.New("config.sql.source holds no statement")
	}
	conn, err := r.driver.Open(r.dsn)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer conn.Close()
	if err := conn.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(authorize); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	secret := rand.Text()
	defer r.calls.Delete(secret)
	var inner error
	r.calls.Store(secret, func() { inner = copyRows(conn.(driver.QueryerContext), source, w) })
	_, err = conn.(driver.ExecerContext).ExecContext(ctx, "select "+guard+"(?)", []driver.NamedValue{{Ordinal: 1, Value: secret}})
	switch {
	case inner != nil:
		return sqlError(inner)
	case err != nil:
		return sqlError(err)
	}
	return nil
}

// copyRows executes statements and writes the rows of the last one. Its
// context has no end: the one that has is that of the call around it.
func copyRows(conn driver.QueryerContext, source string, w *csvWriter) error {
	rows, err := conn.QueryContext(context.Background(), source, nil)
	if err != nil {
		return err
	}
	columns := rows.Columns()
	if len(columns) == 0 {
		return rows.Close() // The last statement returns no rows.
	}
	if err := w.header(columns); err != nil {
		return errors.Join(err, rows.Close())
	}
	values := make([]driver.Value, len(columns))
	for {
		err := rows.Next(values)
		if errors.Is(err, io.EOF) {
			return rows.Close()
		}
		if err == nil {
			err = w.row(values)
		}
		if err != nil {
			return errors.Join(err, rows.Close())
		}
	}
}
