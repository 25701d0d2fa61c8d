package httpadapter

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
)

// member is an object of the OpenAPI document.
type member = map[string]any

// OpenAPI returns an OpenAPI 3.1 document of the routes that a handler with
// these options answers. It is made from the tables that the handler itself
// uses. Base is the path under which the handler is mounted, such as "/api/v1";
// nil options mean the defaults.
//
// The extension x-source says where a part comes from: "documented" is in the
// platform's documentation, "ours" was added or decided by this library. The
// extension x-requires of an operation is the permission that the caller needs.
func OpenAPI(base string, opts *Options) []byte {
	if opts == nil {
		opts = &Options{}
	}
	paths := member{}
	for _, r := range routesFor(opts) {
		path, ok := paths[r.pattern].(member)
		if !ok {
			path = member{}
			paths[r.pattern] = path
		}
		path[strings.ToLower(r.method)] = r.describe(opts)
	}
	all := components{}
	parts := all.hoist(member{"paths": paths, "schemas": schemas(opts)}).(member)
	maps.Copy(parts["schemas"].(member), all)
	document, err := json.MarshalIndent(member{
		"openapi":    "3.1.0",
		"x-problems": describedProblems(),
		"info":       member{"title": "Jobs API", "version": "1"},
		"servers":    []any{member{"url": "/" + strings.Trim(base, "/")}},
		"security":   []any{member{"bearer": []any{}}},
		"tags":       tags(),
		"paths":      parts["paths"],
		"components": member{
			"schemas": reachable(parts["schemas"].(member), parts["paths"].(member)),
			"securitySchemes": member{
				"bearer":   member{"type": "http", "scheme": "bearer"},
				"dispatch": member{"type": "http", "scheme": "bearer", "description": "The token of a dispatch.", "x-source": ours},
			},
		},
	}, "", "  ")
	if err != nil {
		panic("httpadapter: the OpenAPI document is no JSON: " + err.Error()) // nothing in it comes from outside
	}
	return document
}

// describe returns the OpenAPI operation of a route.
func (r *route) describe(opts *Options) member {
	described := member{
		"operationId": r.name,
		"summary":     r.summary,
		"description": r.about,
		"tags":        []any{r.topic},
		"x-source":    r.origin.label(),
		"responses":   member{strconv.Itoa(r.status): r.success(), "default": r.failure()},
		"x-problems":  r.problems(),
	}
	if r.needs == byDispatch {
		described["security"] = []any{member{"dispatch": []any{}}}
	} else {
		described["x-requires"] = string(r.needs)
	}
	if parameters := r.parameters(opts); parameters != nil {
		described["parameters"] = parameters
	}
	if r.body != "" {
		body := content("application/json", r.body)
		if r.example != "" {
			with(body["application/json"].(member), "example", json.RawMessage(r.example))
		}
		described["requestBody"] = member{"required": !r.optional, "content": body}
	}
	return described
}

func (r *route) success() member {
	response := member{"description": "Done."}
	if r.answer != "" {
		media := content("application/json", r.answer)
		if r.streamed {
			media["text/event-stream"] = member{"schema": text()}
		}
		response["content"] = media
	}
	sent := member{}
	if r.headers&tagged != 0 {
		sent["Etag"] = header("The state of what is shown, for If-Match and If-None-Match.")
	}
	if r.headers&located != 0 {
		sent["Location"] = header("The path of what was made.")
	}
	if len(sent) > 0 {
		response["headers"] = sent
	}
	return response
}

// failure is the answer to any problem of the route. It refers to its schema
// through an allOf with one element: without it, the code generator ogen prints
// a warning.
func (r *route) failure() member {
	schema := member{"allOf": []any{ref("Problem")}}
	return member{
		"description": "A problem: " + r.problemText() + ".",
		"content":     member{"application/problem+json": member{"schema": schema}},
		"x-source":    ours,
	}
}

func tags() []any {
	list := make([]any, len(topics))
	for i, topic := range topics {
		list[i] = member{"name": topic}
	}
	return list
}

func content(media, schema string) member {
	return member{media: member{"schema": ref(schema)}}
}

func header(what string) member {
	return member{"description": what, "schema": text(), "x-source": ours}
}

// parameters returns the parameters of the path, the query and the headers.
func (r *route) parameters(opts *Options) (list []any) {
	for _, segment := range strings.Split(r.pattern, "/") {
		name, isParam := strings.CutPrefix(segment, "{")
		if !isParam {
			continue
		}
		name = strings.TrimSuffix(name, "}")
		list = append(list, about(pathMeanings[name], parameterOf("path", name, r.origin, pathSchema(name))))
	}
	for _, a := range r.query {
		if a.origin.shownTo(opts) {
			list = append(list, a.describe())
		}
	}
	isTaggedRead := r.method == "GET" && r.headers&tagged != 0
	if r.headers&conditional != 0 || isTaggedRead {
		list = append(list, about("An ETag that you read. The request is refused when the state is another by now.", parameterOf("header", "If-Match", decided, text())))
	}
	if isTaggedRead {
		list = append(list, about("An ETag that you have. The answer is 304 when the state is still the same.", parameterOf("header", "If-None-Match", decided, text())))
	}
	if r.streamed {
		list = append(list, about("Of a stream: the seq of the last event that you have. It goes on behind it.", parameterOf("header", "Last-Event-Id", r.origin, text())))
	}
	if r.needs == byDispatch {
		list = append(list,
			about("Where the engine is in a trace, by W3C Trace Context. An invalid one is ignored.", parameterOf("header", "Traceparent", r.origin, text())),
			about("The tracestate that belongs to it.", parameterOf("header", "Tracestate", r.origin, text())))
	}
	if r.headers&keyed != 0 {
		key := with(with(text(), "minLength", 1), "maxLength", 255)
		list = append(list, about("A name for this request. When it is repeated, it is answered like the first, and makes nothing new.", parameterOf("header", "Idempotency-Key", decided, key)))
	}
	return list
}

// pathMeanings say what the variables of paths are.
var pathMeanings = map[string]string{
	"job":                "The ID of a job.",
	"jobRun":             "The ID of a run of the job.",
	"jobVersionNumber":   "The number of a published version.",
	"otherVersionNumber": "The number of the version that it is compared with.",
	"team":               "The ID of a team.",
	"cluster":            "The ID of a cluster.",
}

// pathSchema is the schema of a variable of a path.
func pathSchema(name string) member {
	if strings.HasSuffix(name, "VersionNumber") {
		return numbered()
	}
	return text()
}

func parameterOf(in, name string, o origin, schema member) member {
	return member{"in": in, "name": name, "required": in == "path", "schema": schema, "x-source": o.label()}
}
