package sqlite

import (
	"errors"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// busyTimeout is how long a statement waits for another process. turnTimeout is how
// long the writer waits for its turn to write. It is longer, because processes get
// their turn by polling, which is not fair. Callers have their own contexts.
const (
	busyTimeout = 5 * time.Second
	turnTimeout = 30 * time.Second
)

// pragmas are set on every connection, and read back.
var pragmas = []struct{ name, set, want string }{
	{"busy_timeout", "5000", "5000"},
	{"journal_mode", "WAL", "wal"},
	{"synchronous", "FULL", "2"},
	// When a long read has let the log grow, the log is cut back to this size.
	{"journal_size_limit", "33554432", "33554432"},
	{"wal_autocheckpoint", strconv.Itoa(logBound), strconv.Itoa(logBound)},
}

// location turns a plain path into the absolute path of a file URI. A relative
// path is resolved once, since the process may change its directory later.
func location(path string) (string, error) {
	const hint = "; a store that needs no file is in package storage/memory"
	switch {
	case path == "":
		return "", errors.New("the path is empty" + hint)
	case path == ":memory:":
		return "", errors.New("the path must name a file, not :memory:" + hint)
	case strings.HasPrefix(path, "file:"):
		return "", errors.New("the path must be a plain path, not a URI")
	case strings.ContainsRune(path, 0):
		return "", errors.New("the path contains a zero byte")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	absolute = filepath.ToSlash(absolute)
	if !strings.HasPrefix(absolute, "/") {
		absolute = "/" + absolute // a drive letter
	}
	return absolute, nil
}

// uri escapes a path into a data source name with the parameters.
func uri(path string, parameters ...string) string {
	u := url.URL{Scheme: "file", Path: path, RawQuery: strings.Join(parameters, "&")}
	return u.String()
}

// dsn is the data source name of a store's connections. They do not create the
// file.
func dsn(path string, more ...string) string {
	parameters := append([]string{"mode=rw", "_txlock=immediate"}, more...)
	for _, p := range pragmas {
		parameters = append(parameters, "_pragma="+p.name+"("+p.set+")")
	}
	return uri(path, parameters...)
}
