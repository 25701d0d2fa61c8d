// Package httpadapter serves the documented Jobs API over HTTP, as JSON: the
// routes of jobs, and those of their runs. [New] makes an [http.Handler] from a
// [jobs.Service]. The handler can be mounted under any prefix, on any mux:
//
//	mux.Handle("/api/v1/", http.StripPrefix("/api/v1", handler)) // net/http
//	router.Mount("/api/v1", handler)                             // chi
//
// You may strip the prefix or not: net/http and chi tell the handler their
// pattern, in [http.Request.Pattern]. On a mux that neither strips the prefix nor
// sets that field, set Options.Prefix.
//
// [OpenAPI] returns a document that describes the routes. The handler does not
// serve this document: the embedder decides where to serve it, and to whom. The
// page docs/rest.md of the repository is made from it: each route with its
// parameters, bodies, errors and an example.
//
// This library adds routes to the documented ones, and members to the
// documented objects. [Options.DocumentedOnly] leaves these additions out. In
// the OpenAPI document, x-source says which parts are documented and which are
// added.
//
// The embedder says who makes a request: it passes a function that returns the
// [teams.Actor] of the request. The service decides what this actor may do.
// This package knows only HTTP: paths, JSON, entity tags, statuses.
//
// # Requests
//
// A request that contains something unknown is refused with 400: a query
// parameter that the route does not have, or a member of the body that has no
// meaning. Names are case-sensitive. The answer lists the parameters that the
// route has. A parameter or a member that is given twice is refused, too. One
// answer reports all faults that can be found without reading the store.
//
// # Answers
//
// Every documented key is always present. A key without a value is null; a list
// without items is []. Times are RFC 3339 in UTC, with six digits of a second.
// A config is returned as it was sent, without the white space between its
// tokens.
//
// Errors are application/problem+json (RFC 9457) with the members type, title,
// status, detail and code. There is also message, which repeats detail, and
// errors, which lists the fields at fault, if there are any. A resource that
// the actor may not see is answered with the same bytes as one that does not
// exist. Internal errors are never shown to clients: they go to the log.
//
// An answer of more than 256 KiB is sent while it is being made, and has no
// Content-Length. Of a long list, about a megabyte of documents at most is in
// memory at once. When an error occurs in the middle of such an answer, the
// connection is closed, so that a client never takes half of an answer for all
// of it. Options.WriteTimeout covers clients that do not read.
//
// The body of a request is read only after it is known who makes the request.
// This includes the token of a dispatch. Memory is used only for the bytes that
// have arrived.
//
// # Runs
//
// POST .../runs takes an Idempotency-Key. A repeated request gets the same
// answer as the first, with 201 and Location, and shows the run as it is now.
// If somebody deleted this run, the answer is 409 run_deleted, for as long as
// the run would have been kept. Lists of runs and ticks go on by an opaque
// marker, which is null at the end. Runs that are made in between do not shift
// the pages.
//
// An engine reports with POST .../runs/{jobRun}/report, and sends the token of
// its dispatch as the bearer token. A report without a body, or with an empty
// object, is a heartbeat. The answer is the run. Its member cancelRequestedAt
// is null until somebody asks the run to stop. A 404 also tells the engine to
// stop: the run does not exist any more, or it was dispatched again.
// The headers traceparent and tracestate (W3C Trace Context) say where the engine
// is in a trace. Invalid ones are ignored.
//
// # Entity tags
//
// A job, each of its versions and a draft have a strong ETag. It changes only
// when a person edits the job. The scheduler does not change it, so the ETag
// says nothing about nextRunAt, lastScheduledAt and the latest run: to see
// those, ask for the runs. Every answer forbids caches to keep it.
//
// Every change takes If-Match. On the routes of the draft it is compared with
// the draft's ETag, on all others with the job's. A read that returns an ETag
// takes If-Match and If-None-Match. A tag that a proxy weakened, such as W/"7",
// counts as the strong tag.
package httpadapter
