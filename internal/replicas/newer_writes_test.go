package replicas_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/jobledger/jobledger/storage"
)

// migrate does to a store what a newer version of the library does first.
func (p place) migrate(t *testing.T) {
	t.Helper()
	if p.kind == onSQLite {
		db, err := sql.Open("sqlite", p.at)
		require.NoError(t, err)
		defer db.Close()
		var version int
		require.NoError(t, db.QueryRowContext(t.Context(), `PRAGMA user_version`).Scan(&version))
		p.exec(t, fmt.Sprintf(`PRAGMA user_version = %d`, version+1))
		return
	}
	client := goredis.NewClient(&goredis.Options{Addr: p.at})
	defer client.Close()
	keys, err := client.Keys(t.Context(), "*layout").Result()
	require.NoError(t, err)
	require.NotEmpty(t, keys)
	for _, key := range keys {
		layout, err := client.Get(t.Context(), key).Result()
		require.NoError(t, err)
		var version int
		_, err = fmt.Sscanf(layout, "version %d,", &version)
		require.NoError(t, err, layout)
		_, rest, _ := strings.Cut(layout, ",")
		require.NoError(t, client.Set(t.Context(), key, fmt.Sprintf("version %d,%s", version+1, rest), 0).Err())
	}
}

// exec runs SQL on the file.
func (p place) exec(t *testing.T, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", p.at)
	require.NoError(t, err)
	defer db.Close()
	for _, statement := range statements {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
}

// leave writes what a newer version might.
func leave(t *testing.T, store storage.Store, unreadable, strange, removed string) {
	t.Helper()
	ctx := t.Context()
	commit := func(change storage.Change) {
		change.OperationID, change.At = "newer "+change.JobID, crowdEpoch
		require.NoError(t, store.Commit(ctx, change))
	}
	garbled := []byte{0xff, 0xff}
	ref := func(id string) storage.JobRef {
		return storage.JobRef{OrganizationID: actor.OrganizationID, JobID: id}
	}
	job, err := store.Job(ctx, ref(unreadable))
	require.NoError(t, err)
	job.Doc = garbled
	commit(storage.Change{JobRef: job.JobRef, Job: &job})

	tombstone, err := store.Tombstone(ctx, ref(removed))
	require.NoError(t, err)
	tombstone.Doc = garbled
	commit(storage.Change{JobRef: tombstone.JobRef, Tombstone: &tombstone})

	job, err = store.Job(ctx, ref(strange))
	require.NoError(t, err)
	job.Scopes = slices.Sorted(slices.Values(append(job.Scopes, "s:suspended")))
	runs, err := store.ListRuns(ctx, storage.RunQuery{JobRef: job.JobRef, Limit: 1})
	require.NoError(t, err)
	run := runs.Runs[0]
	change := storage.Change{JobRef: job.JobRef, Job: &job, PutRuns: []storage.RunRecord{strangely(run, crowdEpoch)}}
	ended, bad := run, run
	ended.ID, ended.Number, ended.Revision, ended.Outcome = "NEWERRUN02", run.Number+1, 0, "skipped"
	bad.ID, bad.Number, bad.Revision, bad.Doc, bad.ReadyAt = "NEWERRUN03", run.Number+2, 0, garbled, crowdEpoch
	change.PutRuns = append(change.PutRuns, ended, bad)
	commit(change)
}

// strangely gives a run a status that this version does not know, and makes it
// due in every way.
func strangely(run storage.RunRecord, at time.Time) storage.RunRecord {
	const status protowire.Number = 3
	run.ReadyAt, run.DeadlineAt, run.OwedAt = at, at, at
	run.Doc = protowire.AppendString(protowire.AppendTag(run.Doc, status, protowire.BytesType), "suspended")
	return run
}

// addList adds what a newer version may need that looks for one kind more of what
// is due, and so that all there is is due for it.
func (p place) addList(t *testing.T) {
	t.Helper()
	if p.kind == onSQLite {
		p.exec(t, `ALTER TABLE runs ADD COLUMN review_at INTEGER`, `CREATE INDEX runs_review ON runs (review_at) WHERE review_at IS NOT NULL`, `UPDATE runs SET review_at = 0`)
		return
	}
	client := goredis.NewClient(&goredis.Options{Addr: p.at})
	defer client.Close()
	keys, err := client.Keys(t.Context(), "*}layout").Result()
	require.NoError(t, err)
	for _, key := range keys {
		due := strings.TrimSuffix(key, "layout") + "due:reviews"
		require.NoError(t, client.ZAdd(t.Context(), due, goredis.Z{Score: 0, Member: "0"}).Err())
	}
}
