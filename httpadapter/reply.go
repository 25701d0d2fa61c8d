package httpadapter

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	// heldBytes is how long an answer may grow before its beginning is written.
	// A longer one is written in parts while it is made, and has no
	// Content-Length.
	heldBytes = 256 << 10
	// writeBytes is how much a client must take within Options.WriteTimeout.
	writeBytes = 64 << 10
	// unwatchedBytes stay in the server's own buffer while a handler works, so
	// that a deadline of ours would not be about them.
	unwatchedBytes = 4 << 10
)

// reply is an answer before it is written.
type reply struct {
	status   int // 0 means 200
	tag      string
	location string
	media    string // empty means application/json
	body     []byte
}

// send writes the answer, or what is left of it.
func (x *exchange) send() {
	if !x.started {
		x.begin(len(x.out.body))
	}
	_ = x.write() // a client that is gone is told nothing
}

// errUnread ends an answer that has begun: nobody reads the rest of it.
var errUnread = errors.New("the rest of the answer is not read")

// spill writes what there is of an answer that grew too long to be held. What
// makes long answers calls it after each element.
func (x *exchange) spill() error {
	if len(x.out.body) < heldBytes {
		return nil
	}
	if !x.started {
		x.begin(-1)
	}
	if x.r.Method == http.MethodHead {
		return errUnread
	}
	if err := x.write(); err != nil {
		return fmt.Errorf("%w: %w", errUnread, err)
	}
	return nil
}

// begin writes the head of the answer; a negative length is not known. Answers
// that carry a tag may be kept by the client and asked about again; all others
// are kept by nobody.
func (x *exchange) begin(length int) {
	x.started = true
	out := &x.out
	if out.status == 0 {
		out.status = http.StatusOK
	}
	h := x.w.Header()
	h["X-Content-Type-Options"] = noSniff
	h["Cache-Control"] = noStore
	if out.tag != "" {
		h["Etag"] = []string{out.tag}
	}
	if out.location != "" {
		h["Location"] = []string{out.location}
	}
	if out.bodyless() {
		x.w.WriteHeader(out.status)
		return
	}
	h["Content-Type"] = jsonMedia
	if out.media != "" {
		h["Content-Type"] = []string{out.media}
	}
	if length >= 0 {
		h["Content-Length"] = []string{strconv.Itoa(length)}
	}
	x.w.WriteHeader(out.status)
}

// bodyless is whether the status allows no body.
func (r *reply) bodyless() bool {
	return r.status == http.StatusNoContent || r.status == http.StatusNotModified
}

// write writes the body so far. A client that does not take it in time ends
// the connection.
func (x *exchange) write() error {
	text := x.out.body
	x.out.body = text[:0]
	if x.r.Method == http.MethodHead || x.out.bodyless() {
		return nil
	}
	if x.opts.WriteTimeout < 0 || len(text) <= unwatchedBytes {
		_, err := x.w.Write(text)
		return err
	}
	control := http.NewResponseController(x.w)
	for part := range slices.Chunk(text, writeBytes) {
		_ = control.SetWriteDeadline(time.Now().Add(x.opts.WriteTimeout)) // where the server knows deadlines
		if _, err := x.w.Write(part); err != nil {
			return err
		}
	}
	if err := control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	_ = control.SetWriteDeadline(time.Time{}) // it is not about the next request
	return nil
}

// Values of headers, made once; net/http does not change them. Nothing is for
// caches, not even what has a tag: tags follow what people edit, and an answer
// also shows runs and ticks.
var (
	noSniff   = []string{"nosniff"}
	noStore   = []string{"no-store"}
	jsonMedia = []string{"application/json"}
)

// maxPooled bounds the buffers that are kept for other answers.
const maxPooled = 4 * heldBytes

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// take gives the answer a buffer, and release takes it back once the answer is
// written: a writer keeps nothing of what it is given.
func (x *exchange) take() {
	x.buffer = buffers.Get().(*[]byte)
	x.out.body = (*x.buffer)[:0]
}

func (x *exchange) release() {
	if cap(x.out.body) <= maxPooled {
		*x.buffer = x.out.body
		buffers.Put(x.buffer)
	}
}
