package httpadapter_test

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage/memory"
)

// roomy is a body that comes in pieces, and notes how much room it is given
// beyond what has come.
type roomy struct {
	pieces int
	came   int
	most   int
}

func (r *roomy) Read(p []byte) (int, error) {
	r.most = max(r.most, len(p)-4*r.came)
	if r.pieces == 0 {
		return 0, os.ErrDeadlineExceeded
	}
	r.pieces--
	n := copy(p, strings.Repeat(" ", 1000))
	r.came += n
	return n, nil
}

// A body costs what has arrived of it, whatever length it says that it has.
func TestBodiesCostWhatArrives(t *testing.T) {
	a := newMemoryAPI(t)
	for _, pieces := range []int{0, 1, 5, 100, 1000} {
		for _, declared := range []int64{-1, 1 << 20} {
			r := newRequest(request{to: "POST /workloads/jobs", media: "application/json"})
			body := &roomy{pieces: pieces}
			r.Body, r.ContentLength = io.NopCloser(body), declared
			require.Equal(t, http.StatusRequestTimeout, record(a, r).Code)
			require.LessOrEqual(t, body.most, 4<<10+1)
		}
	}
}

// Whoever may not ask is answered before anything of a body is read: nobody, a
// token that is no dispatch's, and that of another run.
func TestTokensBeforeBodies(t *testing.T) {
	w := newWorld(t, memory.New())
	begin := w.writing()
	other := "/workloads/jobs/" + w.create(t, "other")
	foreign := w.tokens()[w.start(other)]
	for _, write := range writes {
		tokens := map[string]int{"-": 401, "x": 401}
		if strings.HasSuffix(write.to, "/report") {
			tokens = map[string]int{"-": 401, "x": 404, owner: 404, foreign: 404, foreign + "x": 404}
		}
		for token, status := range tokens {
			for _, declared := range []int64{-1, 1 << 20} {
				req := begin(write.to)
				r := newRequest(request{as: token, to: req.to, media: "application/json"})
				body := &counting{Reader: endless{}}
				r.Body, r.ContentLength = io.NopCloser(body), declared
				require.Equal(t, status, record(w, r).Code, write.to)
				require.Zero(t, body.n)
			}
		}
	}
}
