package httpadapter

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// member is shorthand for an object of the document.
type member = map[string]any

// OpenAPI returns an OpenAPI 3.1 document of the routes, made from the table
// that they are served from. Base is the path under which the handler is
// mounted, such as "/api/v1". The extension x-source tells what the platform
// documents from what this library decided.
func OpenAPI(base string) []byte {
	paths := member{}
	for i := range routes {
		r := &routes[i]
		path, ok := paths[r.pattern].(member)
		if !ok {
			path = member{}
			paths[r.pattern] = path
		}
		path[strings.ToLower(r.method)] = r.describe(operations[r.name])
	}
	document, err := json.MarshalIndent(member{
		"openapi":  "3.1.0",
		"info":     member{"title": "Jobs API", "version": "1"},
		"servers":  []any{member{"url": "/" + strings.Trim(base, "/")}},
		"security": []any{member{"bearer": []any{}}},
		"paths":    paths,
		"components": member{
			"schemas": schemas(),
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
func (r *route) describe(o operation) member {
	described := member{
		"operationId": r.name,
		"summary":     o.summary,
		"x-source":    cmp.Or(o.source, "documented"),
		"responses":   member{strconv.Itoa(o.status): o.success(), "default": problemResponse()},
	}
	if r.needs == byDispatch {
		described["security"] = []any{member{"dispatch": []any{}}}
	} else {
		described["x-requires"] = string(r.needs)
	}
	if parameters := r.parameters(o); parameters != nil {
		described["parameters"] = parameters
	}
	if o.body != "" {
		described["requestBody"] = member{"required": !o.optional, "content": content("application/json", o.body)}
	}
	return described
}

func (o operation) success() member {
	response := member{"description": "Done."}
	if o.answer != "" {
		response["content"] = content("application/json", o.answer)
	}
	headers := member{}
	if o.tagged {
		headers["ETag"] = header()
	}
	if o.located {
		headers["Location"] = header()
	}
	if len(headers) > 0 {
		response["headers"] = headers
	}
	return response
}

func problemResponse() member {
	return member{"description": "An error.", "content": content("application/problem+json", "Problem"), "x-source": ours}
}

func content(media, schema string) member {
	return member{media: member{"schema": ref(schema)}}
}

func header() member { return member{"schema": member{"type": "string"}, "x-source": ours} }

// parameters returns those of the path, the query and the headers.
func (r *route) parameters(o operation) (list []any) {
	for _, segment := range strings.Split(r.pattern, "/") {
		name, isParam := strings.CutPrefix(segment, "{")
		if !isParam {
			continue
		}
		name = strings.TrimSuffix(name, "}")
		schema := member{"type": "string"}
		if name == "jobVersionNumber" {
			schema = whole(1, versions.MaxNumber)
		}
		list = append(list, parameter("path", name, "documented", schema))
	}
	for _, name := range o.documented {
		list = append(list, parameter("query", name, "documented", o.querySchema(name)))
	}
	for _, name := range o.ours {
		list = append(list, parameter("query", name, ours, o.querySchema(name)))
	}
	text := member{"type": "string"}
	isTaggedRead := r.method == "GET" && o.tagged
	if o.conditional || isTaggedRead {
		list = append(list, parameter("header", "If-Match", ours, text))
	}
	if isTaggedRead {
		list = append(list, parameter("header", "If-None-Match", ours, text))
	}
	if o.keyed {
		key := member{"type": "string", "minLength": 1, "maxLength": 255}
		list = append(list, parameter("header", "Idempotency-Key", ours, key))
	}
	return list
}

func parameter(in, name, source string, schema member) member {
	return member{"in": in, "name": name, "required": in == "path", "schema": schema, "x-source": source}
}

func (o operation) querySchema(name string) member {
	var schema member
	switch name {
	case "limit":
		schema = whole(0, jobs.MaxPage)
		if o.marked {
			schema = whole(1, jobs.MaxPage)
		}
		schema["default"] = jobs.MaxPage
	case "page":
		schema = whole(1, versions.MaxNumber)
		schema["default"] = 1
	case "marker":
		schema = member{"type": "string", "description": "The marker of the page before."}
	case "n":
		schema = whole(1, jobs.MaxPreview)
		schema["default"] = defaultPreview
	case "draft":
		schema = member{"type": "boolean", "default": false}
	case "sortBy":
		schema = member{"type": "string", "enum": []any{"jobKey", "createdAt"}, "default": "createdAt"}
	case "sortDirection":
		schema = member{"type": "string", "enum": []any{"asc", "desc"}, "default": "asc"}
	}
	return schema
}
