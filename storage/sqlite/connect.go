package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	sqlite "modernc.org/sqlite"
)

// openDB returns a pool of connections to a file.
func openDB(file string, more ...string) (*sql.DB, error) {
	base, err := sqlite.NewConnector(dsn(file, more...))
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(verified{base}), nil
}

// verified refuses a connection on which a pragma has no effect. A file system
// without shared memory, for example, leaves the journal mode unchanged, and
// SQLite reports no error. Every connection is checked, since a pool opens
// connections as long as it lives.
type verified struct{ driver.Connector }

// Connect implements [driver.Connector].
func (v verified) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := v.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := verifyPragmas(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func verifyPragmas(ctx context.Context, conn driver.Conn) error {
	for _, p := range pragmas {
		got, err := readPragma(ctx, conn, p.name)
		if err != nil {
			return fmt.Errorf("read back %s: %w", p.name, err)
		}
		if got != p.want {
			return fmt.Errorf("%s is %q where %q is needed", p.name, got, p.want)
		}
	}
	return nil
}

func readPragma(ctx context.Context, conn driver.Conn, name string) (string, error) {
	queryer, ok := conn.(driver.QueryerContext)
	if !ok {
		return "", errors.New("the driver's connections do not query")
	}
	rows, err := queryer.QueryContext(ctx, "PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	value := make([]driver.Value, 1)
	if err := rows.Next(value); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return fmt.Sprint(value[0]), nil
}
