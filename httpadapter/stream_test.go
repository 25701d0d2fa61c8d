package httpadapter_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// station is a server in simulated time, and a client of it.
type station struct {
	t       *testing.T
	service *jobs.Service
	server  *http.Server
	client  *http.Client
	closing chan struct{}
	// revoked is a member who is nobody any more.
	revoked atomic.Value
}

func newStation(t *testing.T, store storage.Store, opts httpadapter.Options) *station {
	d := directory(t)
	s := &station{t: t, service: jobs.NewService(store, &jobs.Options{Directory: d}), closing: make(chan struct{})}
	s.revoked.Store("")
	opts.Closing = s.closing
	authenticate := func(r *http.Request) (teams.Actor, error) {
		actor, err := bearer(d)(r)
		if actor.MemberID == s.revoked.Load().(string) {
			return teams.Actor{}, teams.ErrUnauthenticated
		}
		return actor, err
	}
	listener := newPipes()
	// The server's own times are shorter than any stream.
	s.server = &http.Server{Handler: httpadapter.New(s.service, authenticate, &opts), ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second}
	s.server.RegisterOnShutdown(func() { close(s.closing) })
	go func() { _ = s.server.Serve(listener) }()
	s.client = &http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return listener.dial(), nil },
	}}
	return s
}

// shutDown ends the server, which waits for what it still answers.
func (s *station) shutDown() {
	require.NoError(s.t, s.server.Shutdown(s.t.Context()))
	s.client.CloseIdleConnections()
}

// listening is a stream as its client reads it.
type listening struct {
	*http.Response
	lines *bufio.Scanner
}

func (s *station) listen(as, path string, header ...string) *listening {
	s.t.Helper()
	return s.listenTo("http://x", as, path, header...)
}

func (s *station) listenTo(url, as, path string, header ...string) *listening {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, url+path, nil)
	require.NoError(s.t, err)
	r.Header.Set("Authorization", "Bearer "+as)
	r.Header.Set("Accept", "text/event-stream")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := s.client.Do(r) //nolint:bodyclose // whoever listens closes it, or the server does
	require.NoError(s.t, err)
	return &listening{response, bufio.NewScanner(response.Body)}
}

// next reads up to an empty line: a message, without it when the stream is over.
func (l *listening) next() (text string) {
	for l.lines.Scan() && l.lines.Text() != "" {
		text += l.lines.Text() + "\n"
	}
	return text
}

// event reads the next event, whose ID must be its seq. Beats are passed over.
func (l *listening) event(t *testing.T) (kind string, e map[string]any) {
	t.Helper()
	text := l.next()
	for strings.HasPrefix(text, ":") {
		text = l.next()
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	require.Len(t, lines, 2, text)
	data, ok := strings.CutPrefix(lines[0], "data: ")
	require.True(t, ok, text)
	decoder := json.NewDecoder(strings.NewReader(data))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&e))
	require.Equal(t, "id: "+e["seq"].(json.Number).String(), lines[1])
	return e["kind"].(string), e
}

// make creates a job, granted to the first team.
func (s *station) make(key string) jobs.Job {
	s.t.Helper()
	job, err := s.service.CreateJob(s.t.Context(), teams.System(org), jobs.NewJob{
		Key: key, TeamIDs: []string{teamA},
		Definition: versions.Definition{ClusterID: cluster, Config: json.RawMessage(`{"sql":{"source":"x"}}`)},
	})
	require.NoError(s.t, err)
	return job
}

func TestAStreamTellsWhatHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, memory.New(), httpadapter.Options{})
		defer s.shutDown()
		s.make("first")
		l := s.listen(viewer, "/me/events")
		require.Equal(t, 200, l.StatusCode)
		require.Equal(t, "text/event-stream", l.Header.Get("Content-Type"))
		require.Equal(t, "no", l.Header.Get("X-Accel-Buffering"))
		require.Contains(t, l.Header.Get("Cache-Control"), "no-store")
		require.Equal(t, "id: 1\n", l.next(), "it begins now")

		began := time.Now()
		job := s.make("second")
		kind, e := l.event(t)
		require.Equal(t, "job.created", kind)
		require.Equal(t, job.ID, e["jobId"])
		require.Less(t, time.Since(began), time.Second)

		require.Equal(t, ":\nid: 2\n", l.next())
		require.Equal(t, 15*time.Second, time.Since(began).Round(time.Second))
		require.Equal(t, ":\nid: 2\n", l.next())

		_, err := s.service.SetHold(t.Context(), teams.System(org), "a\n\ndata: {}\nid: 9\r\revent: x")
		require.NoError(t, err)
		kind, e = l.event(t)
		require.Equal(t, "hold.set", kind)
		require.Equal(t, "a\n\ndata: {}\nid: 9\r\revent: x", e["reason"])
		require.Nil(t, e["jobId"])
		l.Body.Close()

		again := s.listen(viewer, "/me/events?after=99", "Last-Event-ID", "1") // as a browser does
		kind, _ = again.event(t)
		require.Equal(t, "job.created", kind)
		kind, _ = again.event(t)
		require.Equal(t, "hold.set", kind)
		again.Body.Close()

		whole := s.listen(viewer, "/me/events?after=0&kind=hold.set,job.deleted")
		kind, _ = whole.event(t)
		require.Equal(t, "hold.set", kind)
		whole.Body.Close()
	})
}

