package redis

import (
	"encoding/binary"
	"errors"
	"time"
)

// errDamaged means that a stored record ends too early. This package writes no
// such record.
var errDamaged = errors.New("a stored record is damaged")

// decoder reads a record from its beginning. After an error it reads nothing.
type decoder struct {
	rest string
	err  error
}

func newDecoder(value any) *decoder {
	record, ok := value.(string)
	if !ok {
		return &decoder{err: errDamaged}
	}
	return &decoder{rest: record}
}

func (d *decoder) bytes(n int) string {
	if d.err != nil || len(d.rest) < n {
		d.err = errDamaged
		return ""
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) int() int64 {
	if b := d.bytes(8); b != "" {
		return intOf(b)
	}
	return 0
}

func (d *decoder) time() time.Time {
	if b := d.bytes(8); b != "" {
		return timeOf(b)
	}
	return time.Time{}
}

// size reads a four-byte number.
func (d *decoder) size() int {
	b := d.bytes(4)
	if b == "" {
		return 0
	}
	return int(binary.BigEndian.Uint32([]byte(b)))
}

// count reads a length, or a number of names, that the rest of the record can
// hold.
func (d *decoder) count() int {
	n := d.size()
	if n > len(d.rest) {
		d.err = errDamaged
		return 0
	}
	return n
}

func (d *decoder) name() string { return d.bytes(d.count()) }

func (d *decoder) names() []string {
	n := d.count()
	if n == 0 {
		return nil
	}
	names := make([]string, n)
	for i := range names {
		names[i] = d.name()
	}
	return names
}

// document returns a copy of a document; nil when it is empty.
func document(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

// text returns a string of a reply; "" when it is absent.
func text(value any) string {
	s, _ := value.(string)
	return s
}

func count(value any) int {
	n, _ := value.(int64)
	return int(n)
}
