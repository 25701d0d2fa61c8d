package httpadapter_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/storage/memory"
)

// written makes the body of an apply while it is read: the jobs, and then what
// follows them.
type written struct {
	jobs  int
	job   func(i int) string
	after string

	next    int
	pending string
	total   int64
	// see is called for every four mebibytes.
	see func()
}

func (w *written) Read(p []byte) (int, error) {
	for w.pending == "" {
		switch {
		case w.next == 0:
			w.pending = `{"jobs":[` + w.job(0)
		case w.next < w.jobs:
			w.pending = "," + w.job(w.next)
		case w.next == w.jobs:
			w.pending = "]" + w.after + "}"
		default:
			return 0, io.EOF
		}
		w.next++
	}
	n := copy(p, w.pending)
	w.pending = w.pending[n:]
	if (w.total+int64(n))>>22 > w.total>>22 && w.see != nil {
		w.see()
	}
	w.total += int64(n)
	return n, nil
}

// discarding is an answer of which only the length is kept.
type discarding struct {
	header http.Header
	status int
	bytes  int64
	see    func()
}

func (d *discarding) Header() http.Header { return d.header }
func (d *discarding) WriteHeader(s int)   { d.status = s }
func (d *discarding) Write(p []byte) (int, error) {
	if d.bytes>>22 != (d.bytes+int64(len(p)))>>22 {
		d.see()
	}
	d.bytes += int64(len(p))
	return len(p), nil
}

// heap is the live heap.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A body of 32 MiB costs little more than it is long, while it is read and while
// it is applied; what is longer is refused, and nothing of it applied.
func TestApplyOf32MiB(t *testing.T) {
	const limit = 32 << 20
	count, most := 2000, int64(2*limit)
	if torture.On() {
		count, most = 100_000, 4*limit // each has keys, an index and a record of its own
	}
	each := limit/count - 8
	job := func(i int) string {
		body := strings.Replace(jobBody(fmt.Sprintf("job-%06d", i)), `{"source":"select 1"}}`, `{"source":"select 1"},"lakesail":{"note":"NOTE"}}`, 1)
		return strings.Replace(body, "NOTE", strings.Repeat("n", max(0, each-len(body))), 1)
	}
	apply := func(body *written) (*discarding, int64) {
		a := newMemoryAPI(t)
		before := heap()
		most := before
		see := func() { most = max(most, heap()) }
		body.see = see
		r := newRequest(request{to: "POST /workloads/jobs/apply", media: "application/json"})
		r.Body, r.ContentLength = io.NopCloser(body), -1
		w := &discarding{header: http.Header{}, see: see}
		a.ServeHTTP(w, r)
		return w, int64(most) - int64(before)
	}
	w, grown := apply(&written{jobs: count, job: job, after: `,"dryRun":true`})
	require.Equal(t, http.StatusOK, w.status)
	require.Greater(t, w.bytes, int64(count*60))
	require.Less(t, grown, most, "%d MiB", grown>>20)
	t.Logf("%d jobs: %d MiB", count, grown>>20)

	w, grown = apply(&written{jobs: 2 * count, job: job})
	require.Equal(t, http.StatusRequestEntityTooLarge, w.status)
	require.Less(t, grown, most)
}

// So does the export of many jobs.
func TestExportOfMany(t *testing.T) {
	w := newLibrary(t, memory.New(), 60) // of 255 KiB each
	before := heap()
	most := before
	answer := &discarding{header: http.Header{}, see: func() { most = max(most, heap()) }}
	w.ServeHTTP(answer, newRequest(request{to: "GET /workloads/jobs/export"}))
	require.Equal(t, http.StatusOK, answer.status)
	require.Greater(t, answer.bytes, int64(60*255<<10))
	require.Less(t, int64(most)-int64(before), int64(12<<20)) // a page of the store, and what is about to be written
}
