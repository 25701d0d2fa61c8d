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

// Options change how a handler works. A nil *Options and the zero value both
// mean the defaults.
type Options struct {
	// MaxBodyBytes is the most bytes that the body of a request may have; 1 MiB
	// by default. It also limits how many JSON values a body may hold: one for
	// each 32 bytes of the limit, and always at least 4,096. A value needs far
	// more memory than its text.
	MaxBodyBytes int64
	// MaxApplyBytes is the most bytes that the body of POST
	// /workloads/jobs/apply may have; 32 MiB by default. Each job in it may
	// have MaxBodyBytes.
	MaxApplyBytes int64
	// BodyTimeout is how long the body of a request may take to arrive; 30 s by
	// default. It replaces [http.Server.ReadTimeout] while the body is read. A
	// negative value leaves the server's own timeout in force. It has no effect
	// when the [http.ResponseWriter] supports no deadlines.
	BodyTimeout time.Duration
	// WriteTimeout is how long a client may take to receive each 64 KiB of an
	// answer; 30 s by default. It replaces [http.Server.WriteTimeout] for
	// answers of more than 4 KiB. A negative value leaves the server's own
	// timeout in force. It has no effect when the [http.ResponseWriter]
	// supports no deadlines.
	WriteTimeout time.Duration
	// Prefix is the path under which clients reach the handler, such as
	// "/api/v1". Every Location header begins with it. It is removed from the
	// paths of requests that still have it. By default the prefix is derived
	// from each request: this needs a mux that strips the prefix, or that sets
	// [http.Request.Pattern], as net/http and chi do.
	Prefix string
	// DocumentedOnly leaves out what this library adds to the documented API.
	// The added routes answer 404, the added members are not shown, and a
	// request that contains an added member or parameter is refused. What stays
	// are the documented routes, the documented routes of runs, and the route
	// for the reports of engines.
	DocumentedOnly bool
	// Closing ends all streams of events when it is closed. Without it, a
	// stream goes on until its client leaves, and [http.Server.Shutdown] waits
	// for that. Close it in a function that you pass to
	// [http.Server.RegisterOnShutdown].
	Closing <-chan struct{}
	// Logger receives what clients are not told. Error: panics and failures
	// inside this library. Warn: a store or an identity source that does not
	// answer. Debug: clients that left before the answer was complete. Nil logs
	// nothing.
	Logger *slog.Logger
}

type handler struct {
	service      *jobs.Service
	authenticate func(*http.Request) (teams.Actor, error)
	opts         Options
	resources    []resource
}

// New returns a handler of the documented routes, and of those that this
// library adds.
//
// Authenticate says who makes a request. It is called once for each request,
// before the body is read, and by many goroutines at once; a stream of events
// calls it again every 15 s. When it returns an error that wraps
// [teams.ErrUnauthenticated], the answer is 401. Any other error means that the
// identity source does not answer, and gives 503.
//
// Authenticate is not called for POST .../runs/{jobRun}/report, which engines
// call. Their bearer token is the token of a dispatch, and the service checks
// it before the body is read. Middleware that checks the tokens of members must
// let this route through.
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
	// token is the bearer token on the route of reports, which has no actor.
	token string
	// path is the zero value until the route is known.
	path matchedPath
	// values are the parameters of the query. faults says what is wrong with
	// the query; when the route takes a body, the answer also says what is
	// wrong with the body.
	values  map[*parameter]any
	faults  versions.FieldErrors
	out     reply
	maxBody int64
	// buffer is the pooled buffer that out.body began as.
	buffer *[]byte
	// started is true once the answer is being sent. From then on it can be
	// ended or cut off, but not replaced by another.
	started bool
}

// dispatch finds the route, authenticates the request, and calls the route,
// which fills x.out.
func (x *exchange) dispatch() error {
	found, ok := x.locate(x.r)
	if !ok {
		return jobs.ErrNotFound
	}
	x.path = found
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

// identify sets who makes the request: the actor, or the token of a dispatch.
func (x *exchange) identify(route *route) (err error) {
	if route.needs == byDispatch {
		return x.checkToken()
	}
	if x.actor, err = x.authenticate(x.r); err != nil {
		return identityProblem(err)
	}
	return nil
}

// otherMethod answers OPTIONS, and refuses methods that have no route.
func (x *exchange) otherMethod() error {
	x.w.Header().Set("Allow", x.path.resource.allow)
	if x.r.Method == http.MethodOptions {
		x.out.status = http.StatusNoContent
		return nil
	}
	return &problem{
		status: http.StatusMethodNotAllowed,
		code:   "method_not_allowed",
		detail: fmt.Sprintf("this path allows %s", x.path.resource.allow),
	}
}
