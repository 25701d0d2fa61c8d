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

// taken is a member of an object in requests: a row of the one table that reads
// the object and describes it in the OpenAPI document.
type taken[T any] struct {
	name   string
	origin origin
	schema member
	// required members must be there; of all others, what is absent is up to
	// the operation.
	required bool
	// read reads the value.
	read func(d *jsontext.Decoder, into *T) error
}

// taking is the table of an object's members.
type taking[T any] []taken[T]

// take is a row that is read into a part of the object. Null is the zero value.
func take[T, V any](name string, o origin, schema member, of func(*T) *V) taken[T] {
	return taken[T]{name: name, origin: o, schema: schema, read: func(d *jsontext.Decoder, into *T) error {
		return jsonv2.UnmarshalDecode(d, of(into))
	}}
}

// must makes a row required.
func must[T any](row taken[T]) taken[T] {
	row.required = true
	return row
}

// takeDefinition are the rows of what a version defines. What is given is
// required where the definition is made from nothing.
func takeDefinition[T any](of func(*T) *versions.Patch, fromNothing bool) (rows taking[T]) {
	for _, f := range definitionFields {
		rows = append(rows, taken[T]{
			name: f.Name, origin: originOf(&f), schema: definitionSchema(&f, true), required: fromNothing && f.Required,
			read: func(d *jsontext.Decoder, into *T) error { return fillField(d, &f, of(into)) },
		})
	}
	return rows
}

// fillField reads a field of a definition. Null is the zero value: it clears
// what may be cleared, and breaks the rule of what is required.
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

// checkParts refuses an object that holds nothing: null says that.
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

// readDependencies reads a list of objects that name jobs.
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

// ignoring adds rows for what nobody edits: an answer can be edited and sent
// back. They are the names given, and those of ours that an answer shows and
// the table does not take.
func ignoring[T, S any](rows taking[T], shows showing[S], names ...string) taking[T] {
	skip := func(d *jsontext.Decoder, _ *T) error { return d.SkipValue() }
	ignore := func(name string, o origin) {
		if !slices.ContainsFunc(rows, func(r taken[T]) bool { return r.name == name }) {
			rows = append(rows, taken[T]{name: name, origin: o, schema: about("Accepted and ignored.", member{}), read: skip})
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

// body reads an object into a value by the table of its members.
type body[T any] struct {
	into *T
	rows taking[T]
	opts *Options
	// unknown are the members that no row takes.
	unknown versions.FieldErrors
}

// bodyOf is what [exchange.decode] reads into.
func bodyOf[T any](x *exchange, into *T, rows taking[T]) *body[T] {
	return &body[T]{into: into, rows: rows, opts: &x.opts}
}

// unknownMembers are those that no row takes, once the body was read.
func (b *body[T]) unknownMembers() versions.FieldErrors { return b.unknown }

// UnmarshalJSONFrom implements the JSON library's UnmarshalerFrom. An unknown
// member does not end the reading: all of them are reported at once.
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
