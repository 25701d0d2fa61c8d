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

// FollowOptions change what [ClientWithResponses.Follow] visits. The zero value
// and nil visit all events that the caller may see, from now on.
type FollowOptions struct {
	// JobID selects the events of one job. Empty selects all jobs.
	JobID string
	// After is the seq of the last known event: the first visited event is the
	// next one. Nil means from now on.
	After *int64
	// Kinds selects events of these kinds. Empty selects all.
	Kinds []EventKind
	// Reached is called with each seq up to which all events were visited.
	// Store this seq, and pass it as After the next time. An event with this
	// seq need not exist.
	Reached func(seq int64)
	// Disconnected is called with the reason when a stream has ended, before
	// the next one begins. The error is nil when the server ended the stream.
	Disconnected func(err error)
}

const (
	// silence is how long a stream may be silent. A server sends something
	// every 15 seconds.
	silence = 45 * time.Second
	// messageBytes is the longest line of a stream, in bytes.
	messageBytes = 1 << 20
)

// Follow visits each event of the journal as it comes, and connects again when
// a stream ends. It returns when ctx ends, when visit returns an error, or when
// the server refuses to continue. Then the error is a [*Problem], for example
// with the code [CodeCursorLost] when the events after After are no longer
// kept.
//
// An event is visited at least once. It is visited again only when visit
// returned an error for it and Follow is called again.
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
		case errors.As(err, &problem) && fateOfProblem(problem) == final:
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
	// failed is the error of visit.
	failed error
}

// stream reads one stream to its end.
func (f *follower) stream(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	dog := time.AfterFunc(silence, func() { cancel(errors.New("client: the stream was silent for too long")) })
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

// open asks for a stream of the events after the last known one.
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

// read reads a line, and reports whether the message is complete.
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

// deliver visits the event of a message, if it has one, and remembers the
// message's ID.
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
