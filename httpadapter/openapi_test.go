package httpadapter_test

import (
	"cmp"
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

func openAPI(t *testing.T) object {
	var document object
	require.NoError(t, json.Unmarshal(httpadapter.OpenAPI("/api/v1/"), &document))
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
	sources := map[string]string{}
	for _, r := range runRoutes {
		sources[r.route] = r.source
	}
	documented := map[string]documentedRoute{}
	for _, r := range documentedRoutes(t) {
		documented[r.Method+" "+r.Path] = r
	}
	for _, route := range httpadapter.Routes() {
		op := at(t, document, "paths", route.Pattern, strings.ToLower(route.Method)).(object)
		require.Equal(t, route.Name, op["operationId"])
		require.NotEmpty(t, op["summary"])
		source, ofRuns := sources[route.Method+" "+route.Pattern]
		if require.Equal(t, cmp.Or(source, "documented"), op["x-source"]); ofRuns {
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
	document := openAPI(t)
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
		properties, required := object{}, []string{}
		closed := collect(t, document, s, properties, &required)
		require.True(t, closed, "%v may have any member", s)
		for name, inner := range value {
			require.Contains(t, properties, name)
			checkSchema(t, document, properties[name], inner)
		}
		require.Subset(t, slices.Collect(maps.Keys(value)), required)
	case []any:
		for _, inner := range value {
			checkSchema(t, document, at(t, s, "items"), inner)
		}
	}
}

func resolve(t *testing.T, document object, schema any) object {
	s := schema.(object)
	if ref, ok := s["$ref"].(string); ok {
		return at(t, document, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).(object)
	}
	return s
}

// collect adds the members of a schema and of those that it is made of, and
// reports whether an object may have no others.
func collect(t *testing.T, document, schema, properties object, required *[]string) (closed bool) {
	parts, _ := schema["allOf"].([]any)
	for _, part := range parts {
		require.False(t, collect(t, document, resolve(t, document, part), properties, required), "a part forbids the others")
	}
	own, _ := schema["properties"].(object)
	for name := range own {
		require.NotContains(t, properties, name, "stands in two parts")
	}
	maps.Copy(properties, own)
	names, _ := schema["required"].([]any)
	for _, name := range toStrings(names) {
		if p, ok := own[name].(object); !ok || p["x-source"] != "ours" || schema["x-source"] == "ours" { // documented examples do not have it
			*required = append(*required, name)
		}
	}
	return schema["additionalProperties"] == false || schema["unevaluatedProperties"] == false
}

// What a version defines is described twice, as it is shown and as it is given,
// and comes from the one table. Every schema says whose it is.
func TestOpenAPIDescribesADefinitionOnce(t *testing.T) {
	schemas := at(t, openAPI(t), "components", "schemas").(object)
	for _, f := range versions.Fields() {
		var in []string
		for name, schema := range schemas {
			if properties, ok := schema.(object)["properties"].(object); ok && properties[f.Name] != nil {
				in = append(in, name)
			}
		}
		if f.Name != "description" { // which a job has of its own
			require.ElementsMatch(t, []string{"DefinitionShown", "DefinitionGiven"}, in, f.Name)
		}
		shown := at(t, schemas, "DefinitionShown", "properties", f.Name).(object)
		given := at(t, schemas, "DefinitionGiven", "properties", f.Name).(object)
		require.Equal(t, f.Nullable, isNullable(shown), f.Name)
		require.Equal(t, !f.Required, isNullable(given), f.Name)
	}
	for name, schema := range schemas {
		require.Contains(t, []any{"documented", "ours"}, schema.(object)["x-source"], name)
	}
}

func isNullable(schema object) bool {
	kinds, _ := schema["type"].([]any)
	return slices.Contains(kinds, "null")
}

func toStrings(list []any) (texts []string) {
	for _, v := range list {
		texts = append(texts, v.(string))
	}
	return texts
}
