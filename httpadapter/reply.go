package httpadapter

import (
	"net/http"
	"strconv"
	"sync"
)

// reply is an answer before it is written.
type reply struct {
	status   int // 0 means 200
	tag      string
	location string
	media    string // empty means application/json
	body     []byte
}

// send writes the answer. Answers that carry a tag may be kept by the client
// and asked about again; all others are kept by nobody.
func (x *exchange) send() {
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
	if out.status == http.StatusNoContent || out.status == http.StatusNotModified {
		x.w.WriteHeader(out.status)
		return
	}
	h["Content-Type"] = jsonMedia
	if out.media != "" {
		h["Content-Type"] = []string{out.media}
	}
	h["Content-Length"] = []string{strconv.Itoa(len(out.body))}
	x.w.WriteHeader(out.status)
	if x.r.Method != http.MethodHead {
		_, _ = x.w.Write(out.body) // a client that is gone is told nothing
	}
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
const maxPooled = 1 << 20

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
