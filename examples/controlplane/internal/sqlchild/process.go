package sqlchild

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"

	"github.com/jobledger/jobledger/examples/controlplane/internal/fault"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Main is the process that executes statements. It reads one request, writes
// the rows to its standard output, and its answer to its standard error. It
// ends when its standard input ends.
func Main() int {
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadBytes('\n')
	if err != nil {
		return 1
	}
	go func() {
		_, _ = io.Copy(io.Discard, in)
		os.Exit(1) // The parent is gone.
	}()
	var r request
	if err := json.Unmarshal(line, &r); err != nil {
		return 1
	}
	var a answer
	if a.Rows, err = r.execute(os.Stdout); err != nil {
		a.Error = err.Error()
		if detail := fault.Detail(err); detail != nil {
			a.Detail = detail.Error()
		}
	}
	if err := json.NewEncoder(os.Stderr).Encode(a); err != nil {
		return 1
	}
	return 0
}

// noDatabase is what members read when the database cannot be opened.
const noDatabase = "the control plane could not open the database; its log says why"

// execute writes the rows of the last statement, and counts them.
func (r request) execute(w io.Writer) (int64, error) {
	if err := limitMemory(3*r.Limits.Memory + 256<<20); err != nil {
		return 0, fault.New(noProcess, err)
	}
	ctx := context.Background() // The process is killed when its time is up.
	db, err := sql.Open("sqlite", r.DSN)
	if err != nil {
		return 0, fault.New(noDatabase, err)
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, fault.New(noDatabase, err)
	}
	defer conn.Close()
	if err := r.prepare(ctx, conn); err != nil {
		return 0, fault.New(noDatabase, err)
	}
	out := newCSVWriter(w)
	err = conn.Raw(func(raw any) error {
		return copyRows(raw.(driver.QueryerContext), r.Source, r.bound(), out, r.Limits.Rows)
	})
	if err != nil {
		return 0, explain(err)
	}
	return out.rows, out.Flush()
}

// prepare sets the limits of a connection, and then what it may not do.
func (r request) prepare(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "pragma hard_heap_limit="+strconv.FormatInt(r.Limits.Memory, 10)+"; pragma temp_store=memory"); err != nil {
		return err
	}
	if _, err := sqlite.Limit(conn, sqlite3.SQLITE_LIMIT_LENGTH, r.Limits.Value); err != nil {
		return err
	}
	return conn.Raw(func(raw any) error { return raw.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(authorize) })
}

// bound are the parameters as the driver takes them: by name only, so that ?1 is
// none of them.
func (r request) bound() []driver.NamedValue {
	values := make([]driver.NamedValue, 0, len(r.Parameters))
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		values = append(values, driver.NamedValue{Name: name, Value: r.Parameters[name]})
	}
	return values
}

// copyRows executes statements and writes the rows of the last one.
func copyRows(conn driver.QueryerContext, source string, parameters []driver.NamedValue, w *csvWriter, most int64) error {
	rows, err := conn.QueryContext(context.Background(), source, parameters)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns := rows.Columns()
	if len(columns) == 0 {
		return nil // The last statement returns no rows.
	}
	if err := w.header(columns); err != nil {
		return err
	}
	values := make([]driver.Value, len(columns))
	for {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case w.rows >= most:
			return fmt.Errorf("the result has more than %d rows, which is the most", most)
		}
		if err := w.row(values); err != nil {
			return err
		}
	}
}
