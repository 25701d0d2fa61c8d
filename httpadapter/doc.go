// Package httpadapter serves the documented Jobs API, 20 routes of JSON over
// HTTP, and the routes of runs beside it, from a [jobs.Service]. [New] returns
// an [http.Handler] that may be mounted under any prefix on any mux:
//
//	mux.Handle("/api/v1/", http.StripPrefix("/api/v1", handler)) // net/http
//	router.Mount("/api/v1", handler)                             // chi
//
// On a mux that neither strips the prefix nor notes its pattern, Options.Prefix
// names it. [OpenAPI] describes the routes; an embedder serves it where, and to
// whom, it likes.
//
// Beside the documented routes there are those that this library adds, and the
// documented objects have members that it adds. [Options.DocumentedOnly] leaves
// them out. In the OpenAPI document x-source says which are which.
//
// Who asks is the embedder's to say: it gives a function that makes a
// [teams.Actor] of a request. What the actor may do is the service's to
// decide. This package knows HTTP and nothing else: paths, JSON, entity tags,
// statuses.
//
// # Requests
//
// Whatever a request has that nobody knows is refused, with 400: a parameter of
// the query, which the answer says are known, and a member of the body, in
// another case, too. So is a parameter or a member that stands twice. All faults
// that can be seen without the store are told at once.
//
// # Answers
//
// Every documented key is always present; what has no value is null, and lists
// are arrays. Times are RFC 3339, UTC, with six digits of a second. A config is
// returned in the JSON that it came in.
//
// Errors are application/problem+json (RFC 9457) with type, title, status,
// detail and code, errors where fields are at fault, and message, which repeats
// detail. What the actor may not see is answered with the same bytes as what
// does not exist. Nothing internal is ever answered: it goes to the log.
//
// An answer of more than 256 KiB is written while it is made, and has no
// Content-Length; of a long list no more than about a megabyte of documents is
// held at once. What fails in the middle of one ends the connection: half an
// answer never looks like a whole one. See Options.WriteTimeout for clients that
// do not read. Bodies of requests are read after whoever asks is known, the
// token of a dispatch included, and cost what has arrived of them.
//
// # Runs
//
// POST .../runs takes an Idempotency-Key: a repeated request is answered like
// the first one, 201 and Location included, with the run as it has become. When
// somebody deleted that run it is 409 run_deleted, for as long as the run would
// have been kept. Lists of runs and ticks go on by an opaque marker, which is null at the end;
// runs that begin meanwhile do not move them.
//
// An engine reports with POST .../runs/{jobRun}/report and the token of its
// dispatch as the bearer token; a request that says nothing is a heartbeat. Its
// answer is the run with cancelRequestedAt, null until somebody asks the run to
// stop. 404 is the order to stop, too: the run is gone, or was dispatched anew.
//
// # Entity tags
//
// A job, one of its versions and a draft each carry a strong ETag. It changes
// with what people edit and not with what the scheduler does, so nextRunAt,
// lastScheduledAt and the latest run are outside of it: whoever wants to see
// those asks for the runs, and no answer is for caches. If-Match is honoured on
// every change: it is about the draft on the routes of the draft, else about the
// job; If-None-Match and If-Match on reads that carry a tag. A tag that a proxy
// weakened, such as W/"7", counts as the tag that it was.
package httpadapter
