package bench_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	goredis "github.com/redis/go-redis/v9"
)

// rawFile is the floor on SQLite: rows of a usual job's size, written with
// prepared statements, each commit synced to the disk as the store does it.
type rawFile struct {
	db     *sql.DB
	insert *sql.Stmt
	swap   *sql.Stmt
	next   int
}

func openRawFile(b *testing.B) *rawFile {
	b.Helper()
	name := "file:" + filepath.Join(b.TempDir(), "raw.db") + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	db, err := sql.Open("sqlite", name)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() }) // nobody reads it again
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE rows (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, doc BLOB) STRICT, WITHOUT ROWID`); err != nil {
		b.Fatal(err)
	}
	f := &rawFile{db: db}
	f.insert = f.prepare(b, `INSERT INTO rows VALUES (?, 1, ?)`)
	f.swap = f.prepare(b, `UPDATE rows SET revision = revision + 1, doc = ? WHERE id = ? AND revision = ?`)
	return f
}

func (f *rawFile) prepare(b *testing.B, query string) *sql.Stmt {
	b.Helper()
	statement, err := f.db.Prepare(query)
	if err != nil {
		b.Fatal(err)
	}
	return statement
}

// add inserts a row in a commit of its own.
func (f *rawFile) add(i int) error {
	_, err := f.insert.Exec(strconv.Itoa(i), usual)
	return err
}

// addGroups inserts n rows, 16 in a commit.
func (f *rawFile) addGroups(n int) error {
	for n > 0 {
		if _, err := f.db.Exec("BEGIN"); err != nil { // there is one connection
			return err
		}
		for range min(n, 16) {
			if _, err := f.insert.Exec("g"+strconv.Itoa(f.next), usual); err != nil {
				return err
			}
			f.next++
		}
		if _, err := f.db.Exec("COMMIT"); err != nil {
			return err
		}
		n -= 16
	}
	return nil
}

// compareAndSwap raises the revision of the one row "swapped".
func (f *rawFile) compareAndSwap(revision int) error {
	result, err := f.swap.Exec(usual, "swapped", revision)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("%d rows of revision %d: %w", n, revision, err)
	}
	return nil
}

// rawScript is the floor on Redis: five commands in a script, as the update of
// one record has to read and compare a revision, and write record and operation.
var rawScript = goredis.NewScript(`
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 'done' end
if (redis.call('HGET', KEYS[1], 'revision') or '0') ~= ARGV[2] then return 'stale' end
redis.call('HSET', KEYS[1], 'revision', ARGV[3], 'document', ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('ZADD', KEYS[3], 0, ARGV[1])
return 'ok'`)

// runRawScript runs the script on a record of its own, for the i-th time.
func runRawScript(client *goredis.Client) func(i int) error {
	keys := []string{"{raw}job", "{raw}operations", "{raw}due"}
	return func(i int) error {
		return rawScript.Run(ctx, client, keys, "operation-"+strconv.Itoa(i), i, i+1, usual).Err()
	}
}

// rawPipeline reads 100 documents in one pipeline.
func rawPipeline(b *testing.B, client *goredis.Client) func(i int) error {
	b.Helper()
	key := func(i int) string { return "{raw}" + strconv.Itoa(i) }
	for i := range 1000 {
		if err := client.Set(ctx, key(i), usual, 0).Err(); err != nil {
			b.Fatal(err)
		}
	}
	return func(i int) error {
		pipe := client.Pipeline()
		for n := range 100 {
			pipe.Get(ctx, key((i*100+n)%1000))
		}
		_, err := pipe.Exec(ctx)
		return err
	}
}
