package httpadapter

import (
	"bytes"
	"encoding/json"

	"github.com/jobledger/jobledger/versions"
)

// The functions of this file make parts of schemas. openapi_schemas.go lists the
// schemas.

// property is a member of an object's schema.
type property struct {
	name     string
	schema   member
	optional bool
}

// has is a member that is always present. may is one that can be absent.
func has(name string, schema member) property { return property{name: name, schema: schema} }
func may(name string, schema member) property { return property{name, schema, true} }

// properties are members in their order.
type properties []property

// MarshalJSON implements [json.Marshaler].
func (p properties) MarshalJSON() ([]byte, error) {
	b := bytes.NewBufferString("{")
	for i, one := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		schema, err := json.Marshal(one.schema)
		if err != nil {
			return nil, err
		}
		b.Write(appendString(nil, one.name))
		b.WriteByte(':')
		b.Write(schema)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// object is the schema of an object that has only these members.
func object(o origin, list ...property) member {
	s := member{"type": "object", "properties": properties(list), "additionalProperties": false, "x-source": o.label()}
	required := []string{}
	for _, p := range list {
		if !p.optional {
			required = append(required, p.name)
		}
	}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func with(schema member, name string, value any) member {
	schema[name] = value
	return schema
}

func about(text string, schema member) member { return with(schema, "description", text) }

func by(o origin, schema member) member { return with(schema, "x-source", o.label()) }

func ref(name string) member { return member{"$ref": "#/components/schemas/" + name} }

func array(items member) member { return member{"type": "array", "items": items} }

func text() member { return member{"type": "string"} }

func textUpTo(length int) member { return with(text(), "maxLength", length) }

func anyObject() member { return member{"type": "object", "additionalProperties": true} }

// anyValue is the schema of any JSON value. It names null, because readers of
// schemas disagree whether a schema without a type allows null. Code generators
// do not accept a list of all types.
func anyValue() member { return member{"anyOf": []any{member{}, member{"type": "null"}}} }

func flag() member { return member{"type": "boolean"} }

func enum(values ...string) member {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	return member{"type": "string", "enum": list}
}

// nullable makes a schema allow null, too. A component keeps its name.
func nullable(schema member) member {
	for _, reference := range []string{"$ref", componentKey} {
		if target, ok := schema[reference]; ok {
			delete(schema, reference)
			schema["anyOf"] = []any{member{reference: target}, member{"type": "null"}}
			return schema
		}
	}
	schema["type"] = []any{schema["type"], "null"}
	return schema
}

// whole is the schema of a whole number between two bounds, both inclusive. The
// API uses int32.
func whole(least, most int) member {
	return member{"type": "integer", "format": "int32", "minimum": least, "maximum": most}
}

func counting() member { return whole(0, versions.MaxNumber) }
func numbered() member { return whole(1, versions.MaxNumber) }

func ledgerID() member { return with(text(), "pattern", "^[A-Z0-9]{1,20}$") }

func embedderID() member {
	return about("An ID that the embedder chose.", with(text(), "pattern", versions.IDPattern))
}

func jobKey() member {
	return about("Unique in the organization.", member{"type": "string", "minLength": 1, "maxLength": 255})
}

func moment() member {
	return about("RFC 3339, UTC, six digits of a second.", with(text(), "format", "date-time"))
}

// definitionSchema is the schema of a field of a definition. With given, it is
// the schema of the field in a request, else in an answer.
func definitionSchema(f *versions.Field, given bool) member {
	var s member
	switch f.In(new(versions.Definition)).(type) {
	case *int:
		if s = whole(f.Least, f.Most); given && !f.Required {
			s["minimum"] = 0
		}
	case *json.RawMessage:
		s = anyObject()
	case *[]string:
		s = array(ref("Dependency"))
	case *map[string]string:
		s = member{"type": "object", "additionalProperties": textUpTo(f.MaxLength), "propertyNames": with(text(), "pattern", f.Pattern), "maxProperties": f.Most}
	case *string:
		s = textSchema(f)
	default:
		s = partsSchema(f, given)
	}
	if f.Ours {
		s["x-source"] = ours
	}
	if f.About != "" {
		s["description"] = f.About
	}
	if given && f.Default != nil {
		s["default"] = f.Default
	}
	if given && !f.Required || !given && f.Nullable {
		s = nullable(s)
	}
	return s
}

func partsSchema(f *versions.Field, given bool) member {
	parts := make([]property, len(f.Parts))
	for i, part := range f.Parts {
		parts[i] = property{part.Name, definitionSchema(&part, given), given && !part.Required}
	}
	name := componentName(f.Name)
	if given {
		name = "New" + name
	}
	return named(name, object(ours, parts...))
}

func textSchema(f *versions.Field) member {
	s := text()
	if f.Enum != nil {
		s = named(componentName(f.Name), enum(f.Enum...))
	}
	if f.Pattern != "" {
		s["pattern"] = f.Pattern
	}
	if f.MaxLength > 0 {
		s["maxLength"] = f.MaxLength
	}
	return s
}
