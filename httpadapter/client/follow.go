package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"net/http"
	"strconv"
	"strings"
	"time"
)

// FollowOptions say what is followed. The zero value, and nil, follow all that the
// caller sees, from now on.
type FollowOptions struct {
	// JobID asks for the events of one job.
	JobID string
	// After is the seq of the last event that is known; the one behind it comes
	// first. Nil is now.
	After *int64
	// Kinds asks for events of these kinds; empty for all.
	Kinds []EventKind
	// Reached is told of each seq up to which everything was visited: keep it, and
	// give it as After the next time. There need be no event of that seq.
	Reached func(seq int64)
	// Disconnected is told why a stream ended, before the next one begins. The
	// error is nil when the server ended it.
	Disconnected func(err error)
}

const (
	// silence is how long a stream may say nothing: a server says that it is
	// alive every 15 seconds.
	silence = 45 * time.Second
	// messageBytes is the longest line of a stream that is read.
	messageBytes = 1 << 20
)

// Follow visits each event of the journal as it comes, until ctx ends, visit
// returns an error, or the server refuses to go on: then the error is a
// [*Problem], such as one of code [CodeCursorLost] when the journal does not go
// back to After. It connects anew when the stream ends. An event is visited at
// least once; an event that was visited before comes again only when visit failed.
func (c *ClientWithResponses) Follow(ctx context.Context, opts *FollowOptions, visit func(Event) error) error {
	f := follower{client: c, visit: visit}
	if opts != nil {
		f.FollowOptions = *opts
	}
	for failures := 0; ; failures++ {
		reached := f.After
		err := f.stream(ctx)
		var problem *Problem
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &problem) && fateOfProblem(problem) == settled:
			return err
		case f.failed != nil:
			return f.failed
		case reached != f.After:
			failures = 0
		}
		if f.Disconnected != nil {
			f.Disconnected(err)
		}
		if !wait(ctx, min(firstWait<<min(failures, 10), 10*time.Second)) {
			return ctx.Err()
		}
	}
}

// follower is one call of Follow.
type follower struct {
	FollowOptions
	client *ClientWithResponses
	visit  func(Event) error
	// failed is what visit returned.
	failed error
}

// stream reads one stream to its end.
func (f *follower) stream(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	dog := time.AfterFunc(silence, func() { cancel(errors.New("client: the stream fell silent")) })
	defer dog.Stop()
	res, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if media := res.Header.Get("Content-Type"); !strings.HasPrefix(media, "text/event-stream") {
		return &Problem{Status: http.StatusNotAcceptable, Detail: fmt.Sprintf("the server answered %q, not a stream of events", media)}
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, messageBytes)
	var m message
	for lines.Scan() {
		dog.Reset(silence)
		if !m.read(lines.Text()) {
			continue
		}
		if f.failed = f.deliver(m); f.failed != nil {
			return f.failed
		}
		m = message{}
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return lines.Err()
}

// open asks for a stream behind the last event that is known.
func (f *follower) open(ctx context.Context) (*http.Response, error) {
	var kinds *[]EventKind
	if len(f.Kinds) > 0 {
		kinds = &f.Kinds
	}
	stream := func(_ context.Context, req *http.Request) error {
		req.Header.Set("Accept", "text/event-stream")
		if f.After != nil {
			req.Header.Set("Last-Event-ID", strconv.FormatInt(*f.After, 10))
		}
		return nil
	}
	if f.JobID != "" {
		return f.client.ListEvents(ctx, f.JobID, &ListEventsParams{Kind: kinds}, stream)
	}
	return f.client.ListMyEvents(ctx, &ListMyEventsParams{Kind: kinds}, stream)
}

// message is one message of a stream.
type message struct{ id, data string }

// read reads a line, and reports whether the message is whole.
func (m *message) read(line string) bool {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch name {
	case "id":
		m.id = value
	case "data":
		if m.data != "" {
			m.data += "\n"
		}
		m.data += value
	}
	return line == "" && *m != message{}
}

// deliver visits the event of a message, if it holds one, and remembers its ID.
func (f *follower) deliver(m message) error {
	if m.data != "" {
		var event Event
		if err := json.Unmarshal([]byte(m.data), &event); err != nil {
			return fmt.Errorf("client: read an event: %w", err)
		}
		if err := f.visit(event); err != nil {
			return err
		}
	}
	if seq, err := strconv.ParseInt(m.id, 10, 64); err == nil { // a message need not have an ID
		f.After = &seq
		if f.Reached != nil {
			f.Reached(seq)
		}
	}
	return nil
}
