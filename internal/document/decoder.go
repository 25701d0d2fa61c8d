package document

import (
	"fmt"
	"io"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// decoder reads the fields of a document. The first error stops it, and stays
// in err.
type decoder struct {
	doc []byte
	err error
	pos int
	end int // the end of the current message

	// texts is a copy of the part of doc that begins at textsAt.
	texts   string
	textsAt int

	// The current field begins at start. Its value is num, or the bytes from
	// value to pos.
	number Number
	kind   protowire.Type
	start  int
	value  int
	num    int64
}

// next moves to the next field of the message.
func (d *decoder) next() bool {
	if d.err != nil || d.pos >= d.end {
		return false
	}
	d.start = d.pos
	tag, ok := d.varint()
	if !ok {
		return false
	}
	if tag>>3 == 0 || tag>>3 > uint64(protowire.MaxValidNumber) {
		return d.fail(fmt.Errorf("a field has the number %d", tag>>3))
	}
	d.number, d.kind = Number(tag>>3), protowire.Type(tag&7)
	switch d.kind {
	case protowire.VarintType:
		v, ok := d.varint()
		d.num = protowire.DecodeZigZag(v)
		return ok
	case protowire.BytesType:
		length, ok := d.varint()
		return ok && d.advance(length)
	case protowire.Fixed32Type:
		return d.advance(4)
	case protowire.Fixed64Type:
		return d.advance(8)
	}
	return d.fail(fmt.Errorf("field %d has wire type %d", d.number, d.kind))
}

// advance moves behind a value of length bytes.
func (d *decoder) advance(length uint64) bool {
	if length > uint64(d.end-d.pos) {
		return d.fail(io.ErrUnexpectedEOF)
	}
	d.value = d.pos
	d.pos += int(length)
	return true
}

// varint reads the next number. Most numbers are one byte.
func (d *decoder) varint() (uint64, bool) {
	if d.pos < d.end && d.doc[d.pos] < 0x80 {
		v := uint64(d.doc[d.pos])
		d.pos++
		return v, true
	}
	v, n := protowire.ConsumeVarint(d.doc[d.pos:d.end])
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

func (d *decoder) expect(kind protowire.Type) bool {
	if d.kind != kind {
		return d.fail(fmt.Errorf("field %d has wire type %d", d.number, d.kind))
	}
	return true
}

// textsAtOnce is how many bytes are copied for a text and the texts that follow
// it closely. This halves the allocations. It does not copy what is between
// texts, such as a config.
const textsAtOnce = 256

func (d *decoder) text() string {
	if !d.expect(protowire.BytesType) {
		return ""
	}
	at := d.value - d.textsAt
	if at < 0 || d.pos-d.textsAt > len(d.texts) {
		d.textsAt, at = d.value, 0
		d.texts = string(d.doc[d.value:max(d.pos, min(d.value+textsAtOnce, len(d.doc)))])
	}
	return d.texts[at : d.pos-d.textsAt]
}

func (d *decoder) bytes() []byte {
	if !d.expect(protowire.BytesType) {
		return nil
	}
	return slices.Clip(d.doc[d.value:d.pos])
}

func (d *decoder) integer() int64 {
	if !d.expect(protowire.VarintType) {
		return 0
	}
	return d.num
}

// count reads an integer from 0 to the largest int32.
func (d *decoder) count() int {
	n := d.integer()
	if n < 0 || n > math.MaxInt32 {
		d.fail(fmt.Errorf("field %d holds %d", d.number, n))
		return 0
	}
	return int(n)
}

// keep adds the current field to the unknown fields.
func (d *decoder) keep(unknown *[]byte) {
	field := slices.Clip(d.doc[d.start:d.pos])
	if *unknown == nil {
		*unknown = field
		return
	}
	*unknown = append(*unknown, field...)
}

// enter begins to read the message in the current field. leave takes what enter
// returned, and continues after the message.
func (d *decoder) enter() (outer int, ok bool) {
	if !d.expect(protowire.BytesType) {
		return 0, false
	}
	outer, d.end, d.pos = d.end, d.pos, d.value
	return outer, true
}

func (d *decoder) leave(outer int) { d.end = outer }
