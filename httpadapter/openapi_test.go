package httpadapter_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jobledger/jobledger/httpadapter"
	"github.com/jobledger/jobledger/versions"
	"github.com/stretchr/testify/require"
)

func openAPI(t *testing.T) object { return openAPIFor(t, nil) }

func openAPIFor(t *testing.T, opts *httpadapter.Options) object {
	var document object
	require.NoError(t, json.Unmarshal(httpadapter.OpenAPI("/api/v1/", opts), &document))
	return document
}

// at walks into a JSON value.
func at(t *testing.T, v any, path ...string) any {
	for _, name := range path {
		o, ok := v.(object)
		require.True(t, ok, name)
		require.Contains(t, o, name)
		v = o[name]
	}
	return v
}

// The document has every route, with the parameters that are documented, and
// what a success is.
func TestOpenAPIRoutes(t *testing.T) {
	document := openAPI(t)
	require.Equal(t, "/api/v1", at(t, document["servers"].([]any)[0], "url"))
	documented := map[string]documentedRoute{}
	for _, r := range documentedRoutes(t) {
		documented[r.Method+" "+r.Path] = r
	}
	for _, route := range httpadapter.Routes() {
		op := at(t, document, "paths", route.Pattern, strings.ToLower(route.Method)).(object)
		require.Equal(t, route.Name, op["operationId"])
		require.NotEmpty(t, op["summary"])
		require.Equal(t, sourceOf(route), op["x-source"])
		if route.Origin != "documented" {
			continue // the rest is below
		}
		at(t, op, "responses", strconv.Itoa(allowed[route.Name].status))
		got := map[string]string{}
		if list, ok := op["parameters"].([]any); ok {
			for _, p := range list {
				got[p.(object)["name"].(string)] = p.(object)["x-source"].(string)
			}
		}
		for _, p := range documented[route.Method+" "+route.Pattern].Parameters {
			require.Equal(t, "documented", got[p.Name], "%s %s", route.Name, p.Name)
		}
		for name, source := range got {
			isDocumented := slices.ContainsFunc(documented[route.Method+" "+route.Pattern].Parameters, func(p struct{ Name, In string }) bool { return p.Name == name })
			inPath := strings.Contains(route.Pattern, "{"+name+"}")
			require.Equal(t, isDocumented || inPath, source == "documented", "%s %s", route.Name, name)
		}
	}
}

// The documented examples, and the answers to them, have exactly the members
// that the schemas name.
func TestOpenAPISchemas(t *testing.T) {
	document := openAPIFor(t, &httpadapter.Options{DocumentedOnly: true})
	for _, route := range documentedRoutes(t) {
		op := at(t, document, "paths", route.Path, strings.ToLower(route.Method)).(object)
		if string(route.Request) != "null" {
			var body any
			require.NoError(t, json.Unmarshal(route.Request, &body))
			checkSchema(t, document, at(t, op, "requestBody", "content", "application/json", "schema"), body)
		}
		if route.Response == nil {
			continue
		}
		for status, response := range op["responses"].(object) {
			if status != "default" {
				checkSchema(t, document, at(t, response, "content", "application/json", "schema"), route.Response)
			}
		}
	}
	a := newMemoryAPI(t)
	problem := a.do(t, request{to: "POST /workloads/jobs", body: "{}", status: 400}).object(t)
	checkSchema(t, document, object{"$ref": "#/components/schemas/Problem"}, problem)
}

// checkSchema checks members and nesting, not values: those of the examples are
// placeholders.
func checkSchema(t *testing.T, document object, schema, value any) {
	s := resolve(t, document, schema)
	switch value := value.(type) {
	case object:
		if s["additionalProperties"] == true {
			return
		}
		if values, ok := s["additionalProperties"].(object); ok {
			for _, inner := range value {
				checkSchema(t, document, values, inner)
			}
			return
		}
		require.Equal(t, false, s["additionalProperties"], "%v may have any member", s)
		properties, _ := s["properties"].(object)
		for name, inner := range value {
			require.Contains(t, properties, name)
			checkSchema(t, document, properties[name], inner)
		}
		required, _ := s["required"].([]any)
		require.Subset(t, slices.Collect(maps.Keys(value)), toStrings(required))
	case []any:
		for _, inner := range value {
			checkSchema(t, document, at(t, s, "items"), inner)
		}
	}
}

func resolve(t *testing.T, document object, schema any) object {
	s := schema.(object)
	if either, ok := s["anyOf"].([]any); ok { // or null
		s = either[0].(object)
	}
	if ref, ok := s["$ref"].(string); ok {
		return at(t, document, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).(object)
	}
	return s
}

// What a version defines comes from the one table, wherever it is described.
// Every schema says whose it is.
func TestOpenAPIDescribesDefinitions(t *testing.T) {
	schemas := at(t, openAPI(t), "components", "schemas").(object)
	for _, f := range versions.Fields() {
		for _, name := range []string{"Job", "Version"} {
			shown := at(t, schemas, name, "properties", f.Name).(object)
			require.Equal(t, f.Nullable, isNullable(shown), "%s.%s", name, f.Name)
		}
		for _, name := range []string{"NewJob", "Definition", "DraftPatch"} {
			given := at(t, schemas, name, "properties", f.Name).(object)
			require.Equal(t, !f.Required, isNullable(given), "%s.%s", name, f.Name)
		}
	}
	for name, schema := range schemas {
		if schema.(object)["type"] == "object" {
			require.Contains(t, []any{"documented", "ours"}, schema.(object)["x-source"], name)
		}
	}
}

// Every operation, parameter and member says what it means.
func TestOpenAPIExplainsEverything(t *testing.T) {
	document := openAPI(t)
	for _, route := range httpadapter.Routes() {
		op := at(t, document, "paths", route.Pattern, strings.ToLower(route.Method)).(object)
		require.NotEmpty(t, op["description"], route.Name)
		list, _ := op["parameters"].([]any)
		for _, p := range list {
			require.NotEmpty(t, p.(object)["description"], "%s %v", route.Name, p)
		}
	}
	for name, schema := range at(t, document, "components", "schemas").(object) {
		members, _ := schema.(object)["properties"].(object)
		for of, property := range members {
			described := property.(object)["description"]
			if reference, ok := property.(object)["$ref"]; ok && described == nil {
				described = resolve(t, document, object{"$ref": reference})["description"]
			}
			require.NotEmpty(t, described, "%s.%s", name, of)
		}
	}
}

// sourceOf is what the document says of whose a route is.
func sourceOf(route httpadapter.RouteInfo) string {
	if route.Origin == "documented" || route.Origin == "sibling" {
		return "documented"
	}
	return "ours"
}

func isNullable(schema object) bool {
	kinds, _ := schema["type"].([]any)
	either, _ := schema["anyOf"].([]any)
	return slices.Contains(kinds, "null") || len(either) == 2 && either[1].(object)["type"] == "null"
}

func toStrings(list []any) (texts []string) {
	for _, v := range list {
		texts = append(texts, v.(string))
	}
	return texts
}
