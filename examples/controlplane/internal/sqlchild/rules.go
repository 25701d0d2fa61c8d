package sqlchild

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// readingPragmas are those that tell something of the database. All others
// change settings, name files, or may come to do so.
var readingPragmas = []string{
	"collation_list", "compile_options", "database_list", "encoding", "foreign_key_check", "foreign_key_list",
	"freelist_count", "function_list", "index_info", "index_list", "index_xinfo", "integrity_check", "page_count",
	"page_size", "pragma_list", "quick_check", "table_info", "table_list", "table_xinfo", "user_version",
}

// authorize keeps statements to the one database: ATTACH would open files that
// it names, and a pragma could lift what holds them. VACUUM, which could write
// one, attaches it first.
func authorize(action sqlite.AuthorizerActionCode, name, _, _, _ string) sqlite.AuthorizerReturnCode {
	switch action {
	case sqlite.AuthAttach, sqlite.AuthDetach:
		return sqlite.AuthorizerDeny
	case sqlite.AuthPragma:
		if !slices.Contains(readingPragmas, strings.ToLower(name)) {
			return sqlite.AuthorizerDeny
		}
	}
	return sqlite.AuthorizerOK
}

// explain adds to an error what its author needs to know of the rules here.
func explain(err error) error {
	failure, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch failure.Code() & 0xff { // The rest says more than is asked.
	case sqlite3.SQLITE_AUTH:
		return fmt.Errorf("%w: a job may use its database only: no ATTACH, no PRAGMA that changes anything", err)
	case sqlite3.SQLITE_NOMEM:
		return errors.New("the statements used more memory than they may")
	case sqlite3.SQLITE_TOOBIG:
		return errors.New("a text or a BLOB is longer than it may be")
	case sqlite3.SQLITE_READONLY:
		return fmt.Errorf("%w: the control plane lets no job change the database unless it is started with -data-writable", err)
	}
	return err
}

// trim cuts off what follows the last statement: its semicolon, spaces and
// comments. The driver takes them for a statement, and loses the last one that
// way if that has no rows.
func trim(source string) string {
	end := 0
	for at := 0; at < len(source); {
		rest := source[at:]
		switch {
		case strings.HasPrefix(rest, "--"):
			at += through(rest, 2, "\n")
		case strings.HasPrefix(rest, "/*"):
			at += through(rest, 2, "*/")
		case strings.IndexByte("'\"`", rest[0]) >= 0:
			at += through(rest, 1, rest[:1])
			end = at
		case rest[0] == '[':
			at += through(rest, 1, "]")
			end = at
		case strings.IndexByte(" \t\r\n\f;", rest[0]) >= 0:
			at++
		default:
			at++
			end = at
		}
	}
	return source[:end]
}

// through is how far it is through the end of something that begins a text,
// with an opening of some bytes; to the text's end when it has no other.
func through(text string, opening int, closing string) int {
	at := strings.Index(text[opening:], closing)
	if at < 0 {
		return len(text)
	}
	return opening + at + len(closing)
}
