package versions

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
)

// Field is a field of a [Definition]: a row of the one table that says how it
// is named, kept, patched, compared, checked and described.
type Field struct {
	// Number names the field in stored documents. It is never given to another.
	Number int32
	// Name is the documented name.
	Name string
	// About describes the field for people; empty when its name says all.
	About string
	// Required fields must be given; all others may be null in a request, which
	// clears them.
	Required bool
	// Nullable fields are shown as null when they are empty.
	Nullable bool
	// Pattern, MaxLength (in characters) and Enum bound a text. Of a map,
	// Pattern bounds the names, MaxLength the values, and Most how many.
	Pattern   string
	MaxLength int
	Enum      []string
	// Least and Most bound a number. 0 may be given for the default.
	Least, Most int
	// Parts are the members of a field that is an object with members of its
	// own; nil for others. They are read by In, and filled with the whole.
	Parts []Field
	// Ours is true for what the documented API does not have.
	Ours bool
	// Default is what holds where nothing is given, a string or an int; nil for
	// the zero value.
	Default any

	// check notes the rules that the field breaks; nil for a field that
	// [Validator.Validate] checks on its own.
	check func(*Field, *FieldErrors, *Definition)

	in    func(*Definition) any
	same  func(a, b *Definition) bool
	clone func(*Definition)
	// unknown is [Field.Unknown]; nil for a field without Parts.
	unknown func(*Definition) *[]byte
	apply   func(*Patch, *Definition)
	fill    func(*Patch, func(any) error) error
}

// Fields returns the table, in the documented order.
func Fields() []Field { return slices.Clone(fields) }

// In returns a pointer to the field in d: a *string, *int, *json.RawMessage,
// *[]string, *map[string]string, or to a struct when the field has Parts.
func (f *Field) In(d *Definition) any { return f.in(d) }

// Unknown returns where a field that has Parts keeps what is not known of it.
func (f *Field) Unknown(d *Definition) *[]byte { return f.unknown(d) }

// IsZero reports whether the field holds nothing in d.
func (f *Field) IsZero(d *Definition) bool { return f.same(d, &Definition{}) }

// Fill sets the field in p to what fill writes to the pointer that it is given.
// When that fails, p stays as it is.
func (f *Field) Fill(p *Patch, fill func(value any) error) error { return f.fill(p, fill) }

// The functions below complete rows: one for each type that a field may have.

func text[S ~string](f Field, of func(*Definition) *string, in func(*Patch) **S) Field {
	f.same = func(a, b *Definition) bool { return *of(a) == *of(b) }
	return complete(f, of, in, func(s S) string { return string(s) }, func(s string) string { return s })
}

func count(f Field, of func(*Definition) *int, in func(*Patch) **int) Field {
	f.Most = cmp.Or(f.Most, MaxNumber)
	f.same = func(a, b *Definition) bool { return *of(a) == *of(b) }
	return complete(f, of, in, itself, itself)
}

func object(f Field, of func(*Definition) *json.RawMessage, in func(*Patch) **json.RawMessage) Field {
	f.same = func(a, b *Definition) bool { return bytes.Equal(*of(a), *of(b)) }
	return complete(f, of, in, itself, slices.Clone)
}

func keys(f Field, of func(*Definition) *[]string, in func(*Patch) **[]string) Field {
	f.same = func(a, b *Definition) bool { return slices.Equal(*of(a), *of(b)) }
	return complete(f, of, in, itself, slices.Clone)
}

func pairs(f Field, of func(*Definition) *map[string]string, in func(*Patch) **map[string]string) Field {
	f.same = func(a, b *Definition) bool { return maps.Equal(*of(a), *of(b)) }
	return complete(f, of, in, itself, maps.Clone)
}

// record is an object that has a number for each of its parts. What a newer
// version of this library wrote in it is kept until the record is replaced.
func record[T any](f Field, of func(*Definition) *T, in func(*Patch) **T, unknown func(*T) *[]byte, parts ...Field) Field {
	f.Parts = parts
	f.unknown = func(d *Definition) *[]byte { return unknown(of(d)) }
	f.same = func(a, b *Definition) bool {
		return !slices.ContainsFunc(parts, func(part Field) bool { return !part.same(a, b) })
	}
	return complete(f, of, in, itself, func(v T) T {
		rest := unknown(&v)
		*rest = bytes.Clone(*rest)
		return v
	})
}

// member is a number of a record.
func member(f Field, of func(*Definition) *int) Field {
	f.in = func(d *Definition) any { return of(d) }
	f.same = func(a, b *Definition) bool { return *of(a) == *of(b) }
	return f
}

func itself[T any](v T) T { return v }

func complete[T, P any](f Field, of func(*Definition) *T, in func(*Patch) **P, from func(P) T, clone func(T) T) Field {
	f.in = func(d *Definition) any { return of(d) }
	f.clone = func(d *Definition) { *of(d) = clone(*of(d)) }
	f.apply = func(p *Patch, d *Definition) {
		if v := *in(p); v != nil {
			*of(d) = from(*v)
		}
	}
	f.fill = func(p *Patch, fill func(any) error) error {
		v := new(P)
		if err := fill(v); err != nil {
			return err
		}
		*in(p) = v
		return nil
	}
	return f
}
