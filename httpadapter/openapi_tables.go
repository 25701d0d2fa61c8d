package httpadapter

import (
	"encoding/json"
	"maps"
	"regexp"
)

// The functions of this file make schemas of the tables of members.

// schemaOf is the schema of an object that answers show.
func schemaOf[T any](o origin, rows showing[T], opts *Options) member {
	var list []property
	for _, row := range rows {
		if row.origin.shownTo(opts) {
			list = append(list, property{row.name, marked(row.schema, o, row.origin), row.optional})
		}
	}
	return object(o, list...)
}

// bodySchema is the schema of an object that requests hold. What is only taken
// to be refused has no schema.
func bodySchema[T any](o origin, rows taking[T], opts *Options) member {
	var list []property
	for _, row := range rows {
		if row.origin.shownTo(opts) && row.schema != nil {
			list = append(list, property{row.name, marked(row.schema, o, row.origin), !row.required})
		}
	}
	return object(o, list...)
}

// marked says whose a member is, where that is not whose the object is.
func marked(schema member, object, of origin) member {
	if object.label() == of.label() {
		return schema
	}
	return by(of, maps.Clone(schema))
}

var schemaName = regexp.MustCompile(`"#/components/schemas/(\w+)"`)

// reachable returns the schemas that the paths refer to, directly or not.
func reachable(all, paths member) member {
	found := member{}
	var follow func(v any)
	follow = func(v any) {
		text, err := json.Marshal(v)
		if err != nil {
			panic("httpadapter: a schema is no JSON: " + err.Error()) // nothing in it comes from outside
		}
		for _, match := range schemaName.FindAllSubmatch(text, -1) {
			name := string(match[1])
			if _, seen := found[name]; !seen {
				found[name] = all[name]
				follow(all[name])
			}
		}
	}
	follow(paths)
	return found
}
