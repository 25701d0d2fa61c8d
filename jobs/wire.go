package jobs

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
)

// encoder appends fields to a document. Fields at their zero value are left
// out, as a decoder leaves them at it.
type encoder struct{ doc []byte }

func (e *encoder) grow(n int) { e.doc = slices.Grow(e.doc, n) }

func (e *encoder) text(field protowire.Number, s string) {
	if s != "" {
		e.doc = protowire.AppendTag(e.doc, field, protowire.BytesType)
		e.doc = protowire.AppendString(e.doc, s)
	}
}

func (e *encoder) bytes(field protowire.Number, b []byte) {
	if len(b) > 0 {
		e.doc = protowire.AppendTag(e.doc, field, protowire.BytesType)
		e.doc = protowire.AppendBytes(e.doc, b)
	}
}

func (e *encoder) integer(field protowire.Number, n int64) {
	if n != 0 {
		e.signed(field, n)
	}
}

func (e *encoder) flag(field protowire.Number, set bool) {
	if set {
		e.signed(field, 1)
	}
}

// time writes whole microseconds since 1970. Only the zero time is left out.
func (e *encoder) time(field protowire.Number, t time.Time) {
	if !t.IsZero() {
		e.signed(field, t.UnixMicro())
	}
}

func (e *encoder) signed(field protowire.Number, n int64) {
	e.doc = protowire.AppendTag(e.doc, field, protowire.VarintType)
	e.doc = protowire.AppendVarint(e.doc, protowire.EncodeZigZag(n))
}

// message writes what fill writes, as one field.
func (e *encoder) message(field protowire.Number, fill func(*encoder)) {
	var inner encoder
	fill(&inner)
	e.doc = protowire.AppendTag(e.doc, field, protowire.BytesType)
	e.doc = protowire.AppendBytes(e.doc, inner.doc)
}

// decoder walks the fields of a document. The first fault stops it, and is
// what finish returns. Texts and bytes are parts of the document, not copies.
type decoder struct {
	doc  []byte
	all  string // doc, as a string over the same memory
	err  error
	kind protowire.Type

	// field is the number of the current field; its value is read by one call
	// of text, bytes, integer, count, time or nested, or not at all.
	field protowire.Number
	value []byte // of the current field, when it is text, bytes or a message
	start int    // where value begins in all
	num   int64  // of the current field, when it is a number
	pos   int
}

// newDecoder reads a document that the caller gives away: nobody writes to it
// any more, but for the holders of what bytes returned, each to its own part,
// which is part of no text. So texts need not be copied.
func newDecoder(doc []byte) decoder {
	return decoder{doc: doc, all: unsafe.String(unsafe.SliceData(doc), len(doc))}
}

// next moves to the next field.
func (d *decoder) next() bool {
	if d.err != nil || d.pos >= len(d.doc) {
		return false
	}
	tag, ok := d.varint()
	if !ok {
		return false
	}
	d.field, d.kind = protowire.Number(tag>>3), protowire.Type(tag&7)
	v, ok := d.varint() // the number, or the length
	if !ok {
		return false
	}
	switch d.kind {
	case protowire.VarintType:
		d.num = protowire.DecodeZigZag(v)
	case protowire.BytesType:
		if v > uint64(len(d.doc)-d.pos) {
			return d.fail(io.ErrUnexpectedEOF)
		}
		d.start = d.pos
		d.pos += int(v)
		d.value = d.doc[d.start:d.pos]
	default:
		return d.fail(fmt.Errorf("field %d has wire type %d", d.field, d.kind))
	}
	return true
}

// varint takes the next number; most are one byte.
func (d *decoder) varint() (uint64, bool) {
	if d.pos < len(d.doc) && d.doc[d.pos] < 0x80 {
		v := uint64(d.doc[d.pos])
		d.pos++
		return v, true
	}
	v, n := protowire.ConsumeVarint(d.doc[d.pos:])
	if n < 0 {
		return 0, d.fail(protowire.ParseError(n))
	}
	d.pos += n
	return v, true
}

func (d *decoder) fail(err error) bool {
	if d.err == nil {
		d.err = err
	}
	return false
}

func (d *decoder) finish() error { return d.err }

func (d *decoder) expect(kind protowire.Type) bool {
	if d.kind != kind {
		return d.fail(fmt.Errorf("field %d has wire type %d", d.field, d.kind))
	}
	return true
}

func (d *decoder) text() string {
	if !d.expect(protowire.BytesType) {
		return ""
	}
	return d.all[d.start : d.start+len(d.value)]
}

func (d *decoder) bytes() []byte {
	if !d.expect(protowire.BytesType) {
		return nil
	}
	return slices.Clip(d.value)
}

func (d *decoder) integer() int64 {
	if !d.expect(protowire.VarintType) {
		return 0
	}
	return d.num
}

func (d *decoder) flag() bool { return d.integer() == 1 }

// count is an integer that is neither negative nor beyond the API's int32.
func (d *decoder) count() int {
	n := d.integer()
	if n < 0 || n > math.MaxInt32 {
		d.fail(fmt.Errorf("field %d holds %d", d.field, n))
		return 0
	}
	return int(n)
}

func (d *decoder) time() time.Time {
	if !d.expect(protowire.VarintType) {
		return time.Time{}
	}
	return microTime(d.num)
}

// microTime is the time that is so many microseconds after 1970.
func microTime(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// nested returns a decoder of the message in the current field. Whoever walks
// it gives it back to leave.
func (d *decoder) nested() decoder {
	if !d.expect(protowire.BytesType) {
		return decoder{}
	}
	return decoder{doc: d.value, all: d.text()}
}

// leave takes up the fault that a nested message had.
func (d *decoder) leave(inner decoder) {
	if inner.err != nil {
		d.fail(inner.err)
	}
}

var errNewerFormat = errors.New("was written by a newer version of this library")

func (d *decoder) checkFormat(n int64) {
	if n > documentFormat {
		d.fail(fmt.Errorf("format %d %w; this one knows %d", n, errNewerFormat, documentFormat))
	}
}
