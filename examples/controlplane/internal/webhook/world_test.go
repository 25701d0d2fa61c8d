package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/examples/controlplane/internal/webhook"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// world is a service whose runs fail as the test says, and a receiver.
type world struct {
	t       *testing.T
	service *jobs.Service
	actor   teams.Actor
	// scheduler hands runs to the world, which keeps their dispatches.
	scheduler  *jobs.Scheduler
	dispatched []jobs.Dispatch
	log        strings.Builder
	places     *webhook.Places
	// away is whether the store shows no journal.
	away atomic.Bool
	*receiver
}

// awayStore is a store whose journal cannot be read while it is away.
type awayStore struct {
	storage.Store
	away *atomic.Bool
}

func (s awayStore) ListEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	if s.away.Load() {
		return storage.EventPage{}, errors.New("the store is away")
	}
	return s.Store.ListEvents(ctx, query)
}

func newWorld(t *testing.T, opts *jobs.Options) *world {
	t.Helper()
	w := &world{t: t, actor: teams.System("acme"), receiver: &receiver{t: t}}
	w.service = jobs.NewService(awayStore{memory.New(), &w.away}, opts)
	w.scheduler = jobs.NewScheduler(w.service, w, nil)
	var err error
	w.places, err = webhook.OpenPlaces("")
	require.NoError(t, err)
	return w
}

func (w *world) Dispatch(_ context.Context, d jobs.Dispatch) error {
	w.dispatched = append(w.dispatched, d)
	return nil
}
func (*world) Cancel(context.Context, jobs.RunRef) error  { return nil }
func (*world) Cleanup(context.Context, jobs.RunRef) error { return nil }

// create makes a job.
func (w *world) create(key string, change func(*versions.Definition)) jobs.Job {
	w.t.Helper()
	d := versions.Definition{ClusterID: "C1", Config: json.RawMessage(`{"sql":{"source":"select 1"}}`)}
	if change != nil {
		change(&d)
	}
	job, err := w.service.CreateJob(w.t.Context(), w.actor, jobs.NewJob{Key: key, TeamIDs: []string{"T1"}, Definition: d})
	require.NoError(w.t, err)
	return job
}

// fails has a run of a job fail, and returns the run's ID.
func (w *world) fails(job jobs.Job) string {
	w.t.Helper()
	run, err := w.service.CreateRun(w.t.Context(), w.actor, job.ID, jobs.NewRun{})
	require.NoError(w.t, err)
	w.tick()
	w.report(jobs.RunFailed)
	return run.ID
}

func (w *world) tick() {
	w.t.Helper()
	_, err := w.scheduler.Tick(w.t.Context())
	require.NoError(w.t, err)
}

// report reports the end of the run that was dispatched last.
func (w *world) report(status jobs.RunStatus) {
	w.t.Helper()
	d := w.dispatched[len(w.dispatched)-1]
	_, err := w.service.ReportRun(w.t.Context(), d.Run.JobID, d.Run.ID, d.Token, jobs.Report{Status: status, Message: "exit 1"})
	require.NoError(w.t, err)
}

// follow sends webhooks until stop is called.
func (w *world) follow() (stop func()) {
	receiverURL, err := url.Parse("https://hooks.example/in?token=hidden")
	require.NoError(w.t, err)
	key, err := webhook.ParseSecret(secret)
	require.NoError(w.t, err)
	sender := webhook.NewSender(receiverURL, key, w.receiver, slog.New(slog.NewTextHandler(&w.log, nil)))
	ctx, cancel := context.WithCancel(w.t.Context())
	var group sync.WaitGroup
	group.Go(func() { sender.Follow(ctx, w.service, "acme", w.places) })
	return func() {
		cancel()
		group.Wait()
		require.NotContains(w.t, w.log.String(), "hidden", "the URL may hold a token")
	}
}

// receiver is what takes webhooks: it answers as the test says, checks each
// signature with another implementation, and keeps what it has taken.
type receiver struct {
	t *testing.T
	// answer is what it says to its nth request, from 1; nil is 200 for all.
	answer   func(n int, m message) (status int, header http.Header, err error)
	requests int
	taken    []message
	at       []time.Time
}

// message is a webhook as it was received.
type message struct {
	id   string
	Type string
	Data struct {
		RunID, JobKey, Reason string
		Seq                   int64
	}
	text string
}

func (r *receiver) RoundTrip(request *http.Request) (*http.Response, error) {
	require.Equal(r.t, "https://hooks.example/in?token=hidden", request.URL.String(), "no other place is asked")
	body, err := io.ReadAll(request.Body)
	require.NoError(r.t, err)
	verifier, err := standardwebhooks.NewWebhook(secret)
	require.NoError(r.t, err)
	header := http.Header{} // in the form that a server gets it
	for name, values := range request.Header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	require.NoError(r.t, verifier.Verify(body, header))
	require.Error(r.t, verifier.Verify(append(body, ' '), header))
	m := message{id: header.Get("webhook-id"), text: string(body)}
	require.NoError(r.t, json.Unmarshal(body, &m))
	r.requests++
	r.at = append(r.at, time.Now())
	w := httptest.NewRecorder()
	if r.answer != nil {
		status, header, err := r.answer(r.requests, m)
		if errors.Is(err, errHangs) {
			<-request.Context().Done()
			return nil, request.Context().Err()
		}
		if err != nil {
			return nil, err
		}
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
	}
	if w.Code/100 == 2 {
		r.taken = append(r.taken, m)
	}
	return w.Result(), nil
}

var errHangs = errors.New("the receiver never answers")

// runs are the runs that the receiver was told of, each once, in their order.
func (r *receiver) runs() []string {
	var runs []string
	seen := map[string]bool{}
	for _, m := range r.taken {
		if !seen[m.id] {
			runs = append(runs, m.Data.RunID)
		}
		seen[m.id] = true
	}
	return runs
}
