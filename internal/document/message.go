package document

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Message is the table of one kind of message. Its values are of type T.
type Message[T any] struct {
	fields   []Field[T]
	byNumber []func(*decoder, *T) // nil for an unknown number
	unknown  func(*T) *[]byte
}

// Field is one field of a message: its number, and how it is written and read.
type Field[T any] struct {
	number Number
	put    func(*encoder, *T)
	take   func(*decoder, *T)
}

// New returns the table of a message. Unknown returns where a value keeps the
// fields that the table does not know. It is nil for a message that is never
// written back, whose unknown fields are dropped. New panics when two fields
// have the same number.
func New[T any](unknown func(*T) *[]byte, fields ...Field[T]) *Message[T] {
	m := &Message[T]{fields: fields, unknown: unknown}
	for i := range fields {
		n := int(fields[i].number)
		if n <= int(formatField) {
			panic(fmt.Sprintf("document: field number %d is reserved", n))
		}
		for len(m.byNumber) <= n {
			m.byNumber = append(m.byNumber, nil)
		}
		if m.byNumber[n] != nil {
			panic(fmt.Sprintf("document: field number %d is given twice", n))
		}
		m.byNumber[n] = fields[i].take
	}
	return m
}

// Encode returns the value as a document. Size is an estimate of the document's
// length in bytes; a wrong one costs a copy.
func (m *Message[T]) Encode(value *T, size int) []byte {
	e := encoder{doc: make([]byte, 0, size)}
	e.number(formatField, Format)
	m.write(&e, value)
	return e.doc
}

func (m *Message[T]) write(e *encoder, value *T) {
	for i := range m.fields {
		m.fields[i].put(e, value)
	}
	if m.unknown != nil {
		e.doc = append(e.doc, *m.unknown(value)...)
	}
}

// Decode reads a document into value. Value must be zero, except for what the
// document does not contain. The caller must not use doc afterwards: the value
// refers to its bytes. The error is [ErrNewer] or [ErrOlder] for a document of
// another format.
func (m *Message[T]) Decode(doc []byte, value *T) error {
	d := decoder{doc: doc, end: len(doc)}
	if !d.next() {
		if d.err == nil {
			d.err = errEmpty
		}
		return d.err
	}
	if d.number != formatField || d.kind != protowire.VarintType {
		return fmt.Errorf("it begins with field %d: no document of this library", d.number)
	}
	if err := checkFormat(d.num); err != nil {
		return err
	}
	m.read(&d, value)
	return d.err
}

func (m *Message[T]) read(d *decoder, value *T) {
	for d.next() {
		if int(d.number) < len(m.byNumber) && m.byNumber[d.number] != nil {
			m.byNumber[d.number](d, value)
		} else if m.unknown != nil {
			d.keep(m.unknown(value))
		}
	}
}
