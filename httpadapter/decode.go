package httpadapter

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/jobledger/jobledger/internal/strictjson"
	"github.com/jobledger/jobledger/versions"
)

// bytesPerValue limits how many values a body may hold: one for each so many
// bytes of the body's limit. A value may take two bytes of text, but needs far
// more memory when it is decoded.
const bytesPerValue = 32

// fewValues are always allowed.
const fewValues = 4096

// request is a value that a body is read into; [bodyOf] makes one.
type request interface{ unknownMembers() versions.FieldErrors }

// decode reads a required body into a request.
func (x *exchange) decode(into request) error {
	text, err := x.body()
	if err != nil {
		return err
	}
	return x.withFaults(x.decodeText(text, into))
}

// decodeOptional reads a body, if there is one, into a request.
func (x *exchange) decodeOptional(into request) error {
	text, err := x.optionalBody()
	if err == nil && !isBlank(text) {
		err = x.decodeText(text, into)
	}
	return x.withFaults(err)
}

// withFaults adds the faults of the query to the faults of the body.
func (x *exchange) withFaults(err error) error {
	if x.faults == nil {
		return err
	}
	if err == nil {
		return x.faults
	}
	if p, ok := errors.AsType[*problem](err); ok && p.status == http.StatusBadRequest {
		all := *p
		all.fields = slices.Concat(x.faults, p.fields)
		return &all
	}
	return err
}

func (x *exchange) decodeText(text []byte, into request) error {
	err := x.readText(text, into)
	if fields, ok := errors.AsType[versions.FieldErrors](err); ok {
		return &problem{status: http.StatusBadRequest, code: "malformed_body", detail: summary(fields), fields: fields}
	}
	if err != nil {
		return malformed(err)
	}
	return nil
}

// readText reads an object into a request. The error is [versions.FieldErrors]
// when members are at fault, else a [*strictjson.Error].
func (x *exchange) readText(text []byte, into request) error {
	if most := max(x.opts.MaxBodyBytes/bytesPerValue, fewValues); countValues(text) > most {
		return &strictjson.Error{Rule: fmt.Sprintf("must not contain more than %d values", most)}
	}
	err := strictjson.Decode(text, into)
	fault, ok := errors.AsType[*strictjson.Error](err)
	switch {
	case ok && fault.Path != "":
		return append(into.unknownMembers(), versions.FieldError{Field: fault.Path, Detail: fault.Rule})
	case err != nil:
		return err
	case firstByte(text) != '{': // null, which decodes into anything
		return &strictjson.Error{Rule: "must be an object"}
	}
	return into.unknownMembers().Err()
}

// malformed returns the answer to a body that is not a valid request.
func malformed(err error) error {
	p := &problem{status: http.StatusBadRequest, code: "malformed_body", detail: "the body " + err.Error()}
	if fault, ok := errors.AsType[*strictjson.Error](err); ok && fault.Path != "" {
		p.detail = fault.Error()
		p.fields = versions.FieldErrors{{Field: fault.Path, Detail: fault.Rule}}
	}
	return p
}

// countValues returns an upper bound of the number of values in a JSON text.
func countValues(text []byte) int64 {
	var n int64
	inString := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case !inString && (c == ',' || c == '{' || c == '['):
			n++
		}
	}
	return n
}

func firstByte(text []byte) byte {
	for _, c := range text {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return c
		}
	}
	return 0
}

// field is a member of a request that may be absent. Null is read as the zero
// value, which clears an optional field. For a required field the zero value is
// then refused.
type field[T any] struct {
	given bool
	value T
}

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (f *field[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	f.given = true
	return json.UnmarshalDecode(d, &f.value)
}

// pointer returns nil when the member is absent.
func (f *field[T]) pointer() *T {
	if !f.given {
		return nil
	}
	return &f.value
}

// readMembers reads an object. It calls read for each member, and read must
// read the member's value.
func readMembers(d *jsontext.Decoder, read func(name string) error) error {
	if kind := d.PeekKind(); kind != '{' {
		if err := d.SkipValue(); err != nil {
			return err
		}
		return &json.SemanticError{JSONPointer: d.StackPointer(), JSONKind: kind}
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		if err := read(name.String()); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// readPairs reads an object whose values are strings. Null means no pairs.
func readPairs(d *jsontext.Decoder, into *map[string]string) error {
	if d.PeekKind() == 'n' {
		return d.SkipValue()
	}
	m := make(map[string]string)
	*into = m
	return readMembers(d, func(name string) error {
		if kind := d.PeekKind(); kind == 'n' { // the decoder would read null as an empty string
			return &json.SemanticError{JSONPointer: d.StackPointer(), JSONKind: kind, GoType: reflect.TypeFor[string]()}
		}
		var value string
		err := json.UnmarshalDecode(d, &value)
		m[name] = value
		return err
	})
}

// errUnknownMember returns the error for the member whose name was read last.
func errUnknownMember(d *jsontext.Decoder) error {
	return &json.SemanticError{JSONPointer: d.StackPointer(), Err: json.ErrUnknownName}
}
