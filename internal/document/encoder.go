package document

import "google.golang.org/protobuf/encoding/protowire"

// encoder appends fields to a document. Fields that are zero are not written.
type encoder struct{ doc []byte }

func (e *encoder) text(field Number, s string) {
	e.doc = protowire.AppendTag(e.doc, field, protowire.BytesType)
	e.doc = protowire.AppendString(e.doc, s)
}

func (e *encoder) bytes(field Number, b []byte) {
	e.doc = protowire.AppendTag(e.doc, field, protowire.BytesType)
	e.doc = protowire.AppendBytes(e.doc, b)
}

func (e *encoder) number(field Number, n int64) {
	e.doc = protowire.AppendTag(e.doc, field, protowire.VarintType)
	e.doc = protowire.AppendVarint(e.doc, protowire.EncodeZigZag(n))
}

// begin begins a message in a field. end takes what begin returned, and writes
// the message's length before it.
func (e *encoder) begin(field Number) (start int) {
	e.doc = protowire.AppendTag(e.doc, field, protowire.BytesType)
	return len(e.doc)
}

func (e *encoder) end(start int) {
	length := len(e.doc) - start
	e.doc = protowire.AppendVarint(e.doc, uint64(length)) // makes room
	copy(e.doc[len(e.doc)-length:], e.doc[start:start+length])
	protowire.AppendVarint(e.doc[:start], uint64(length))
}
