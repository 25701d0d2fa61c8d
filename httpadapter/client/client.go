package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/oapi-codegen/nullable"
)

// Options change how a client works. The zero value, and nil, work.
type Options struct {
	// Token is sent as the bearer token; none when it is empty.
	Token string
	// HTTP makes the requests; http.DefaultClient by default. Its Timeout would
	// also end a stream of events: bound calls by their contexts instead.
	HTTP *http.Client
	// Attempts is how often a request is made at most; 4 by default. 1 repeats
	// nothing.
	Attempts int
	// MaxWait bounds the wait before one repetition; 5 seconds by default. The
	// first wait is about 100 ms, each later one about twice as long, and what
	// a server asks for with Retry-After counts too.
	MaxWait time.Duration
	// UserAgent names the program that uses the client.
	UserAgent string
}

// New returns a client of a server; the URL includes the path under which the
// API is served, such as https://jobs.example.com/api/v1.
//
// A request is repeated after 429, after a 503 that says that nothing was
// written, and when no connection could be made. Where it is not known whether a
// request took effect, it is repeated only if twice does the same as once: GET,
// PUT, DELETE, and any request with an Idempotency-Key or an If-Match header. For
// others the error is [ErrOutcomeUnknown].
//
// Methods return a [*Problem] as the error when the server answers with one.
func New(server string, opts *Options) (*ClientWithResponses, error) {
	if u, err := url.Parse(server); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("client: the server must be an http or https URL, not %q", server)
	}
	r := &repeater{}
	if opts != nil {
		r.Options = *opts
	}
	if r.HTTP == nil {
		r.HTTP = http.DefaultClient
	}
	if r.Attempts < 1 {
		r.Attempts = 4
	}
	if r.MaxWait <= 0 {
		r.MaxWait = 5 * time.Second
	}
	return NewClientWithResponses(server, WithHTTPClient(r), WithRequestEditorFn(r.sign))
}

// sign says who asks.
func (r *repeater) sign(_ context.Context, req *http.Request) error {
	if r.Token != "" {
		req.Header.Set("Authorization", "Bearer "+r.Token)
	}
	if r.UserAgent != "" {
		req.Header.Set("User-Agent", r.UserAgent)
	}
	return nil
}

// Value returns the value of a member that may be null; the zero value for null.
func Value[T any](member nullable.Nullable[T]) T {
	value, _ := member.Get()
	return value
}
