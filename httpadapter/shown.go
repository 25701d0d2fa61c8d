package httpadapter

import (
	"slices"
	"time"

	"github.com/jobledger/jobledger/versions"
)

// shown is a member of an object in answers. It is a row of the table from
// which the object is encoded and described in the OpenAPI document.
type shown[T any] struct {
	name   string
	origin origin
	schema member
	// write appends the member. Name is the text before the member's value,
	// such as `,"jobKey":`. When the member is optional, write may append
	// nothing.
	write func(b []byte, name string, of *T) []byte
	// optional is true for a member that can be absent.
	optional bool

	text string
}

// showing is the table of an object's members, in the order in which they are
// written. The first member is always present.
type showing[T any] []shown[T]

// show returns the table of these rows.
func show[T any](rows ...shown[T]) showing[T] {
	for i := range rows {
		rows[i].text = `,"` + rows[i].name + `":`
	}
	return rows
}

func (s showing[T]) append(b []byte, of *T, opts *Options) []byte {
	start := len(b)
	for i := range s {
		if s[i].origin.shownTo(opts) {
			b = s[i].write(b, s[i].text, of)
		}
	}
	b[start] = '{' // in place of the first comma
	return append(b, '}')
}

// element returns a function that appends an element of a list.
func (s showing[T]) element(opts *Options) func([]byte, *T) []byte {
	return func(b []byte, of *T) []byte { return s.append(b, of, opts) }
}

// with returns the table with a row added, or replaced when its name is taken.
func (s showing[T]) with(row shown[T]) showing[T] { return show(append(s.without(row.name), row)...) }

// without returns the table without the row of this name.
func (s showing[T]) without(name string) showing[T] {
	return slices.DeleteFunc(slices.Clone(s), func(r shown[T]) bool { return r.name == name })
}

// only returns the rows of these names, in the order of the names.
func (s showing[T]) only(names ...string) showing[T] {
	rows := make([]shown[T], len(names))
	for i, name := range names {
		rows[i] = s[slices.IndexFunc(s, func(r shown[T]) bool { return r.name == name })]
	}
	return show(rows...)
}

// The functions below make rows, one for each kind of value.

func shownText[T any](name string, o origin, schema member, of func(*T) string) shown[T] {
	return shown[T]{name: name, origin: o, schema: schema, write: func(b []byte, name string, v *T) []byte { return appendText(b, name, of(v)) }}
}

// shownOptional is a text that is shown as null when it is empty.
func shownOptional[T any](name string, o origin, schema member, of func(*T) string) shown[T] {
	return shown[T]{name: name, origin: o, schema: nullable(schema), write: func(b []byte, name string, v *T) []byte { return appendOptional(b, name, of(v)) }}
}

func shownNumber[T any](name string, o origin, schema member, of func(*T) int) shown[T] {
	return shown[T]{name: name, origin: o, schema: schema, write: func(b []byte, name string, v *T) []byte { return appendNumber(b, name, of(v)) }}
}

// shownPositive is a number that is shown as null when it is 0.
func shownPositive[T any](name string, o origin, schema member, of func(*T) int) shown[T] {
	return shown[T]{name: name, origin: o, schema: nullable(schema), write: func(b []byte, name string, v *T) []byte { return appendPositive(b, name, of(v)) }}
}

func shownTime[T any](name string, o origin, schema member, of func(*T) time.Time) shown[T] {
	return shown[T]{name: name, origin: o, schema: schema, write: func(b []byte, name string, v *T) []byte { return appendTime(b, name, of(v)) }}
}

// shownMaybeTime is a time that is shown as null when it is zero.
func shownMaybeTime[T any](name string, o origin, of func(*T) time.Time) shown[T] {
	return shownTime(name, o, nullable(moment()), of)
}

func shownFlag[T any](name string, o origin, schema member, of func(*T) bool) shown[T] {
	return shown[T]{name: name, origin: o, schema: schema, write: func(b []byte, name string, v *T) []byte { return appendFlag(b, name, of(v)) }}
}

// shownRaw is stored JSON, shown as null when there is none.
func shownRaw[T any](name string, o origin, of func(*T) []byte) shown[T] {
	return shown[T]{name: name, origin: o, schema: nullable(anyObject()), write: func(b []byte, name string, v *T) []byte { return appendRaw(b, name, of(v)) }}
}

// shownDefinition are the rows of a definition's fields, without the named
// ones: the object shows those in another position.
func shownDefinition[T any](of func(*T) *versions.Definition, but ...string) (rows []shown[T]) {
	for _, f := range definitionFields {
		if !slices.Contains(but, f.Name) {
			rows = append(rows, shownField(f, of))
		}
	}
	return rows
}

// definitionRow is the row of one field of a definition.
func definitionRow[T any](name string, of func(*T) *versions.Definition) shown[T] {
	at := slices.IndexFunc(definitionFields, func(f versions.Field) bool { return f.Name == name })
	return shownField(definitionFields[at], of)
}

func shownField[T any](f versions.Field, of func(*T) *versions.Definition) shown[T] {
	return shown[T]{name: f.Name, origin: originOf(&f), schema: definitionSchema(&f, false), write: func(b []byte, name string, v *T) []byte {
		return f.AppendJSON(append(b, name...), of(v))
	}}
}

// originOf returns the origin of a field of a definition.
func originOf(f *versions.Field) origin {
	if f.Ours {
		return ours
	}
	return documented
}
