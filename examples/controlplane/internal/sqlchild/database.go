// Package sqlchild executes the statements of SQL jobs on one SQLite database.
// Each job runs in a process of its own (package child), which is killed when
// it takes too long, whatever its statement does. What a job reads and writes
// is limited: see [Limits].
package sqlchild

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/jobledger/jobledger/examples/controlplane/internal/child"
	"github.com/jobledger/jobledger/examples/controlplane/internal/fault"
)

// Part is the name of the process that executes statements; see [child.Main].
const Part = "sql"

// Limits are the most that one job may use. The context limits its time.
type Limits struct {
	// Value is the most bytes of a text or BLOB.
	Value int `json:"value"`
	// Rows is the most rows that the last statement may return.
	Rows int64 `json:"rows"`
	// Bytes is the most bytes of these rows as CSV.
	Bytes int64 `json:"bytes"`
	// Memory is the most bytes that SQLite may allocate. On Linux, the system
	// limits the whole process to three times as much and 256 MiB.
	Memory int64 `json:"memory"`
}

// Database is a file that jobs read, and that they may change if it is
// writable.
type Database struct {
	dsn    string
	limits Limits
}

// Open opens the database once, to check that jobs can use it.
func Open(ctx context.Context, path string, writable bool, limits Limits) (*Database, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("is no file")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	d := &Database{dsn: dsn(absolute, writable), limits: limits}
	_, err = d.Query(ctx, "select count(*) from sqlite_schema", nil, io.Discard)
	return d, err
}

// dsn names the database. It is never created; and not changed either unless
// that is wanted, which two guards see to.
func dsn(absolute string, writable bool) string {
	query := "mode=ro&_query_only=true&_busy_timeout=5000"
	if writable {
		query = "mode=rw&_foreign_keys=true&_busy_timeout=5000"
	}
	path := filepath.ToSlash(absolute)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: query}).String()
}

// request is what a process is asked for, and answer what it says at its end.
type (
	request struct {
		DSN    string `json:"dsn"`
		Source string `json:"source"`
		Limits Limits `json:"limits"`
		// Parameters are the values of :name in the statements.
		Parameters map[string]string `json:"parameters,omitempty"`
	}
	answer struct {
		Rows  int64  `json:"rows"`
		Error string `json:"error"`
		// Detail is what the log says instead; see package fault.
		Detail string `json:"detail,omitempty"`
	}
)

// tooLongError is what more bytes than allowed end with.
type tooLongError struct{ most int64 }

func (e tooLongError) Error() string {
	return fmt.Sprintf("the result is longer than %d bytes, which is the most", e.most)
}

// Query executes statements, and writes the rows of the last one to w as CSV,
// after the names of its columns. It returns the number of rows. Parameters are
// the values of :name in the statements; they are bound, and never read as SQL.
// When ctx ends, the process is killed, and the error is context.Cause of ctx.
func (d *Database) Query(ctx context.Context, source string, parameters map[string]string, w io.Writer) (rows int64, err error) {
	source = trim(source)
	if source == "" {
		return 0, errors.New("config.sql.source holds no statement")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	asked, err := json.Marshal(request{DSN: d.dsn, Source: source, Limits: d.limits, Parameters: parameters})
	if err != nil {
		return 0, err
	}
	process, err := child.New(ctx, Part, child.Environment(""))
	if err != nil {
		return 0, fault.New(noProcess, err)
	}
	process.Cancel = process.Kill // It has nothing to tidy up.
	var said bytes.Buffer
	process.Stdout = &bounded{w: w, left: d.limits.Bytes, full: func() { cancel(tooLongError{d.limits.Bytes}) }}
	process.Stderr = &bounded{w: &said, left: maxSaid, full: func() {}}
	if err := process.Start(); err != nil {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		return 0, fault.New(noProcess, err)
	}
	sayErr := process.Say(append(asked, '\n'))
	err = process.Wait()
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	return answered(said.Bytes(), err, sayErr)
}

// noProcess is what members read when there is no process for the statements.
const noProcess = "the control plane could not start a process for the statements; its log says why"

// maxSaid bounds what is kept of a process's last words.
const maxSaid = 64 << 10

// answered reads the answer of a process that has ended.
func answered(said []byte, exit, say error) (int64, error) {
	var a answer
	if err := json.Unmarshal(said, &a); err != nil || exit != nil || say != nil {
		if _, ok := errors.AsType[*exec.ExitError](exit); ok && bytes.Contains(said, []byte("out of memory")) {
			return 0, errors.New("the statements used more memory than they may")
		}
		return 0, errors.New("the process that executed the statements ended before it was done")
	}
	if a.Detail != "" {
		return 0, fault.New(a.Error, errors.New(a.Detail))
	}
	if a.Error != "" {
		return 0, errors.New(a.Error)
	}
	return a.Rows, nil
}

// bounded passes on so many bytes. At the first one more it calls full, and
// then takes in the rest without a word.
type bounded struct {
	w    io.Writer
	left int64
	full func()
}

func (b *bounded) Write(p []byte) (int, error) {
	if int64(len(p)) > b.left {
		b.left = 0
		b.full()
		return len(p), nil
	}
	b.left -= int64(len(p))
	return b.w.Write(p)
}
