package sqlchild_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/examples/controlplane/internal/child"
	"github.com/jobledger/jobledger/examples/controlplane/internal/sqlchild"
)

func TestMain(m *testing.M) {
	child.Main(map[string]func() int{sqlchild.Part: sqlchild.Main})
	os.Exit(m.Run())
}

var limits = sqlchild.Limits{Value: 1 << 20, Rows: 1000, Bytes: 1 << 20, Memory: 16 << 20}

// queried executes statements on a database and returns the CSV.
func queried(t *testing.T, path, source string, writable bool) (string, error) {
	t.Helper()
	d, err := sqlchild.Open(t.Context(), path, writable, limits)
	require.NoError(t, err)
	var text strings.Builder
	_, err = d.Query(t.Context(), source, map[string]string{"name": "Ada", "evil": `'; drop table people; --`}, &text)
	return text.String(), err
}

func TestParametersAreValues(t *testing.T) {
	data := people(t)
	for source, want := range map[string]string{
		`select id from people where name = :name`:                       "id\n1\n",
		`select :evil as a, @name as b, $name as c`:                      "a,b,c\n'; drop table people; --,Ada,Ada\n",
		`select 1; select count(*) as n from people where name <> :evil`: "n\n3\n",
	} {
		got, err := queried(t, data, source, true)
		require.NoError(t, err, source)
		require.Equal(t, want, got)
	}
	_, err := queried(t, data, `select :other`, false)
	require.ErrorContains(t, err, "other")
}

func people(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "people.db")
	execute(t, path, `
		create table people (id integer primary key, name text, note text);
		insert into people values (1, 'Ada', 'first, "of all"'), (2, 'Bo', ''), (3, 'Cy', null);`)
	return path
}

func TestRowsAsCSV(t *testing.T) {
	data := people(t)
	for _, test := range []struct{ name, source, want string }{
		{"values", `select 1 as int, 2.0 as "real", 'a' as text, null as "null", '' as empty, x'00ff' as "blob"`,
			"int,real,text,null,empty,blob\n1,2.0,a,,\"\",\\x00ff\n"},
		{"quotes", `select 'a,b', 'a"b', 'a` + "\r\n" + `b', ' a '`, `"'a,b'","'a""b'","'a` + "\r\n" + `b'",' a '` + "\n" + `"a,b","a""b","a` + "\r\n" + `b", a ` + "\n"},
		{"what a spreadsheet would execute", `select '=1+2', '+1', '-1', '@a', -1, -1.5, '=a,b' as "=x"`,
			"'=1+2','+1','-1','@a','-1,'-1.5,'=x\n'=1+2,'+1,'-1,'@a,-1,-1.5,\"'=a,b\"\n"},
		{"one name twice", `select 1 as a, 2 as a`, "a,a\n1,2\n"},
		{"numbers", `select 9223372036854775807, -0.5, 1e300, 1e6, 0.1 + 0.2, 9e999`,
			"9223372036854775807,'-0.5,1e300,1e6,0.1 + 0.2,9e999\n9223372036854775807,-0.5,1.0000000000000001e+300,1000000.0,0.30000000000000004,Inf\n"},
		{"no rows", `select name from people where false`, "name\n"},
		{"the last of several", `select 1; select 2; select name from people where id = 1;`, "name\nAda\n"},
		{"the last has no rows", `select 1; select 2 as two where false; -- that is all` + "\n;", "two\n"},
		{"the last returns nothing", `select 1; begin; rollback`, ""},
		{"what looks like a comment", `select '--', "/*" from (select 1 as "/*") -- this is one`, "'--',/*\n'--,1\n"},
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
		{"vacuum into a file", `vacuum into '` + other + `.copy'`, rules, rules},
		{"lift the guard", `pragma query_only = off; delete from people`, rules, rules},
		{"pragma that names a folder", `pragma temp_store_directory = '/'`, rules, rules},
		{"load a library", `select load_extension('x')`, "not authorized", "not authorized"},
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

// A query ends with its context, wherever it is: its process is killed.
func TestAQueryIsKilled(t *testing.T) {
	const numbers = "with recursive n(x) as (select 1 union all select x+1 from n) "
	d, err := sqlchild.Open(t.Context(), people(t), false, sqlchild.Limits{Value: 1 << 20, Rows: 1 << 40, Bytes: 1 << 40, Memory: 64 << 20})
	require.NoError(t, err)
	for name, source := range map[string]string{
		"before the first row":  numbers + "select count(*) from n",
		"between two rows":      numbers + "select x from n where x < 2",
		"while it has rows":     numbers + "select x from n",
		"within one function":   "select length(replace(hex(zeroblob(400000)), '0', hex(zeroblob(1))) like '%1%1%1%1%1%1%1%1%1%1%')",
		"in an earlier one":     numbers + "select max(x) from n; select 1",
		"in one that never was": "select 1",
	} {
		t.Run(name, func(t *testing.T) {
			stopped := errors.New("stopped")
			ctx, cancel := context.WithCancelCause(t.Context())
			ended := make(chan error, 1)
			go func() {
				_, err := d.Query(ctx, source, nil, io.Discard)
				ended <- err
			}()
			cancel(stopped)
			require.ErrorIs(t, <-ended, stopped) // Bounded by the time that a test may take.
		})
	}
}

// What one job may use is bounded, and the message says by what.
func TestLimits(t *testing.T) {
	const numbers = "with recursive n(x) as (select 1 union all select x+1 from n) "
	for name, test := range map[string]struct{ source, want string }{
		"rows":   {numbers + "select x from n", "more than 1000 rows"},
		"bytes":  {numbers + "select hex(zeroblob(100000)) from n limit 900", "longer than 1048576 bytes"},
		"value":  {"select length(hex(zeroblob(600000)))", "longer than it may be"},
		"memory": {numbers + "select count(*) from (select distinct hex(randomblob(100000)) || x from n limit 1000)", "more memory than they may"},
		"group":  {numbers + "select length(group_concat(x)) from (select x from n limit 400000)", "longer than it may be"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "memory" && raceDetector {
				t.Skip("under the race detector SQLite does not come back from its memory limit in time")
			}
			_, err := queried(t, people(t), test.source, false)
			require.ErrorContains(t, err, test.want)
		})
	}
	got, err := queried(t, people(t), numbers+"select x from n limit 1000", false)
	require.NoError(t, err)
	require.Equal(t, 1001, strings.Count(got, "\n"))
}

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
		require.Equal(t, want, sqlchild.Trim(source), source)
	}
}
