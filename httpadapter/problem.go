package httpadapter

import (
	"net/http"
	"strconv"

	"github.com/jobledger/jobledger/versions"
)

// problem is an error as clients see it: RFC 9457, with a code for programs and
// the fields at fault. Everything but its cause may be shown to the client.
type problem struct {
	status int
	code   string
	detail string
	fields versions.FieldErrors
	// cause is for the log, and never shown to the client.
	cause error
	// close closes the connection: the rest of the request is not read.
	close bool
}

func (p *problem) Error() string { return p.detail }

func (p *problem) Unwrap() error { return p.cause }

// malformedHeader returns the answer to a header that breaks a rule.
func malformedHeader(name, rule string) error {
	return &problem{
		status: http.StatusBadRequest,
		code:   "malformed_header",
		detail: name + " " + rule,
		fields: versions.FieldErrors{{Field: name, Detail: rule}},
	}
}

// fail answers an error. When the answer has already begun, it closes the
// connection.
func (x *exchange) fail(err error) {
	p := problemOf(err)
	if p.status >= http.StatusInternalServerError || x.started {
		x.logFailure(p, err)
	}
	if x.started {
		panic(http.ErrAbortHandler)
	}
	h := x.w.Header()
	switch p.status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "1")
	}
	if p.close {
		h.Set("Connection", "close")
	}
	x.out = reply{status: p.status, media: "application/problem+json", body: appendProblem(x.out.body[:0], p)}
	x.send()
}

// appendProblem writes a problem. Its type is about:blank, so RFC 9457 requires
// the title of the status. The code tells problems apart.
func appendProblem(b []byte, p *problem) []byte {
	b = append(b, `{"type":"about:blank","title":`...)
	b = appendString(b, http.StatusText(p.status))
	b = append(b, `,"status":`...)
	b = strconv.AppendInt(b, int64(p.status), 10)
	b = append(b, `,"detail":`...)
	b = appendString(b, p.detail)
	b = append(b, `,"code":`...)
	b = appendString(b, p.code)
	if len(p.fields) > 0 {
		b = append(b, `,"errors":[`...)
		for i, f := range p.fields {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, `{"field":`...)
			b = appendString(b, f.Field)
			b = append(b, `,"detail":`...)
			b = appendString(b, f.Detail)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	b = append(b, `,"message":`...)
	b = appendString(b, p.detail)
	return append(b, '}')
}
