package httpadapter_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

// eventPage is a page of the journal.
type eventPage struct {
	Items []struct {
		Seq                                          int64
		At                                           time.Time
		Kind, JobID, JobKey, RunID, MemberID, Reason string
		FromVersion, ToVersion, Attempt, Count       int
		Status                                       jobs.RunStatus
		NominalAt, Until                             *time.Time
		Final                                        bool
	}
	Marker int64
	Before *int64
}

func (a *api) events(t testing.TB, as, query string) (p eventPage, kinds []string) {
	t.Helper()
	w := a.do(t, request{as: as, to: "GET " + query, status: 200})
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
	kinds = []string{}
	for _, e := range p.Items {
		kinds = append(kinds, e.Kind)
	}
	return p, kinds
}

func TestTheJournal(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		id := w.create(t, "job")
		job := "/workloads/jobs/" + id
		other := w.create(t, "other")
		run := w.start(job)
		w.report(job, run, `{"status":"running"}`, 200)
		w.report(job, run, `{"status":"failed","statusMessage":"line\n\ndata: x"}`, 200)
		w.do(t, request{to: "PATCH " + job, body: `{"description":"x"}`, status: 200})

		page, kinds := w.events(t, viewer, job+"/events?after=0")
		require.Equal(t, []string{"job.created", "run.created", "run.started", "run.failed", "job.updated"}, kinds)
		require.Nil(t, page.Before)
		end := page.Items[3]
		require.Equal(t, run, end.RunID)
		require.Equal(t, jobs.RunFailed, end.Status)
		require.Equal(t, "line\n\ndata: x", end.Reason)
		require.Equal(t, 1, end.Attempt)
		require.True(t, end.Final)
		require.False(t, page.Items[2].Final)
		require.Equal(t, "owner", page.Items[4].MemberID)
		require.Equal(t, [2]int{0, 1}, [2]int{page.Items[0].FromVersion, page.Items[0].ToVersion})
		require.Equal(t, page.Items[4].Seq, page.Marker)

		empty, kinds := w.events(t, viewer, job+"/events?after="+number(page.Marker))
		require.Empty(t, kinds)
		require.Equal(t, page.Marker, empty.Marker)
		_, kinds = w.events(t, viewer, "/me/events?kind=run.failed,job.updated")
		require.Equal(t, []string{"job.updated", "run.failed"}, kinds)
		newest, kinds := w.events(t, viewer, "/me/events?limit=2")
		require.Equal(t, []string{"job.updated", "run.failed"}, kinds)
		require.Equal(t, page.Marker, newest.Marker)
		_, kinds = w.events(t, viewer, "/me/events?limit=2&before="+number(*newest.Before))
		require.Equal(t, []string{"run.started", "run.created"}, kinds)

		w.do(t, request{to: "DELETE /workloads/jobs/" + other, status: 204})
		_, kinds = w.events(t, viewer, "/workloads/jobs/"+other+"/events")
		require.Equal(t, []string{"job.deleted", "job.created"}, kinds)
		for _, as := range []string{ungranted, stranger} {
			_, kinds = w.events(t, as, "/me/events")
			require.Empty(t, kinds)
			w.do(t, request{as: as, to: "GET " + job + "/events", status: 404, code: "not_found"})
			w.do(t, request{as: as, to: "GET /workloads/jobs/" + other + "/events", status: 404, code: "not_found"})
		}
		foreign, _ := w.events(t, stranger, "/me/events")
		require.Zero(t, foreign.Marker, "another organization's journal tells nothing")
		w.do(t, request{as: stranger, to: "GET /me/events?after=" + number(page.Marker), status: 410, code: "cursor_lost"})
		w.do(t, request{to: "GET /me/events?after=1000", status: 410, code: "cursor_lost"})

		w.Outage(31 * 24 * time.Hour) // longer than events are kept
		_, err := w.Sweep(t.Context(), 100)
		require.NoError(t, err)
		w.do(t, request{to: "GET /me/events?after=" + number(page.Marker-1), status: 410, code: "cursor_lost"})
		_, kinds = w.events(t, owner, "/me/events")
		require.Equal(t, []string{"job.deleted"}, kinds)
	})
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func TestWrongQueriesOfTheJournal(t *testing.T) {
	a := newMemoryAPI(t)
	job := a.create(t, "job")
	for query, field := range map[string]string{
		"after=-1": "after", "after=x": "after", "after=9223372036854775808": "after", "after=%2B1": "after", "before=0": "before",
		"after=1&before=2": "before", "kind=": "kind", "kind=job.painted": "kind", "kind=job.created,job.created": "kind", "limit=0": "limit",
	} {
		for _, path := range []string{"/me/events", "/workloads/jobs/" + job + "/events"} {
			a.do(t, request{to: "GET " + path + "?" + query, status: 400, code: "invalid", fields: []string{field}})
		}
	}
	stream := map[string]string{"Accept": "text/event-stream"}
	a.do(t, request{to: "GET /me/events?before=2", header: stream, status: 400, code: "invalid", fields: []string{"before"}})
	for _, id := range []string{"x", "-1", "+1", "1.5", "1,2"} {
		header := map[string]string{"Accept": "text/event-stream", "Last-Event-ID": id}
		a.do(t, request{to: "GET /me/events", header: header, status: 400, code: "malformed_header", fields: []string{"Last-Event-ID"}})
	}
	a.do(t, request{to: "GET /workloads/jobs/NONE/events", header: stream, status: 404, code: "not_found"})
	a.do(t, request{as: "-", to: "GET /me/events", header: stream, status: 401, code: "unauthenticated"})
}

