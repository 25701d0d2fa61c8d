package versions

import "slices"

// Field describes one field of a [Definition]. It is a row of the table from
// which the field is named, stored, patched, compared, checked and described.
type Field struct {
	// Number identifies the field in stored documents. It is never used for
	// another field.
	Number int32
	// Name is the documented name of the field.
	Name string
	// About describes the field for people. It is empty when the name says
	// enough.
	About string
	// Required is true for a field that must be given. All others may be null
	// in a request, which clears them.
	Required bool
	// Nullable is true for a field that is shown as null when it is empty.
	Nullable bool
	// Pattern, MaxLength (in characters) and Enum are the rules of a text. For
	// a map, Pattern is the rule of the names, MaxLength of the values (in
	// bytes), and Most is the most entries.
	Pattern   string
	MaxLength int
	Enum      []string
	// Least and Most are the smallest and the largest value of a number. 0 may
	// be given for the default.
	Least, Most int
	// Parts are the members of a field that is an object; nil for other fields.
	// In returns a pointer to each part. Fill fills the whole object.
	Parts []Field
	// Ours is true for a field that the documented API does not have.
	Ours bool
	// Default is the value that applies when none is given: a string or an int.
	// It is nil when this is the zero value.
	Default any

	// check records the rules that the field breaks. It is nil for a field that
	// [Validator.Validate] checks itself.
	check func(*Field, *FieldErrors, *Definition)

	in    func(*Definition) any
	show  func([]byte, *Definition) []byte
	same  func(a, b *Definition) bool
	clone func(*Definition)
	// unknown is [Field.Unknown]; nil for a field without Parts.
	unknown func(*Definition) *[]byte
	apply   func(*Patch, *Definition)
	fill    func(*Patch, func(any) error) error
}

// Fields returns all fields, in the documented order.
func Fields() []Field { return slices.Clone(fields) }

// In returns a pointer to the field's value in d: a *string, *int,
// *json.RawMessage, *[]string, *map[string]string, or a pointer to a struct
// when the field has Parts.
func (f *Field) In(d *Definition) any { return f.in(d) }

// Unknown returns a pointer to what a newer version of this library wrote into
// the field. It may be called only for a field that has Parts.
func (f *Field) Unknown(d *Definition) *[]byte { return f.unknown(d) }

// AppendJSON appends the field's value in d to b, as the API shows it.
func (f *Field) AppendJSON(b []byte, d *Definition) []byte { return f.show(b, d) }

// IsZero reports whether the field has its zero value in d.
func (f *Field) IsZero(d *Definition) bool { return f.same(d, &Definition{}) }

// Fill sets the field in p. Fill is called with a pointer to the new value, and
// sets it. When fill returns an error, Fill returns it and p does not change.
func (f *Field) Fill(p *Patch, fill func(value any) error) error { return f.fill(p, fill) }
