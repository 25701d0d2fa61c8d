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
	// heldBytes is the most bytes of an answer that are kept before the first
	// are sent. A longer answer is sent in parts while it is made, and has no
	// Content-Length.
	heldBytes = 256 << 10
	// writeBytes is how much a client must receive within Options.WriteTimeout.
	writeBytes = 64 << 10
	// unwatchedBytes fit into the server's own buffer while a handler runs. A
	// deadline that we set would have no effect on them.
	unwatchedBytes = 4 << 10
)

// reply is an answer before it is sent.
type reply struct {
	status   int // 0 means 200
	tag      string
	location string
	media    string // empty means application/json
	body     []byte
}

// send sends the answer, or the rest of it.
func (x *exchange) send() {
	if !x.started {
		x.begin(len(x.out.body))
	}
	_ = x.write() // an error means that the client left
}

// errUnread ends an answer that has begun, because the client does not read the
// rest.
var errUnread = errors.New("the rest of the answer is not read")

// spill sends what there is of an answer once it has grown to heldBytes. Code
// that makes long answers calls it after each element.
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

// begin sends the head of the answer. A negative length means that the length
// is not known.
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

// bodyless reports whether the status allows no body.
func (r *reply) bodyless() bool {
	return r.status == http.StatusNoContent || r.status == http.StatusNotModified
}

// write sends the body so far. It closes the connection of a client that does
// not receive it in time.
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
		_ = control.SetWriteDeadline(time.Now().Add(x.opts.WriteTimeout)) // an error means that the server supports no deadlines
		if _, err := x.w.Write(part); err != nil {
			return err
		}
	}
	if err := control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	_ = control.SetWriteDeadline(time.Time{}) // the deadline must not apply to the next request
	return nil
}

// Values of headers, made once; net/http does not change them. No answer may be
// kept by a cache: an ETag changes only when a person edits the job, but an answer
// also shows runs and ticks.
var (
	noSniff   = []string{"nosniff"}
	noStore   = []string{"no-store"}
	jsonMedia = []string{"application/json"}
)

// maxPooled is the largest buffer that is kept for other answers.
const maxPooled = 4 * heldBytes

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// take gets a buffer for the answer from the pool. release returns it once the
// answer is sent; an [io.Writer] must not keep what it is given.
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
