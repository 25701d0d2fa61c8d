package httpadapter

import (
	"encoding/json"
	"fmt"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/jobledger/jobledger/internal/strictjson"
	"github.com/jobledger/jobledger/versions"
)

// taken is a member of an object in requests. It is a row of the table from
// which the object is read and described in the OpenAPI document.
type taken[T any] struct {
	name   string
	origin origin
	schema member
	// required is true for a member that must be present.
	required bool
	read     func(d *jsontext.Decoder, into *T) error
}

type taking[T any] []taken[T]

// take is a row that reads its value into a part of the object. Null is read as
// the zero value.
func take[T, V any](name string, o origin, schema member, of func(*T) *V) taken[T] {
	return taken[T]{name: name, origin: o, schema: schema, read: func(d *jsontext.Decoder, into *T) error {
		return jsonv2.UnmarshalDecode(d, of(into))
	}}
}

func must[T any](row taken[T]) taken[T] {
	row.required = true
	return row
}

// takeDefinition are the rows of a definition's fields. With fromNothing, for a
// new job, the fields that a definition requires are required.
func takeDefinition[T any](of func(*T) *versions.Patch, fromNothing bool) (rows taking[T]) {
	for _, f := range definitionFields {
		rows = append(rows, taken[T]{
			name: f.Name, origin: originOf(&f), schema: definitionSchema(&f, true), required: fromNothing && f.Required,
			read: func(d *jsontext.Decoder, into *T) error { return fillField(d, &f, of(into)) },
		})
	}
	return rows
}

// fillField reads a field of a definition. Null is read as the zero value,
// which clears an optional field. For a required field the zero value is then
// refused.
func fillField(d *jsontext.Decoder, f *versions.Field, p *versions.Patch) error {
	kind := d.PeekKind()
	err := f.Fill(p, func(value any) error {
		switch value := value.(type) {
		case *[]string:
			return readDependencies(d, value)
		case *map[string]string:
			return readPairs(d, value)
		case *json.RawMessage:
			return jsonv2.UnmarshalDecode(d, (*jsontext.Value)(value))
		}
		return jsonv2.UnmarshalDecode(d, value)
	})
	if err == nil && kind == '{' && f.Parts != nil {
		return checkParts(d, f, p.Definition())
	}
	return err
}

// checkParts refuses an object without any value: null says the same.
func checkParts(d *jsontext.Decoder, f *versions.Field, given versions.Definition) error {
	if !f.IsZero(&given) {
		return nil
	}
	part := f.Parts[slices.IndexFunc(f.Parts, func(part versions.Field) bool { return part.Required })]
	return &jsonv2.SemanticError{
		JSONPointer: d.StackPointer().AppendToken(part.Name),
		Err:         &strictjson.Error{Rule: fmt.Sprintf("must be %d to %d", part.Least, part.Most)},
	}
}

// readDependencies reads a list of objects with the member jobKey.
func readDependencies(dec *jsontext.Decoder, keys *[]string) error {
	var list []struct {
		JobKey string `json:"jobKey"`
	}
	if err := jsonv2.UnmarshalDecode(dec, &list); err != nil {
		return err
	}
	*keys = make([]string, len(list))
	for i := range list {
		(*keys)[i] = list[i].JobKey
	}
	return nil
}

// ignoring adds rows for members that are accepted and ignored, so that a
// client can edit an answer and send it back. They are the given names, and all
// of ours that an answer shows and the table does not read.
func ignoring[T, S any](rows taking[T], shows showing[S], names ...string) taking[T] {
	skip := func(d *jsontext.Decoder, _ *T) error { return d.SkipValue() }
	ignore := func(name string, o origin) {
		if !slices.ContainsFunc(rows, func(r taken[T]) bool { return r.name == name }) {
			rows = append(rows, taken[T]{name: name, origin: o, schema: about("Accepted, and ignored.", member{}), read: skip})
		}
	}
	for _, name := range names {
		ignore(name, decided)
	}
	for _, row := range shows {
		if row.origin == ours {
			ignore(row.name, ours)
		}
	}
	return rows
}

// body reads an object into a value, by the table of its members.
type body[T any] struct {
	into *T
	rows taking[T]
	opts *Options
	// unknown are the members that are not in the table.
	unknown versions.FieldErrors
}

// bodyOf returns the [request] that reads a body into a value.
func bodyOf[T any](x *exchange, into *T, rows taking[T]) *body[T] {
	return &body[T]{into: into, rows: rows, opts: &x.opts}
}

// unknownMembers returns the unknown members, after the body was read.
func (b *body[T]) unknownMembers() versions.FieldErrors { return b.unknown }

// UnmarshalJSONFrom implements the JSON library's UnmarshalerFrom. Reading goes
// on after an unknown member, so that all of them are reported.
func (b *body[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	return readMembers(d, func(name string) error {
		at := slices.IndexFunc(b.rows, func(r taken[T]) bool { return r.name == name && r.origin.shownTo(b.opts) })
		if at >= 0 {
			return b.rows[at].read(d, b.into)
		}
		if len(b.unknown) < maxUnknown {
			b.unknown.Add(clip(name), "is not a known member")
		}
		return d.SkipValue()
	})
}
