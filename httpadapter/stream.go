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
	// beatEvery is how often a stream says that it is alive, and looks anew at who
	// reads it.
	beatEvery = 15 * time.Second
	// streamPause is how long a stream waits for a store that cannot answer.
	streamPause = time.Second
)

// prefersStream reports whether a client would rather have a stream of events than
// JSON: it names that, and not JSON with as much weight.
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
				weight, _ = strconv.ParseFloat(text, 64) // what is no number weighs nothing
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

// stream answers with what happens from a place on, until the client leaves, its
// rights end, or the server shuts down. Each event is a message without a name,
// whose data is the JSON of the event and whose ID is its seq. Every 15 s there is a
// comment, and the ID up to which there is nothing to show: who comes back with it
// goes on from there.
func (x *exchange) stream(query jobs.EventQuery) error {
	if query.Before > 0 {
		return versions.FieldErrors{{Field: "before", Detail: "is not for a stream"}}
	}
	if !canFlush(x.w) {
		return &problem{status: http.StatusNotAcceptable, code: "no_stream", detail: "there are no streams here: ask for application/json"}
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
		found.Events, query.Ascending = nil, true // it begins now
	}
	x.out.media = streamMedia
	x.w.Header().Set("X-Accel-Buffering", "no")
	if x.opts.BodyTimeout > 0 {
		x.setDeadline(time.Time{}) // the server watches the connection for the client's end of it
	}
	x.begin(-1)
	if x.r.Method == http.MethodHead {
		return nil
	}
	return x.streamOn(ctx, query, found)
}

// streamOn writes what was found, and goes on with what comes behind it.
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
			return nil // who comes back is told why
		}
	}
}

// appendMessage writes an event as a message. JSON holds no line break.
func appendMessage(b []byte, e *jobs.Event, opts *Options) []byte {
	b = append(b, "data: "...)
	b = eventMembers.append(b, e, opts)
	return appendID(append(b, '\n'), e.Seq)
}

// appendID ends a message. Without data it is none, and only gives its ID.
func appendID(b []byte, seq int64) []byte {
	b = strconv.AppendInt(append(b, "id: "...), seq, 10)
	return append(b, "\n\n"...)
}

// push writes what there is of a stream, and sends it. A client has
// Options.WriteTimeout to take it; between two writes there is no deadline.
func (x *exchange) push() error {
	text := x.out.body
	x.out.body = text[:0]
	control := http.NewResponseController(x.w)
	if x.opts.WriteTimeout > 0 {
		_ = control.SetWriteDeadline(time.Now().Add(x.opts.WriteTimeout)) // where the server knows deadlines
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

// stillReads learns anew who reads the stream, and reports whether that is still
// the same member.
func (x *exchange) stillReads() bool {
	actor, err := x.authenticate(x.r)
	same := err == nil && actor.OrganizationID == x.actor.OrganizationID && actor.MemberID == x.actor.MemberID
	x.actor = actor
	return same
}

// untilClosing is a context that ends with the request, and when the server is
// about to shut down.
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

// lastEventID is the ID with which a client goes on, if it has one. It takes the
// place of the parameter, which a browser repeats.
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

// canFlush reports whether what was written can be sent before the answer ends.
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
