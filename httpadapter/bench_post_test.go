package httpadapter_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage/sqlite"
)

// BenchmarkPost is the creation of jobs on SQLite by 16 clients, beside a handler
// that does the least that a durable POST can: it decodes the body, inserts one
// row, in a file that is as durable as ours, and answers it.
func BenchmarkPost(b *testing.B) {
	store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "jobs.db"), nil)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	inTurns(b, overLoopback(b, newAPI(b, store, nil), posts()), overLoopback(b, inserting(b), posts()), postRatio)
}

// posts returns what makes requests for jobs of about 1.5 KB with keys of one
// length.
func posts() func() []byte {
	body := strings.Replace(jobBody("%09d"), `{"sql":{"source":"select 1"}}`, benchConfig(), 1)
	var n atomic.Int64
	return func() []byte {
		body := fmt.Sprintf(body, n.Add(1))
		return fmt.Appendf(nil, "POST /workloads/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", owner, len(body), body)
	}
}

// inserting is a handler that inserts one row.
func inserting(b *testing.B) http.Handler {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "rows.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(b.Context(), "CREATE TABLE jobs (key TEXT PRIMARY KEY, doc BLOB NOT NULL) WITHOUT ROWID")
	require.NoError(b, err)
	insert, err := db.PrepareContext(b.Context(), "INSERT INTO jobs (key, doc) VALUES (?, ?)")
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, insert.Close()) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var job struct {
			JobKey    string          `json:"jobKey"`
			ClusterID string          `json:"clusterId"`
			Config    json.RawMessage `json:"config"`
			TeamIDs   []string        `json:"teamIds"`
		}
		if err := json.NewDecoder(r.Body).Decode(&job); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		doc, err := json.Marshal(&job)
		if err == nil {
			_, err = insert.ExecContext(r.Context(), job.JobKey, doc)
		}
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(doc)))
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(doc)
	})
}