// A member that sees little gets the ID up to which there was nothing for it, so
// that it need not begin anew when it comes back.
func TestAStreamMovesOnPastWhatItsReaderDoesNotSee(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, memory.New(), httpadapter.Options{})
		defer s.shutDown()
		l := s.listen(ungranted, "/me/events")
		require.Equal(t, "id: 0\n", l.next())
		for _, key := range []string{"a", "b", "c"} {
			s.make(key)
		}
		require.Equal(t, ":\nid: 3\n", l.next())
		l.Body.Close()
	})
}

func TestAStreamEndsWithTheRightsOfItsReader(t *testing.T) {
	for name, c := range map[string]struct {
		path   func(jobs.Job) string
		revoke func(t *testing.T, s *station, job jobs.Job)
		after  int
	}{
		"the member is gone": {
			func(jobs.Job) string { return "/me/events" },
			func(_ *testing.T, s *station, _ jobs.Job) { s.revoked.Store("viewer") }, 401,
		},
		"the grant is revoked": {
			func(job jobs.Job) string { return "/workloads/jobs/" + job.ID + "/events" },
			func(t *testing.T, s *station, job jobs.Job) {
				_, err := s.service.GrantTeams(t.Context(), teams.System(org), job.ID, []string{teamB})
				require.NoError(t, err)
				require.NoError(t, s.service.RevokeTeam(t.Context(), teams.System(org), job.ID, teamA))
			}, 404,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStation(t, memory.New(), httpadapter.Options{})
				defer s.shutDown()
				job := s.make("job")
				l := s.listen(viewer, c.path(job))
				require.Equal(t, "id: 1\n", l.next())
				c.revoke(t, s, job)
				began := time.Now()
				for text := l.next(); text != ""; text = l.next() {
					require.NotContains(t, text, "team.revoked")
				}
				require.LessOrEqual(t, time.Since(began), 16*time.Second)
				l.Body.Close()
				again := s.listen(viewer, c.path(job))
				require.Equal(t, c.after, again.StatusCode)
				again.Body.Close()
			})
		})
	}
}

func TestAStreamOfALostJournalEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.New()
		s := newStation(t, store, httpadapter.Options{})
		defer s.shutDown()
		for _, key := range []string{"a", "b", "c"} {
			s.make(key)
			<-time.After(time.Minute)
		}
		_, err := store.Sweep(t.Context(), storage.SweepOptions{Limit: 9, EventsBefore: time.Now()})
		require.NoError(t, err)
		for _, path := range []string{"/me/events?after=0", "/me/events?after=1", "/me/events?after=4"} {
			l := s.listen(owner, path)
			require.Equal(t, http.StatusGone, l.StatusCode, path)
			text, err := io.ReadAll(l.Body)
			require.NoError(t, err)
			require.Contains(t, string(text), `"cursor_lost"`)
			l.Body.Close()
		}
	})
}

// A reader that stops reading is left; others go on.
func TestAStreamLeavesAReaderThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, memory.New(), httpadapter.Options{WriteTimeout: 10 * time.Second})
		defer s.shutDown()            // which waits for all answers
		s.listen(owner, "/me/events") // is not read: a pipe holds nothing
		l := s.listen(owner, "/me/events")
		l.next()
		for range 100 {
			s.make("job-" + time.Now().Format("150405"))
			kind, _ := l.event(t)
			require.Equal(t, "job.created", kind)
			<-time.After(time.Second)
		}
		l.Body.Close()
	})
}

func TestAServerThatShutsDownEndsItsStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, memory.New(), httpadapter.Options{})
		l := s.listen(owner, "/me/events")
		require.Equal(t, "id: 0\n", l.next())
		began := time.Now()
		done := make(chan struct{})
		go func() { s.shutDown(); close(done) }()
		require.Empty(t, l.next())
		<-done
		require.Less(t, time.Since(began), time.Second)
		l.Body.Close()
	})
}
