package redis

import (
	"encoding/binary"
	"errors"
	"time"
)

// errShort is a record that ends too early. Nothing in here writes one.
var errShort = errors.New("a stored record is damaged")

// decoder reads a record from its front. After an error it reads nothing.
type decoder struct {
	rest string
	err  error
}

// newDecoder begins with what is behind the format of a record, which it
// checks. The value is as a script returned it.
func newDecoder(value any) (*decoder, error) {
	record, ok := value.(string)
	if !ok || record == "" {
		return nil, errShort
	}
	if record[0] != recordFormat {
		return nil, errFormat
	}
	return &decoder{rest: record[1:]}, nil
}

func (d *decoder) bytes(n int) string {
	if d.err != nil || len(d.rest) < n {
		d.err = errShort
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

// count reads a length or a number of names.
func (d *decoder) count() int {
	b := d.bytes(4)
	if b == "" {
		return 0
	}
	n := int64(binary.BigEndian.Uint32([]byte(b)))
	if n > int64(len(d.rest)) {
		d.err = errShort
		return 0
	}
	return int(n)
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

// document returns a document of the caller's own.
func document(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

// text returns a string of a reply, and an empty one for what is not there.
func text(value any) string {
	s, _ := value.(string)
	return s
}

// count returns an integer of a reply.
func count(value any) int {
	n, _ := value.(int64)
	return int(n)
}
