package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// stream is an answer with these lines, which then ends.
func stream(lines ...string) func(*http.Request) (*http.Response, error) {
	return answer(200, strings.Join(lines, "\n")+"\n", "Content-Type", "text/event-stream")
}

// event is a message of a stream.
func event(seq int) string {
	return fmt.Sprintf("data: {\"seq\":%d,\"kind\":\"run.failed\"}\nid: %d\n", seq, seq)
}

// silent is an answer with a body that says nothing until the request ends.
func silent(req *http.Request) (*http.Response, error) {
	body, w := io.Pipe()
	context.AfterFunc(req.Context(), func() { w.CloseWithError(req.Context().Err()) })
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: body, Request: req}, nil
}

// noting keeps the Last-Event-ID of each request.
type noting struct {
	answers
	ids []string
}

func (n *noting) RoundTrip(req *http.Request) (*http.Response, error) {
	n.ids = append(n.ids, req.Header.Get("Last-Event-ID"))
	return n.answers.RoundTrip(req)
}

func follow(t *testing.T, list ...func(*http.Request) (*http.Response, error)) (*client.ClientWithResponses, *noting) {
	t.Helper()
	n := &noting{answers: answers{list: list}}
	c, err := client.New("http://server/api/v1", &client.Options{HTTP: &http.Client{Transport: n}})
	require.NoError(t, err)
	return c, n
}

func TestFollowGoesOnWhereItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, n := follow(t,
			stream("id: 5\n", event(6), ":", "", event(7)), // then the server ends it
			cut, silent,
			stream(event(8), "id: 9\n", "data: {\"seq\":1"), // cut off in an event
			problem(410, client.CodeCursorLost))
		var seen, reached []int64
		breaks := 0
		err := c.Follow(t.Context(), &client.FollowOptions{
			Reached:      func(seq int64) { reached = append(reached, seq) },
			Disconnected: func(error) { breaks++ },
		}, func(e client.Event) error {
			seen = append(seen, e.Seq)
			return nil
		})
		var lost *client.Problem
		require.ErrorAs(t, err, &lost)
		require.Equal(t, client.CodeCursorLost, lost.Code)
		require.Equal(t, []int64{6, 7, 8}, seen)
		require.Equal(t, []int64{5, 6, 7, 8, 9}, reached)
		require.Equal(t, []string{"", "7", "7", "7", "9"}, n.ids)
		require.Equal(t, 3, breaks)
	})
}

func TestFollowEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := errors.New("enough")
		c, n := follow(t, stream(event(3), event(4)))
		after := int64(2)
		visit := func(client.Event) error { return stop }
		require.ErrorIs(t, c.Follow(t.Context(), &client.FollowOptions{JobID: "JOB1", After: &after, Kinds: []client.EventKind{"run.failed"}}, visit), stop)
		require.Equal(t, []string{"GET /api/v1/workloads/jobs/JOB1/events?kind=run.failed"}, n.asked)
		require.Equal(t, []string{"2"}, n.ids)

		c, n = follow(t, refused)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		require.ErrorIs(t, c.Follow(ctx, nil, visit), context.DeadlineExceeded)
		require.Less(t, len(n.asked), 2000, "it tries a few times a minute, not more")
		require.Greater(t, len(n.asked), 200)

		c, _ = follow(t, problem(403, client.CodeForbidden))
		var problem *client.Problem
		require.ErrorAs(t, c.Follow(t.Context(), nil, visit), &problem)
		c, _ = follow(t, answer(200, `{"items":[]}`))
		require.ErrorContains(t, c.Follow(t.Context(), nil, visit), "not a stream of events")
	})
}

func TestTheJournalIsReadToTheEnd(t *testing.T) {
	c, a := connect(t,
		answer(200, `{"items":[{"seq":9},{"seq":8}],"before":8,"marker":9}`), answer(200, `{"items":[{"seq":7}],"before":null,"marker":7}`))
	var seen []int64
	for e, err := range c.AllMyEvents(t.Context(), nil) {
		require.NoError(t, err)
		seen = append(seen, e.Seq)
	}
	require.Equal(t, []int64{9, 8, 7}, seen)
	require.Equal(t, "GET /api/v1/me/events?before=8", a.asked[1])

	c, a = connect(t,
		answer(200, `{"items":[{"seq":1}],"before":null,"marker":5}`), answer(200, `{"items":[],"before":null,"marker":5}`))
	seen = nil
	for e, err := range c.AllEvents(t.Context(), "JOB1", &client.ListEventsParams{After: new(int64(0))}) {
		require.NoError(t, err)
		seen = append(seen, e.Seq)
	}
	require.Equal(t, []int64{1}, seen)
	require.Equal(t, "GET /api/v1/workloads/jobs/JOB1/events?after=5", a.asked[1])
}
