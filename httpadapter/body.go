package httpadapter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// firstRead is how much room a body is given at first, whatever length it
// says that it has: one byte more than a power of two, so that the last growth
// takes in the byte by which a body is seen to have ended.
const firstRead = 4<<10 + 1

// body reads a body of JSON, at most one byte more than the limit. One that its
// headers condemn is not read at all.
func (x *exchange) body() ([]byte, error) {
	if x.r.Body == nil {
		x.r.Body = http.NoBody
	}
	if err := checkMedia(x.r.Header); err != nil {
		return nil, err
	}
	limit := x.maxBody
	if x.r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	most := limit + 1
	if x.r.ContentLength >= 0 {
		most = x.r.ContentLength + 1
	}
	text, err := readUpTo(x.r.Body, make([]byte, 0, min(firstRead, most)), most)
	switch {
	case err != nil:
		return nil, readProblem(err)
	case int64(len(text)) > limit:
		return nil, tooLarge(limit)
	}
	x.liftTime()
	return text, nil
}

// optionalBody is body, but a request may come without one: then the text is
// empty, whatever its media type.
func (x *exchange) optionalBody() ([]byte, error) {
	if x.r.Body == nil || x.r.Body == http.NoBody {
		return nil, nil
	}
	if x.r.ContentLength < 0 && x.r.Header.Get("Content-Type") == "" {
		// A chunked body may still be empty.
		text, err := readUpTo(x.r.Body, make([]byte, 0, 1), 1)
		if err != nil {
			return nil, readProblem(err)
		}
		if len(text) == 0 {
			x.liftTime()
			return nil, nil
		}
		return nil, checkMedia(x.r.Header) // there is a body, of no media type
	}
	return x.body()
}

// readUpTo appends to text what src holds, up to most bytes in all. The room
// grows with what has arrived, fourfold, so that what is given up on the way
// adds a third at most.
func readUpTo(src io.Reader, text []byte, most int64) ([]byte, error) {
	for int64(len(text)) < most {
		if len(text) == cap(text) {
			grown := make([]byte, len(text), min(int64(4*cap(text)), most))
			copy(grown, text)
			text = grown
		}
		n, err := src.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if errors.Is(err, io.EOF) {
			return text, nil
		}
		if err != nil {
			return text, err
		}
	}
	return text, nil
}

// limitTime bounds the time in which the body must have come, where the server
// can do that. The bound stays for a body that is not read to its end: the
// server reads on after the answer, to use the connection again.
func (x *exchange) limitTime() {
	if x.r.ContentLength != 0 && x.opts.BodyTimeout > 0 {
		x.setDeadline(time.Now().Add(x.opts.BodyTimeout))
	}
}

// liftTime takes the bound away. The body is there, and the server, which
// watches the connection for the client's end of it, must not take the bound
// for that.
func (x *exchange) liftTime() {
	if x.r.ContentLength != 0 && x.opts.BodyTimeout > 0 {
		x.setDeadline(time.Time{})
	}
}

// setDeadline does nothing where the server cannot be told of deadlines.
func (x *exchange) setDeadline(t time.Time) {
	_ = http.NewResponseController(x.w).SetReadDeadline(t)
}

// readProblem decides how a body that cannot be read is answered.
func readProblem(err error) error {
	timeout, isNet := errors.AsType[net.Error](err)
	large, isLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case isLarge: // the embedder's own limit
		return tooLarge(large.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded), isNet && timeout.Timeout():
		return &problem{status: http.StatusRequestTimeout, code: "body_timeout", detail: "the body took too long to arrive", close: true}
	}
	return &problem{status: http.StatusBadRequest, code: "malformed_body", detail: "the body is cut short", close: true}
}

func tooLarge(limit int64) error {
	return &problem{
		status: http.StatusRequestEntityTooLarge,
		code:   "body_too_large",
		detail: fmt.Sprintf("the body must be at most %d bytes", limit),
		close:  true,
	}
}

// checkMedia refuses a body that does not say that it is JSON in UTF-8, or
// that is compressed.
func checkMedia(h http.Header) error {
	for _, coding := range h.Values("Content-Encoding") {
		if coding != "" && !strings.EqualFold(coding, "identity") {
			return mediaProblem("the body must not be compressed")
		}
	}
	types := h.Values("Content-Type")
	if len(types) != 1 {
		return mediaProblem("the Content-Type must be application/json")
	}
	media, params, err := mime.ParseMediaType(types[0])
	if err != nil || !isJSON(media) {
		return mediaProblem("the Content-Type must be application/json")
	}
	if charset, given := params["charset"]; given && !strings.EqualFold(charset, "utf-8") {
		return mediaProblem("the charset must be utf-8")
	}
	return nil
}

// isJSON reports whether a media type is JSON that may be one of our bodies:
// application/json, or one such as application/merge-patch+json, but not what
// means something else by its members.
func isJSON(media string) bool {
	switch media {
	case "application/json":
		return true
	case "application/json-patch+json", "application/problem+json":
		return false
	}
	sub, ok := strings.CutPrefix(media, "application/")
	return ok && len(sub) > len("+json") && strings.HasSuffix(sub, "+json")
}

func mediaProblem(detail string) error {
	return &problem{status: http.StatusUnsupportedMediaType, code: "unsupported_media_type", detail: detail}
}

// isBlank reports whether a text holds nothing but JSON's white space.
func isBlank(text []byte) bool { return len(bytes.Trim(text, " \t\r\n")) == 0 }
