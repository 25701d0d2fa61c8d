package main

import (
	"cmp"
	_ "embed"
	"io"
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/jobledger/jobledger/teams"
)

//go:embed page.md.tmpl
var text string

// page is what the template shows.
type page struct {
	*document
	operations []*operation
	// ExampleProblem is the answer to a request that is not valid.
	ExampleProblem string
}

// object is one schema of the page.
type object struct {
	*page
	Schema *schema
}

// Object is the schema of a name.
func (p *page) Object(name string) object { return object{p, p.Components.Schemas[name]} }

// Whose returns the source of a member: its own if it has one, else that of the object.
func (o object) Whose(of *schema) string { return cmp.Or(of.Source, o.Schema.Source) }

func (p *page) write(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{"cell": cell, "lower": strings.ToLower, "anchor": anchor}).Parse(text)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

// Of are the operations of a topic.
func (p *page) Of(topic string) (list []*operation) {
	for _, op := range p.operations {
		if slices.Contains(op.Tags, topic) {
			list = append(list, op)
		}
	}
	return list
}

// Own are the problems of an operation that are not common to all operations.
func (p *page) Own(op *operation) (list []problem) {
	for _, known := range p.Problems {
		isCommon := !slices.ContainsFunc(p.operations, func(o *operation) bool { return !slices.Contains(o.Problems, known.Code) })
		if slices.Contains(op.Problems, known.Code) && !isCommon {
			list = append(list, known)
		}
	}
	return list
}

// Common are the codes that every operation may answer with.
func (p *page) Common() (list []string) {
	for _, known := range p.Problems {
		if !slices.ContainsFunc(p.operations, func(o *operation) bool { return !slices.Contains(o.Problems, known.Code) }) {
			list = append(list, known.Code)
		}
	}
	return list
}

// Objects are the names of the objects that the page describes by themselves: those
// that are not only the body of one request.
func (p *page) Objects() (names []string) {
	bodies := map[string]bool{}
	for _, op := range p.operations {
		if body := op.body(); body != nil {
			bodies[nameOf(body)] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Components.Schemas)) {
		if len(p.Components.Schemas[name].Properties) > 0 && !bodies[name] {
			names = append(names, name)
		}
	}
	return names
}

// BodyName is the name of the schema of a request; empty without one that has
// members.
func (p *page) BodyName(op *operation) string {
	if op.body() == nil || len(p.Components.Schemas[nameOf(op.body())].Properties) == 0 {
		return ""
	}
	return nameOf(op.body())
}

// Answer is what a success is: its status, its schema and its headers.
func (p *page) Answer(op *operation) string {
	for status, response := range op.Responses {
		if status == "default" {
			continue
		}
		what := "`" + status + "`, without a body"
		if content, ok := response.Content["application/json"]; ok {
			what = "`" + status + "` with " + p.Kind(content.Schema)
		}
		if _, streamed := response.Content["text/event-stream"]; streamed {
			what += ", or a stream (`text/event-stream`) of " + p.Kind(&schema{Ref: "#/components/schemas/Event"})
		}
		for _, name := range slices.Sorted(maps.Keys(response.Headers)) {
			what += ", header `" + strings.Replace(name, "Etag", "ETag", 1) + "`"
		}
		return what
	}
	return ""
}

// Role says who may ask.
func (op *operation) Role() string {
	action := teams.Action(op.Requires)
	switch {
	case op.Requires == "":
		return "an engine, with the token of the dispatch"
	case action == teams.Create:
		return "contributor in each team"
	case action == teams.Hold:
		return "admin in every team"
	case !strings.Contains(op.Path, "{job}"):
		return "any"
	}
	return action.Role().String()
}

// cell escapes a text for a cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}

// anchor makes the anchor of a heading.
func anchor(text string) string { return strings.ReplaceAll(text, " ", "-") }
