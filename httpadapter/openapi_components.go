package httpadapter

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// componentKey marks a place in a schema where a component is to be referred
// to.
const componentKey = "$component"

// component is a schema that has a name in the document.
type component struct {
	name   string
	schema member
}

// named makes a component of a schema. The document then holds the schema once,
// and refers to it wherever it is used. Code generators make one type of it.
func named(name string, schema member) member {
	return member{componentKey: component{name, schema}}
}

// componentName makes the name of a component from the name of a member or a
// parameter.
func componentName(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// components are the components that were found, by name.
type components member

// hoist returns a copy of a part of the document in which references replace
// the components. It adds the components to c.
func (c components) hoist(part any) any {
	switch part := part.(type) {
	case member:
		copied := make(member, len(part))
		for name, value := range part {
			if found, ok := value.(component); ok {
				c.add(found)
				name, value = "$ref", ref(found.name)["$ref"]
			}
			copied[name] = c.hoist(value)
		}
		return copied
	case []any:
		copied := make([]any, len(part))
		for i := range part {
			copied[i] = c.hoist(part[i])
		}
		return copied
	case properties:
		copied := make(properties, len(part))
		for i, p := range part {
			copied[i] = property{p.name, c.hoist(p.schema).(member), p.optional}
		}
		return copied
	}
	return part
}

func (c components) add(found component) {
	schema := c.hoist(found.schema).(member)
	if known, ok := c[found.name]; ok && !reflect.DeepEqual(known, schema) {
		panic(fmt.Sprintf("httpadapter: two schemas have the name %s", found.name))
	}
	c[found.name] = schema
}

var schemaName = regexp.MustCompile(`"#/components/schemas/(\w+)"`)

// reachable returns the schemas that the paths refer to, directly or through
// other schemas.
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
