package main

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// queried executes statements on a database and returns the CSV.
func queried(t *testing.T, path, source string, writable bool) (string, error) {
	t.Helper()
	r, err := newSQLRunner(t.Context(), path, writable)
	require.NoError(t, err)
	var text strings.Builder
	w := newCSVWriter(&text)
	if err := r.query(t.Context(), source, w); err != nil {
		return "", err
	}
	require.NoError(t, w.Flush())
	return text.String(), nil
}

func TestRowsAsCSV(t *testing.T) {
	data := people(t)
	for _, test := range []struct{ name, source, want string }{
		{"values", `select 1 as int, 2.0 as "real", 'a' as text, null as "null", '' as empty, x'00ff' as "blob"`,
			"int,real,text,null,empty,blob\n1,2.0,a,,\"\",\\x00ff\n"},
		{"quotes", `select 'a,b', 'a"b', 'a` + "\r\n" + `b', ' a '`, `"'a,b'","'a""b'","'a` + "\r\n" + `b'",' a '` + "\n" + `"a,b","a""b","a` + "\r\n" + `b", a ` + "\n"},
		{"one name twice", `select 1 as a, 2 as a`, "a,a\n1,2\n"},
		{"numbers", `select 9223372036854775807, -0.5, 1e300, 1e6, 0.1 + 0.2, 9e999`,
			"9223372036854775807,-0.5,1e300,1e6,0.1 + 0.2,9e999\n9223372036854775807,-0.5,1.0000000000000001e+300,1000000.0,0.30000000000000004,Inf\n"},
		{"no rows", `select name from people where false`, "name\n"},
		{"the last of several", `select 1; select 2; select name from people where id = 1;`, "name\nAda\n"},
		{"the last has no rows", `select 1; select 2 as two where false; -- that is all` + "\n;", "two\n"},
		{"the last returns nothing", `select 1; begin; rollback`, ""},
		{"what looks like a comment", `select '--', "/*" from (select 1 as "/*") -- this is one`, "'--',/*\n--,1\n"},
		{"pragma that tells", `pragma user_version`, "user_version\n0\n"},
		{"dates", `with t as (select * from dated) select * from t`, "d,t,z\n2026-01-02,2026-01-02 03:04:05.5,2026-01-02 03:04:05+02:00\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := data
			if test.name == "dates" {
				path = filepath.Join(t.TempDir(), "dated.db")
				execute(t, path, `create table dated (d date, t datetime, z timestamp);
					insert into dated values ('2026-01-02', '2026-01-02T03:04:05.5', '2026-01-02 03:04:05+02:00')`)
			}
			got, err := queried(t, path, test.source, false)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func execute(t *testing.T, path, source string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), source)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// A job reads its database, and nothing else; nor does it write any file.
func TestSQLKeepsToItsDatabase(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other.db")
	execute(t, other, `create table secrets (s text)`)
	const rules = "a job may use its database only"
	for _, test := range []struct{ name, source, want, wantWritable string }{
		{"insert", `insert into people values (9, 'x', '')`, "-data-writable", ""},
		{"create", `create table t (x)`, "-data-writable", ""},
		{"returning", `update people set name = 'x' returning id`, "-data-writable", ""},
		{"temporary table", `create temp table t (x); insert into t values (1)`, "-data-writable", ""},
		{"attach", `attach '` + other + `' as other; select * from other.secrets`, rules, rules},
		{"attach what is computed", `attach 'x' || '.db' as other`, rules, rules},
		{"vacuum into a file", `vacuum into '` + other + `.copy'`, "cannot VACUUM", "cannot VACUUM"},
		{"lift the guard", `pragma query_only = off; delete from people`, rules, rules},
		{"pragma that names a folder", `pragma temp_store_directory = '/'`, rules, rules},
		{"load a library", `select load_extension('x')`, "not authorized", "not authorized"},
		{"the guard itself", `select ` + guard + `('x')`, "is not for jobs", "is not for jobs"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, writable := range []bool{false, true} {
				data, want := people(t), test.want
				if writable {
					want = test.wantWritable
				}
				_, err := queried(t, data, test.source, writable)
				if want == "" {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, want)
				}
				require.NoFileExists(t, other+".copy")
				if !writable {
					names, err := queried(t, data, `select name from people`, false)
					require.NoError(t, err)
					require.Equal(t, "name\nAda\nBo\nCy\n", names)
				}
			}
		})
	}
}

func TestSQLThatMayWrite(t *testing.T) {
	data := people(t)
	got, err := queried(t, data, `delete from people where id < 3; select count(*) as n from people`, true)
	require.NoError(t, err)
	require.Equal(t, "n\n1\n", got)
	got, err = queried(t, data, `delete from people returning name`, true)
	require.NoError(t, err)
	require.Equal(t, "name\nCy\n", got)
	got, err = queried(t, data, `begin; insert into people (name) values ('Di')`, true)
	require.NoError(t, err)
	require.Empty(t, got)
	got, err = queried(t, data, `select count(*) as n from people`, false)
	require.NoError(t, err)
	require.Equal(t, "n\n0\n", got, "what is not committed is not there")
}

// A query ends with its context, wherever it is.
func TestAQueryIsInterrupted(t *testing.T) {
	r, err := newSQLRunner(t.Context(), people(t), false)
	require.NoError(t, err)
	for name, source := range map[string]string{
		"before the first row": `with recursive n(x) as (select 1 union all select x+1 from n) select count(*) from n`,
		"between two rows":     endless,
		"while it has rows":    `with recursive n(x) as (select 1 union all select x+1 from n) select x from n`,
		"in an earlier one":    `with recursive n(x) as (select 1 union all select x+1 from n) select max(x) from n; select 1`,
	} {
		t.Run(name, func(t *testing.T) {
			stopped := errors.New("stopped")
			ctx, cancel := context.WithCancelCause(t.Context())
			begun := make(chan struct{})
			w := newCSVWriter(writerFunc(func(p []byte) (int, error) { return len(p), nil }))
			ended := make(chan error, 1)
			go func() {
				close(begun)
				ended <- r.query(ctx, source, w)
			}()
			<-begun
			cancel(stopped)
			require.Error(t, <-ended) // Bounded by the time that a test may take.
		})
	}
	got, err := queried(t, people(t), "select 1 as one", false)
	require.NoError(t, err)
	require.Equal(t, "one\n1\n", got)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestTrimSQL(t *testing.T) {
	for source, want := range map[string]string{
		"":                              "",
		" ;; -- a\n /* b */ ;":          "",
		"select 1":                      "select 1",
		"select 1 ; -- a":               "select 1",
		"select 1 /* a ; -- */ ;\n":     "select 1",
		"-- a\nselect 1;":               "-- a\nselect 1",
		"select '-- no';":               "select '-- no'",
		"select 'it''s -- no' ;":        "select 'it''s -- no'",
		"select \"/* no\"":              "select \"/* no\"",
		"select [-- no] from `-- no`  ": "select [-- no] from `-- no`",
		"select 1 - -1 / 2;":            "select 1 - -1 / 2",
		"select 'open ; -- ":            "select 'open ; -- ",
		"select 1 /* open ;":            "select 1",
	} {
		require.Equal(t, want, trimSQL(source), source)
	}
}
