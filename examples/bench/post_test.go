package bench_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// BenchmarkPost measures requests that create a job, over loopback and on SQLite,
// beside a handler that inserts one row. Those that read are measured in package
// httpadapter.
//
//	go test -run '^$' -bench BenchmarkPost -benchtime 20x
func BenchmarkPost(b *testing.B) {
	const clients = 16
	w, raw := newWorld(b, open(b, "sqlite"), jobs.RunOptions{}), openRawFile(b)
	ours := serve(b, httpadapter.New(w.Service, func(*http.Request) (teams.Actor, error) { return w.actor, nil }, nil))
	floor := serve(b, insertRow(raw))
	took := inTurns(b, 20*clients, together(clients, func(i int) error {
		body := fmt.Sprintf(`{"jobKey":"posted-%d","clusterId":"C1","teamIds":["T1"],"config":%s}`, i, usual)
		return post(ours+"/workloads/jobs", []byte(body))
	}), together(clients, func(int) error { return post(floor, usual) }))
	atLeast(0.6).report(b, "per-s", 1/took[0].Seconds(), 1/took[1].Seconds())
}

// insertRow is the least that a handler of a POST does.
func insertRow(raw *rawFile) http.Handler {
	var number atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = raw.add(int(number.Add(1)))
		}
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(body) // the client sees what is missing
	})
}

func serve(b *testing.B, h http.Handler) (url string) {
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	return server.URL
}

// client keeps a connection for each of those who use it at once.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// post makes a request, and reads its answer.
func post(url string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusCreated {
		err = fmt.Errorf("%s: %s", answer.Status, text)
	}
	return err
}