// A client gets a stream that names it and does not like JSON as much; all others
// get JSON, whatever they accept.
func TestWhoGetsAStream(t *testing.T) {
	a := newMemoryAPI(t)
	for accept, streams := range map[string]bool{
		"": false, "*/*": false, "application/json": false, "text/html": false, "text/*": false, ";;;": false,
		"text/event-stream": true, "Text/Event-Stream; charset=utf-8": true, "text/event-stream, */*": true,
		"application/json;q=0.5, text/event-stream": true, "application/json, text/event-stream": false,
		"text/event-stream;q=0": false, "text/event-stream;q=x": false,
	} {
		w := record(a, newRequest(request{to: "HEAD /me/events", header: map[string]string{"Accept": accept}}))
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, streams, w.Header().Get("Content-Type") == "text/event-stream", "%q", accept)
		require.Empty(t, w.Body.String())
	}
}

// unflushed is a writer that keeps what it is given, as one that compresses or
// measures may.
type unflushed struct{ http.ResponseWriter }

func TestNoStreamWhereNothingCanBeSentBeforeTheEnd(t *testing.T) {
	a := newMemoryAPI(t)
	w := httptest.NewRecorder()
	a.ServeHTTP(unflushed{w}, newRequest(request{to: "GET /me/events", header: map[string]string{"Accept": "text/event-stream"}}))
	require.Equal(t, http.StatusNotAcceptable, w.Code)
	require.Contains(t, w.Body.String(), `"no_stream"`)
	require.False(t, bytes.Contains(w.Body.Bytes(), []byte("id:")))
}

// On each store, what is done is heard at once.
func TestStreamsOnEachStore(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		server := httptest.NewServer(w)
		defer server.Close()
		s := &station{t: t, service: w.service, client: server.Client()}
		l := s.listenTo(server.URL, viewer, "/me/events")
		defer l.Body.Close()
		require.Equal(t, "id: 0\n", l.next())
		w.do(t, request{to: "PUT /workloads/hold", body: `{"reason":"deploy"}`, status: 200})
		id := w.create(t, "job")
		w.do(t, request{to: "DELETE /workloads/jobs/" + id, status: 204})
		for _, want := range []string{"hold.set", "job.created", "job.deleted"} {
			kind, _ := l.event(t)
			require.Equal(t, want, kind)
		}
	})
}

func TestTheHoldOverHTTP(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		const none = `{"reason":null,"memberId":null,"since":null}`
		const held = `{"reason":"deploy","memberId":"owner","since":"2026-03-01T12:00:00.000000Z"}`
		hold := func(as string) string {
			return w.do(t, request{as: as, to: "GET /workloads/hold", status: 200}).Body.String()
		}
		require.Equal(t, none, hold(viewer))
		w.do(t, request{to: "DELETE /workloads/hold", status: 204})
		for range 2 {
			require.Equal(t, held, w.do(t, request{to: "PUT /workloads/hold", body: `{"reason":"deploy"}`, status: 200}).Body.String())
		}
		for _, as := range []string{viewer, ungranted, owner} {
			require.Equal(t, held, hold(as))
		}
		require.Equal(t, none, hold(stranger))
		w.do(t, request{as: "-", to: "GET /workloads/hold", status: 401})
		for _, as := range []string{viewer, contributor, admin} {
			w.do(t, request{as: as, to: "PUT /workloads/hold", body: `{"reason":"x"}`, status: 403, code: "forbidden"})
			w.do(t, request{as: as, to: "DELETE /workloads/hold", status: 403, code: "forbidden"})
		}
		for body, field := range map[string]string{`{}`: "reason", `{"reason":""}`: "reason", `{"reason":null}`: "reason", `{"reason":"x","why":1}`: "why"} {
			w.do(t, request{to: "PUT /workloads/hold", body: body, status: 400, fields: []string{field}, code: codeOf(field)})
		}
		job := "/workloads/jobs/" + w.create(t, "job")
		w.do(t, request{to: "POST " + job + "/versions", body: `{"cronExpression":"@hourly"}`, status: 201})
		w.at(time.Hour)
		ticks := w.do(t, request{to: "GET " + job + "/ticks", status: 200}).object(t)["items"].([]any)
		require.Equal(t, "paused", ticks[0].(object)["verdict"])
		require.Equal(t, "hold", ticks[0].(object)["reason"])
		w.do(t, request{to: "DELETE /workloads/hold", status: 204})
		require.Equal(t, none, hold(viewer))
		w.at(2 * time.Hour)
		ticks = w.do(t, request{to: "GET " + job + "/ticks", status: 200}).object(t)["items"].([]any)
		require.Equal(t, "fired", ticks[0].(object)["verdict"])
		page, kinds := w.events(t, viewer, "/me/events?kind=hold.set,hold.lifted,tick.paused&after=0")
		require.Equal(t, []string{"hold.set", "tick.paused", "hold.lifted"}, kinds)
		require.Equal(t, [3]int{0, 1, 0}, [3]int{page.Items[0].Count, page.Items[1].Count, page.Items[2].Count})

		w.Outage(150 * time.Minute) // in which nobody looks
		w.do(t, request{to: "PUT /workloads/hold", body: `{"reason":"again"}`, status: 200})
		w.Advance(0)
		page, _ = w.events(t, viewer, "/me/events?kind=tick.paused&limit=1")
		require.Equal(t, 2, page.Items[0].Count)
		require.Equal(t, time.Hour, page.Items[0].Until.Sub(*page.Items[0].NominalAt))
	})
}

func codeOf(field string) string {
	if field == "why" {
		return "malformed_body"
	}
	return "invalid"
}
