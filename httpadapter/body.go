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

// firstRead is the size of the first buffer for a body, whatever its
// Content-Length. It is one byte more than a power of two: reading one byte
// past the limit shows whether the body has ended.
const firstRead = 4<<10 + 1

// body reads a JSON body, at most one byte more than the limit. When the
// headers already show that the body is not acceptable, it is not read.
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

// optionalBody is like body for a request that may have no body: then the text
// is empty, and the Content-Type does not matter.
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
		return nil, checkMedia(x.r.Header) // there is a body, without a Content-Type
	}
	return x.body()
}

// readUpTo appends what src holds to text, up to most bytes in all. The buffer
// grows fourfold as bytes arrive, so all outgrown buffers together are at most
// a third of the last one.
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

// limitTime sets the deadline for the body, if the server supports deadlines.
// When a body is not read to its end, the deadline stays: the server reads the
// rest after the answer, to use the connection again.
func (x *exchange) limitTime() {
	if x.r.ContentLength != 0 && x.opts.BodyTimeout > 0 {
		x.setDeadline(time.Now().Add(x.opts.BodyTimeout))
	}
}

// liftTime removes the deadline once the body was read. The server then reads
// on, to notice when the client leaves, and must not take the deadline for
// that.
func (x *exchange) liftTime() {
	if x.r.ContentLength != 0 && x.opts.BodyTimeout > 0 {
		x.setDeadline(time.Time{})
	}
}

// setDeadline does nothing when the server supports no deadlines.
func (x *exchange) setDeadline(t time.Time) {
	_ = http.NewResponseController(x.w).SetReadDeadline(t)
}

// readProblem returns the answer to a body that cannot be read.
func readProblem(err error) error {
	timeout, isNet := errors.AsType[net.Error](err)
	large, isLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case isLarge: // the embedder's own limit
		return tooLarge(large.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded), isNet && timeout.Timeout():
		return &problem{status: http.StatusRequestTimeout, code: "body_timeout", detail: "the body took too long to arrive", close: true}
	}
	return &problem{status: http.StatusBadRequest, code: "malformed_body", detail: "the body is incomplete", close: true}
}

func tooLarge(limit int64) error {
	return &problem{
		status: http.StatusRequestEntityTooLarge,
		code:   "body_too_large",
		detail: fmt.Sprintf("the body must be at most %d bytes", limit),
		close:  true,
	}
}

// checkMedia refuses a body that is compressed, or that is not declared as JSON
// in UTF-8.
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

// isJSON reports whether a body of this media type can be one of ours:
// application/json, or a type such as application/merge-patch+json. It is false
// for JSON types whose members have another meaning.
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

// isBlank reports whether a text holds only JSON's white space.
func isBlank(text []byte) bool { return len(bytes.Trim(text, " \t\r\n")) == 0 }
