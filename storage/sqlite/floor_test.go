package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

// rawFile is the floor of the benchmarks: a table of rows like jobs, found by
// one index, written and read with the raw driver and its prepared statements,
// on one connection, with the pragmas of a store. It keeps neither counts, nor
// other orders and filters, nor operations, and joins no latest run: what the
// contract asks for beyond one row is what the ratios show.
type rawFile struct {
	db *sql.DB
	// next is the number of the next row to insert.
	next                                   int
	add, cas, pointQuery, pageQuery, dueBy *sql.Stmt
}

// openRaw makes a file with so many rows.
func openRaw(b *testing.B, folder string, rows int) *rawFile {
	b.Helper()
	const pragmas = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)"
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "raw.db")+pragmas)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`
		CREATE TABLE rows (organization_id TEXT, job_id TEXT, revision INTEGER, key TEXT, created_at INTEGER,
			team_ids TEXT, cluster_id TEXT, depends_on TEXT, wake_at INTEGER, doc BLOB,
			UNIQUE (organization_id, job_id)) STRICT;
		CREATE INDEX rows_due ON rows (wake_at) WHERE wake_at IS NOT NULL`)
	require.NoError(b, err)
	raw := &rawFile{db: db}
	raw.cas = raw.prepare(b, `
		UPDATE rows SET revision = revision + 1, wake_at = ?, doc = ? WHERE organization_id = ? AND job_id = ? AND revision = ?`)
	raw.add = raw.prepare(b, `INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	const columns = `SELECT job_id, revision, key, created_at, team_ids, cluster_id, depends_on, wake_at, doc FROM rows `
	raw.pointQuery = raw.prepare(b, columns+`WHERE organization_id = ? AND job_id = ?`)
	raw.pageQuery = raw.prepare(b, columns+`WHERE organization_id = ? ORDER BY job_id LIMIT 100`)
	raw.dueBy = raw.prepare(b, `
		SELECT wake_at, organization_id, job_id FROM rows
		WHERE wake_at <= ? ORDER BY wake_at LIMIT 100`)
	_, err = db.Exec("BEGIN")
	require.NoError(b, err)
	for n := range rows {
		require.NoError(b, raw.insert(n))
	}
	_, err = db.Exec("COMMIT")
	require.NoError(b, err)
	return raw
}

func (f *rawFile) prepare(b *testing.B, query string) *sql.Stmt {
	b.Helper()
	statement, err := f.db.Prepare(query)
	require.NoError(b, err)
	return statement
}

func (f *rawFile) insert(int) error {
	job := benchJob(f.next)
	f.next++
	var wake any
	if !job.WakeAt.IsZero() {
		wake = job.WakeAt.UnixMicro()
	}
	_, err := f.add.Exec(job.OrganizationID, job.JobID, 1, job.Key, job.CreatedAt.UnixMicro(),
		job.TeamIDs[0], job.Scopes[0], "", wake, job.Doc)
	return err
}

// insertGroups inserts as many rows as byWriters commits, 16 in a transaction.
func (f *rawFile) insertGroups(n int) error {
	for range groupSize {
		if _, err := f.db.Exec("BEGIN IMMEDIATE"); err != nil {
			return err
		}
		for range groupSize {
			if err := f.insert(n); err != nil {
				return err
			}
		}
		if _, err := f.db.Exec("COMMIT"); err != nil {
			return err
		}
	}
	return nil
}

// swap writes a row anew if it has the revision.
func (f *rawFile) swap(n int, revision int64) error {
	job := benchJob(n)
	result, err := f.cas.Exec(nil, job.Doc, job.OrganizationID, job.JobID, revision)
	if err != nil {
		return err
	}
	if swapped, err := result.RowsAffected(); err != nil || swapped != 1 {
		return fmt.Errorf("%d rows swapped: %w", swapped, err)
	}
	return nil
}

func (f *rawFile) point(ctx context.Context, n int) error {
	ref := benchJob(n).JobRef
	found, err := readRaw(f.pointQuery.QueryContext(ctx, ref.OrganizationID, ref.JobID))
	return expect(1, found, err)
}

func (f *rawFile) page(ctx context.Context) error {
	found, err := readRaw(f.pageQuery.QueryContext(ctx, "org"))
	return expect(100, found, err)
}

// expect checks that the floor reads as much as it is to stand for.
func expect(n int, found []storage.JobRecord, err error) error {
	if err == nil && len(found) != n {
		return fmt.Errorf("%d rows in place of %d", len(found), n)
	}
	return err
}

func readRaw(rows *sql.Rows, err error) (found []storage.JobRecord, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var job storage.JobRecord
		var createdAt int64
		var wakeAt sql.NullInt64
		var teams, cluster, dependsOn string
		if err := rows.Scan(&job.JobID, &job.Revision, &job.Key, &createdAt, &teams,
			&cluster, &dependsOn, &wakeAt, &job.Doc); err != nil {
			return nil, err
		}
		found = append(found, job)
	}
	return found, rows.Err()
}

func (f *rawFile) due(ctx context.Context) error {
	rows, err := f.dueBy.QueryContext(ctx, epoch.Add(time.Hour).UnixMicro())
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var item storage.DueItem
		var wakeAt int64
		if err := rows.Scan(&wakeAt, &item.OrganizationID, &item.JobID); err != nil {
			return err
		}
	}
	return rows.Err()
}
