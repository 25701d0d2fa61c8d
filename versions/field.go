package versions

import (
	"bytes"
	"encoding/json"
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
	// Pattern, MaxLength (in characters) and Enum bound a text.
	Pattern   string
	MaxLength int
	Enum      []string
	// Least bounds a number; [MaxNumber] does from above. 0 may be given
	// for the default.
	Least int
	// Default is what holds where nothing is given, a string or an int; nil for
	// the zero value.
	Default any

	// check notes the rules that the field breaks; nil for a field that
	// [Validator.Validate] checks on its own.
	check func(*Field, *FieldErrors, *Definition)

	in    func(*Definition) any
	same  func(a, b *Definition) bool
	clone func(*Definition)
	apply func(*Patch, *Definition)
	fill  func(*Patch, func(any) error) error
}

// Fields returns the table, in the documented order.
func Fields() []Field { return slices.Clone(fields) }

// In returns a pointer to the field in d: a *string, *int, *json.RawMessage or
// *[]string.
func (f *Field) In(d *Definition) any { return f.in(d) }

// Fill sets the field in p to what fill writes to the pointer that it is given.
// When that fails, p stays as it is.
func (f *Field) Fill(p *Patch, fill func(value any) error) error { return f.fill(p, fill) }

// The functions below complete rows: one for each type that a field may have.

func text[S ~string](f Field, of func(*Definition) *string, in func(*Patch) **S) Field {
	f.same = func(a, b *Definition) bool { return *of(a) == *of(b) }
	return complete(f, of, in, func(s S) string { return string(s) }, func(s string) string { return s })
}

func count(f Field, of func(*Definition) *int, in func(*Patch) **int) Field {
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
