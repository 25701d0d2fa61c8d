package versions

import "slices"

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
	show  func([]byte, *Definition) []byte
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

// AppendJSON appends what the API shows of the field in d.
func (f *Field) AppendJSON(b []byte, d *Definition) []byte { return f.show(b, d) }

// IsZero reports whether the field holds nothing in d.
func (f *Field) IsZero(d *Definition) bool { return f.same(d, &Definition{}) }

// Fill sets the field in p to what fill writes to the pointer that it is given.
// When that fails, p stays as it is.
func (f *Field) Fill(p *Patch, fill func(value any) error) error { return f.fill(p, fill) }
