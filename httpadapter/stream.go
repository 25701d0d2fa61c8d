package httpadapter

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// streamMedia is the media type of a stream of events, as HTML defines it.
const streamMedia = "text/event-stream"

const (
	// beatEvery is how often a stream sends a comment and authenticates its
	// client again.
	beatEvery = 15 * time.Second
	// streamPause is how long a stream waits before it asks a store again that
	// did not answer.
	streamPause = time.Second
)

// prefersStream reports whether a client prefers a stream of events to JSON: it
// accepts text/event-stream with a higher weight than application/json.
func prefersStream(h http.Header) bool {
	stream, list := 0.0, 0.0
	for _, line := range h.Values("Accept") {
		for one := range strings.SplitSeq(line, ",") {
			media, params, err := mime.ParseMediaType(one)
			if err != nil {
				continue
			}
			weight := 1.0
			if text, given := params["q"]; given {
				weight, _ = strconv.ParseFloat(text, 64) // a weight that is not a number counts as 0
			}
			switch media {
			case streamMedia:
				stream = max(stream, weight)
			case "application/json":
				list = max(list, weight)
			}
		}
	}
	return stream > list
}

// stream sends events as they are written to the journal. It ends when the
// client leaves, loses its rights, or the server shuts down. Each event is a
// message without a name; its data is the event as JSON, and its ID is the
// event's seq. Every 15 s there is a comment, and the ID up to which there is
// nothing to show. A client that returns with this ID continues from there.
func (x *exchange) stream(query jobs.EventQuery) error {
	if query.Before > 0 {
		return versions.FieldErrors{{Field: "before", Detail: "cannot be used with a stream"}}
	}
	if !canFlush(x.w) {
		return &problem{status: http.StatusNotAcceptable, code: "no_stream", detail: "this server cannot stream events: ask for application/json"}
	}
	last, given, err := x.lastEventID()
	if err != nil {
		return err
	}
	if given {
		query.Ascending, query.After = true, last
	}
	ctx, cancel := x.untilClosing()
	defer cancel()
	found, err := x.service.ListEvents(ctx, x.actor, query)
	if err != nil {
		return err
	}
	if !query.Ascending {
		found.Events, query.Ascending = nil, true // the stream begins with events from now on
	}
	x.out.media = streamMedia
	x.w.Header().Set("X-Accel-Buffering", "no")
	if x.opts.BodyTimeout > 0 {
		x.setDeadline(time.Time{}) // the server must go on reading, to notice when the client leaves
	}
	x.begin(-1)
	if x.r.Method == http.MethodHead {
		return nil
	}
	return x.streamOn(ctx, query, found)
}

// streamOn sends the events that were found, and then those that follow.
func (x *exchange) streamOn(ctx context.Context, query jobs.EventQuery, found jobs.EventList) error {
	if len(found.Events) == 0 {
		x.out.body = appendID(x.out.body, found.Marker)
	}
	for beat := time.Now().Add(beatEvery); ; {
		for i := range found.Events {
			x.out.body = appendMessage(x.out.body, &found.Events[i], &x.opts)
		}
		if len(x.out.body) > 0 {
			if err := x.push(); err != nil {
				return errUnread
			}
		}
		query.After = found.Marker
		if query.Wait = time.Until(beat); query.Wait <= 0 {
			if !x.stillReads() {
				return nil
			}
			beat, query.Wait = time.Now().Add(beatEvery), beatEvery
			x.out.body = appendID(append(x.out.body, ":\n"...), query.After)
			found.Events = nil
			continue
		}
		next, err := x.service.ListEvents(ctx, x.actor, query)
		switch {
		case err == nil:
			found = next
		case errors.Is(err, jobs.ErrUnavailable) && ctx.Err() == nil:
			found.Events = nil
			select {
			case <-time.After(streamPause):
			case <-ctx.Done():
			}
		default:
			return nil // when the client returns, it gets the error
		}
	}
}

// appendMessage writes an event as a message. The JSON of an event has no line
// break.
func appendMessage(b []byte, e *jobs.Event, opts *Options) []byte {
	b = append(b, "data: "...)
	b = eventMembers.append(b, e, opts)
	return appendID(append(b, '\n'), e.Seq)
}

// appendID ends a message. A message without data only sets the client's last
// ID.
func appendID(b []byte, seq int64) []byte {
	b = strconv.AppendInt(append(b, "id: "...), seq, 10)
	return append(b, "\n\n"...)
}

// push sends what there is of a stream. The client must receive it within
// Options.WriteTimeout. There is no deadline between two calls.
func (x *exchange) push() error {
	text := x.out.body
	x.out.body = text[:0]
	control := http.NewResponseController(x.w)
	if x.opts.WriteTimeout > 0 {
		_ = control.SetWriteDeadline(time.Now().Add(x.opts.WriteTimeout)) // an error means that the server supports no deadlines
	}
	_, err := x.w.Write(text)
	if err == nil {
		err = control.Flush()
	}
	if x.opts.WriteTimeout > 0 && err == nil {
		_ = control.SetWriteDeadline(time.Time{})
	}
	return err
}

// stillReads authenticates the client again, and reports whether it is still
// the same member.
func (x *exchange) stillReads() bool {
	actor, err := x.authenticate(x.r)
	same := err == nil && actor.OrganizationID == x.actor.OrganizationID && actor.MemberID == x.actor.MemberID
	x.actor = actor
	return same
}

// untilClosing returns a context that ends with the request, or when
// Options.Closing is closed.
func (x *exchange) untilClosing() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(x.r.Context())
	if x.opts.Closing != nil {
		go func() {
			select {
			case <-x.opts.Closing:
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	return ctx, cancel
}

// lastEventID reads the Last-Event-ID header. When it is given, it replaces the
// parameter "after", which a browser repeats when it reconnects.
func (x *exchange) lastEventID() (seq int64, given bool, err error) {
	const name = "Last-Event-ID"
	lines := x.r.Header.Values(name)
	if len(lines) == 0 || len(lines) == 1 && lines[0] == "" {
		return 0, false, nil
	}
	seq, err = strconv.ParseInt(lines[0], 10, 64)
	if len(lines) > 1 || err != nil || seq < 0 || lines[0][0] == '+' {
		return 0, false, malformedHeader(name, "must be the id of an event")
	}
	return seq, true, nil
}

// canFlush reports whether a part of an answer can be sent before the answer
// ends.
func canFlush(w http.ResponseWriter) bool {
	for {
		switch t := w.(type) {
		case http.Flusher, interface{ FlushError() error }:
			return true
		case interface{ Unwrap() http.ResponseWriter }:
			w = t.Unwrap()
		default:
			return false
		}
	}
}
