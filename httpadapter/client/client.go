package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/oapi-codegen/nullable"
)

// Options change how a client works. The zero value and nil mean the defaults.
type Options struct {
	// Token is sent as the bearer token. Empty sends none.
	Token string
	// HTTP makes the requests; http.DefaultClient by default. Its Timeout also
	// ends a stream of events, so limit calls by their contexts instead.
	HTTP *http.Client
	// Attempts is the most times that a request is made; 4 by default. 1
	// repeats no request.
	Attempts int
	// MaxWait is the longest wait before a repetition; 5 seconds by default.
	// The first wait is about 100 ms, and each later one about twice as long. A
	// longer Retry-After of the server is followed, up to MaxWait.
	MaxWait time.Duration
	// UserAgent is sent as the User-Agent. Empty sends that of net/http.
	UserAgent string
}

// New returns a client of a server. The URL includes the path under which the
// API is served, such as https://jobs.example.com/api/v1. New returns an error
// when it is not an http or https URL.
//
// A request is repeated after 429, after a 503 of the API that says that
// nothing was written, and when no connection could be made. When it is not
// known whether a request took effect, it is repeated only if doing it twice
// has the same effect as doing it once: GET, PUT, DELETE, a report on a run, and
// any request with an Idempotency-Key or If-Match header. For other requests the
// error is [ErrOutcomeUnknown].
//
// When the server answers with an error, a method returns it as a [*Problem].
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

// sign adds the token and the User-Agent to a request.
func (r *repeater) sign(_ context.Context, req *http.Request) error {
	if r.Token != "" {
		req.Header.Set("Authorization", "Bearer "+r.Token)
	}
	if r.UserAgent != "" {
		req.Header.Set("User-Agent", r.UserAgent)
	}
	return nil
}

// Value returns the value of a member that may be null. For null it returns the
// zero value.
func Value[T any](member nullable.Nullable[T]) T {
	value, _ := member.Get()
	return value
}
