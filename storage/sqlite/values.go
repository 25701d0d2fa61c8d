package sqlite

import (
	"database/sql/driver"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Values of columns before and after all times.
const (
	beforeAll = int64(math.MinInt64)
	afterAll  = int64(math.MaxInt64)
)

// micros is the value of a column for a time that is never zero.
func micros(t time.Time) int64 { return t.UnixMicro() }

// microsOr is like micros, but none for the zero time.
func microsOr(t time.Time, none int64) int64 {
	if t.IsZero() {
		return none
	}
	return t.UnixMicro()
}

// instant is a time in a column: microseconds since 1970 UTC, or NULL for the
// zero time.
type instant time.Time

func (t instant) time() time.Time { return time.Time(t) }

// sameInstant reports whether two times have the same value in a column.
func sameInstant(a, b time.Time) bool {
	return a.IsZero() == b.IsZero() && (a.IsZero() || micros(a) == micros(b))
}

// Value implements [driver.Valuer].
func (t instant) Value() (driver.Value, error) {
	if time.Time(t).IsZero() {
		return nil, nil
	}
	return micros(time.Time(t)), nil
}

// Scan implements [database/sql.Scanner].
func (t *instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = instant{}
	case int64:
		*t = instant(time.UnixMicro(v).UTC())
	default:
		return fmt.Errorf("a time is stored as %T", src)
	}
	return nil
}

// text is a string in a column: NULL when it is empty.
type text string

// Value implements [driver.Valuer].
func (s text) Value() (driver.Value, error) {
	if s == "" {
		return nil, nil
	}
	return string(s), nil
}

// Scan implements [database/sql.Scanner].
func (s *text) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s = ""
	case string:
		*s = text(v)
	default:
		return fmt.Errorf("a string is stored as %T", src)
	}
	return nil
}

// number is an integer from a column that may be NULL after an outer join; then
// it is 0.
type number int64

// Scan implements [database/sql.Scanner].
func (n *number) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*n = 0
	case int64:
		*n = number(v)
	default:
		return fmt.Errorf("a number is stored as %T", src)
	}
	return nil
}

// document is a document in a column. It keeps the slice that the driver made.
// For a plain []byte, [database/sql] would copy it again, which is half of what
// a page allocates. The driver makes a new slice for each value and does not
// use it again; the conformance suite would show it if that changed.
type document []byte

// Scan implements [database/sql.Scanner].
func (d *document) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = nil
	case []byte:
		*d = v
	default:
		return fmt.Errorf("a document is stored as %T", src)
	}
	return nil
}

// nullIfEmpty is the value of a column for a document: NULL when it is empty.
func nullIfEmpty(doc []byte) any {
	if len(doc) == 0 {
		return nil
	}
	return doc
}

// stringSet is a list of strings in one column, as netstrings: "4:team5:other".
// Equal lists have equal values.
type stringSet []string

// encode returns the column's text.
func (s stringSet) encode() string {
	var b strings.Builder
	for _, v := range s {
		b.WriteString(strconv.Itoa(len(v)))
		b.WriteByte(':')
		b.WriteString(v)
	}
	return b.String()
}

// Value implements [driver.Valuer].
func (s stringSet) Value() (driver.Value, error) { return s.encode(), nil }

// Scan implements [database/sql.Scanner].
func (s *stringSet) Scan(src any) error {
	rest, ok := src.(string)
	if !ok && src != nil {
		return fmt.Errorf("a list is stored as %T", src)
	}
	*s = nil
	for rest != "" {
		size, tail, _ := strings.Cut(rest, ":")
		n, err := strconv.Atoi(size)
		if err != nil || n < 0 || n > len(tail) {
			return fmt.Errorf("a list is stored as %q", src)
		}
		*s = append(*s, tail[:n])
		rest = tail[n:]
	}
	return nil
}
