package httpadapter

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Options change how a handler works. The zero value, and nil, work.
type Options struct {
	// MaxBodyBytes bounds the body of a request; 1 MiB by default. It also
	// bounds how many values a body holds, to one for each 32 bytes, but not
	// to less than 4,096: what they cost in memory is far more than their text.
	MaxBodyBytes int64
	// MaxApplyBytes bounds the body of POST /workloads/jobs/apply; 32 MiB by
	// default. Each job of it is bounded as a body is by MaxBodyBytes.
	MaxApplyBytes int64
	// BodyTimeout bounds the time in which a body must have arrived, where
	// the server can be told of deadlines; 30 s by default. It then stands in
	// for [http.Server.ReadTimeout], which is left alone when it is negative.
	BodyTimeout time.Duration
	// WriteTimeout bounds the time in which a client must take each 64 KiB of
	// an answer, where the server can be told of deadlines; 30 s by default. It
	// then stands in for [http.Server.WriteTimeout]. That one is left alone for
	// answers of up to 4 KiB, and for all when WriteTimeout is negative.
	WriteTimeout time.Duration
	// Prefix is the path under which clients reach the handler, such as
	// "/api/v1": it begins every Location, and is taken off the paths of
	// requests that still have it. By default it is derived from each
	// request, which needs a mux that strips it, or that notes its pattern in
	// [http.Request.Pattern], as net/http and chi do.
	Prefix string
	// DocumentedOnly leaves out what this library adds to the documented API:
	// its routes are not found, its members are not shown, and in requests they
	// and its parameters are unknown. What is left are the documented routes,
	// those of runs that a sibling page of the documentation has, and the route
	// of engines' reports.
	DocumentedOnly bool
	// Closing, once closed, ends the streams of events, which nothing else does:
	// [http.Server.Shutdown] waits for them. Close it in a function that is given
	// to [http.Server.RegisterOnShutdown].
	Closing <-chan struct{}
	// Logger hears of what no client is told: at the level Error panics and
	// failures of this library's own, at Warn a store or an identity source
	// that cannot answer, at Debug clients that left. Nothing by default.
	Logger *slog.Logger
}

// handler answers the routes of the table.
type handler struct {
	service      *jobs.Service
	authenticate func(*http.Request) (teams.Actor, error)
	opts         Options
	resources    []resource
}

// New returns a handler of the documented routes.
//
// Authenticate says who makes a request. An error for which errors.Is finds
// [teams.ErrUnauthenticated] is answered 401, any other 503: the identity
// source cannot answer. It is asked afresh for every request, before the body
// is read, and may be called from many goroutines. It is not asked about the
// reports of engines, whose bearer token is that of a dispatch: middleware that
// asks for a member's must let POST .../runs/{jobRun}/report through. That
// token, too, is looked at before the body is read.
//
// New panics when service or authenticate is nil.
func New(service *jobs.Service, authenticate func(*http.Request) (teams.Actor, error), opts *Options) http.Handler {
	if service == nil || authenticate == nil {
		panic("httpadapter: New needs a service and an authenticate function")
	}
	h := &handler{service: service, authenticate: authenticate}
	if opts != nil {
		h.opts = *opts
	}
	if h.opts.MaxBodyBytes <= 0 {
		h.opts.MaxBodyBytes = 1 << 20
	}
	if h.opts.MaxApplyBytes <= 0 {
		h.opts.MaxApplyBytes = 32 << 20
	}
	if h.opts.BodyTimeout == 0 {
		h.opts.BodyTimeout = 30 * time.Second
	}
	if h.opts.WriteTimeout == 0 {
		h.opts.WriteTimeout = 30 * time.Second
	}
	if h.opts.Logger == nil {
		h.opts.Logger = slog.New(slog.DiscardHandler)
	}
	if h.opts.Prefix = strings.Trim(h.opts.Prefix, "/"); h.opts.Prefix != "" {
		h.opts.Prefix = "/" + h.opts.Prefix
	}
	h.resources = compile(routesFor(&h.opts))
	return h
}

// ServeHTTP implements [http.Handler].
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{handler: h, w: w, r: r, maxBody: h.opts.MaxBodyBytes}
	x.take()
	defer x.finish()
	x.limitTime()
	switch err := x.dispatch(); {
	case err == nil:
		x.send()
	case errors.Is(err, errUnread):
		x.leave()
	default:
		x.fail(err)
	}
}

// exchange is one request and its answer.
type exchange struct {
	*handler
	w     http.ResponseWriter
	r     *http.Request
	actor teams.Actor
	// token is that of a dispatch, where no actor asks.
	token string
	// place is what the path names; the zero place until that is known.
	place place
	// values are the parameters of the query, and faults is what is wrong with
	// it. A request with a body is refused when the body has been read too.
	values map[*parameter]any
	faults versions.FieldErrors
	out    reply
	// maxBody bounds the request's body.
	maxBody int64
	// buffer is what out.body was taken from.
	buffer *[]byte
	// started is true from the moment that the answer is being written: it can
	// then be ended or cut short, but not replaced by another.
	started bool
}

// dispatch finds the route, learns who asks, and lets the route fill x.out.
func (x *exchange) dispatch() error {
	found, ok := x.locate(x.r)
	if !ok {
		return jobs.ErrNotFound
	}
	x.place = found
	route := found.resource.route(x.r.Method)
	if route == nil {
		return x.otherMethod()
	}
	if err := x.identify(route); err != nil {
		return err
	}
	if x.faults = x.readQuery(route); x.faults != nil && route.body == "" {
		return x.faults
	}
	return route.serve(x)
}

// identify learns who asks, before anything of a body is read.
func (x *exchange) identify(route *route) (err error) {
	if route.needs == byDispatch {
		return x.checkToken()
	}
	if x.actor, err = x.authenticate(x.r); err != nil {
		return identityProblem(err)
	}
	return nil
}

// otherMethod answers OPTIONS, and refuses every method without a route.
func (x *exchange) otherMethod() error {
	x.w.Header().Set("Allow", x.place.resource.allow)
	if x.r.Method == http.MethodOptions {
		x.out.status = http.StatusNoContent
		return nil
	}
	return &problem{
		status: http.StatusMethodNotAllowed,
		code:   "method_not_allowed",
		detail: fmt.Sprintf("this path allows %s", x.place.resource.allow),
	}
}
