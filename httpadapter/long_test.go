package httpadapter_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
)

// newLibrary is a world whose list of jobs is far too long to be held: each
// has the longest config that is allowed, and the first five a run with long
// results.
func newLibrary(t testing.TB, store storage.Store, books int) *World {
	w := newWorld(t, store)
	config := `{"sql":{"source":"x"},"lakesail":{"note":"` + strings.Repeat("n", 255<<10) + `"}}`
	for i := range books {
		body := strings.Replace(jobBody(fmt.Sprintf("job-%03d", i)), `{"sql":{"source":"select 1"}}`, config, 1)
		job := "/workloads/jobs/" + w.do(t, request{to: "POST /workloads/jobs", body: body, status: 201}).object(t)["id"].(string)
		if i%20 == 0 {
			w.report(job, w.start(job), `{"status":"succeeded","results":{"text":"`+strings.Repeat("r", 60<<10)+`"}}`, 200)
		}
	}
	return w
}

// rawPage is a page whose entities are kept as the bytes that they came in.
type rawPage struct {
	Total    int
	Items    []json.RawMessage
	Included struct{ Jobs, JobRuns, Teams []json.RawMessage }
}

// A list that is too long to be held is answered whole, and each entity in the
// bytes in which it is answered alone.
func TestLongLists(t *testing.T) {
	const books = 21
	w := newLibrary(t, memory.New(), books)
	server := httptest.NewServer(w)
	defer server.Close()
	get := func(method, path string) (http.Header, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer "+owner)
		a, err := server.Client().Do(r)
		require.NoError(t, err)
		defer a.Body.Close()
		body, err := io.ReadAll(a.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, a.StatusCode)
		return a.Header, body
	}
	var list rawPage
	header, body := get("GET", "/me/jobs")
	require.NoError(t, json.Unmarshal(body, &list))
	require.Equal(t, books, list.Total)
	require.Len(t, list.Items, books)
	require.Len(t, list.Included.Jobs, books)
	require.Len(t, list.Included.JobRuns, 2)
	require.Len(t, list.Included.Teams, 2)
	require.Empty(t, header.Get("Content-Length"), "nobody knew it when the answer began")
	var runs []json.RawMessage
	for i := range books {
		var item struct{ JobID string }
		require.NoError(t, json.Unmarshal(list.Items[i], &item))
		var one struct {
			Item     json.RawMessage
			Included struct{ Jobs, JobRuns, Teams []json.RawMessage }
		}
		_, body := get("GET", "/workloads/jobs/"+item.JobID)
		require.NoError(t, json.Unmarshal(body, &one))
		require.Equal(t, string(one.Item), string(list.Items[i]))
		require.Equal(t, string(one.Included.Jobs[0]), string(list.Included.Jobs[i]))
		require.Equal(t, one.Included.Teams, list.Included.Teams)
		runs = append(runs, one.Included.JobRuns...)
	}
	require.Equal(t, runs, list.Included.JobRuns)

	header, body = get("HEAD", "/me/jobs")
	require.Equal(t, "application/json", header.Get("Content-Type"))
	require.Empty(t, body)
}

// So is a long list of versions.
func TestLongListOfVersions(t *testing.T) {
	w := newLibrary(t, memory.New(), 1)
	var p page
	require.NoError(t, json.Unmarshal(record(w, newRequest(request{to: "GET /me/jobs"})).Body.Bytes(), &p))
	job := "/workloads/jobs/" + p.Items[0].JobID
	for i := range 8 {
		w.do(t, request{to: "POST " + job + "/versions", body: fmt.Sprintf(`{"timeoutSeconds":%d}`, i+1), status: 201})
	}
	a := record(w, newRequest(request{to: "GET " + job + "/versions"}))
	require.Equal(t, http.StatusOK, a.Code)
	require.Greater(t, a.Body.Len(), 2<<20)
	items := a.object(t)["items"].([]any)
	require.Len(t, items, 9)
	for i, item := range items {
		require.Equal(t, []any{n(fmt.Sprint(i + 1)), n(fmt.Sprint(i))}, pick(item.(object), "version", "timeoutSeconds"))
	}
	last := record(w, newRequest(request{to: "GET " + job + "/versions?limit=1&page=9"})).object(t)["items"].([]any)
	require.Equal(t, items[8:], last)
}

// rereading is a store of which single jobs, once it is told so, are counted
// and cannot be read.
type rereading struct {
	storage.Store
	fail  error
	reads atomic.Int64
}

func (r *rereading) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	if r.fail != nil && r.reads.Add(1) > 0 {
		return storage.JobRecord{}, r.fail
	}
	return r.Store.Job(ctx, ref)
}

// What fails in the middle of an answer cuts it short: it ends the connection,
// and never looks like an answer.
func TestFailuresInTheMiddle(t *testing.T) {
	store := &rereading{Store: memory.New()}
	log := &rawLog{}
	h := httpadapter.New(newLibrary(t, store, 8).service, bearer(directory(t)), &httpadapter.Options{Logger: slog.New(log)})
	for _, fail := range []error{errors.New(marker), jobs.ErrNotFound} {
		store.fail = fail
		log.Reset()
		w := httptest.NewRecorder()
		require.PanicsWithValue(t, http.ErrAbortHandler, func() { h.ServeHTTP(w, newRequest(request{to: "GET /me/jobs"})) })
		require.Equal(t, http.StatusOK, w.Code)
		require.Greater(t, w.Body.Len(), 256<<10)
		require.False(t, json.Valid(w.Body.Bytes()))
		require.NotContains(t, w.Body.String(), "marker")
		require.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
		require.Contains(t, log.String(), "route=listMyJobs")
	}
	store.reads.Store(0)
	require.Equal(t, http.StatusOK, record(h, newRequest(request{to: "HEAD /me/jobs"})).Code)
	require.Zero(t, store.reads.Load(), "what nobody reads is not made")
}
