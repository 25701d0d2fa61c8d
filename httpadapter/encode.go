package httpadapter

import (
	"strconv"
	"time"

	"github.com/jobledger/jobledger/internal/strictjson"
)

// The functions of this package that encode append to a buffer: the keys are
// known, a config is JSON already, and a page is written without a copy of it
// being made on the way. A name passed to them carries what stands around it
// in the text, such as `,"jobKey":`.

// appendString writes a JSON string. Bytes that are no UTF-8, which an
// embedder's directory may hold, are replaced.
func appendString(b []byte, s string) []byte { return strictjson.AppendString(b, s) }

func appendText(b []byte, name, s string) []byte {
	return appendString(append(b, name...), s)
}

// appendOptional writes a text that is null when it is empty.
func appendOptional(b []byte, name, s string) []byte {
	if b = append(b, name...); s == "" {
		return append(b, "null"...)
	}
	return appendString(b, s)
}

func appendNumber(b []byte, name string, n int) []byte {
	return strconv.AppendInt(append(b, name...), int64(n), 10)
}

// appendPositive writes a number that is null when it is 0.
func appendPositive(b []byte, name string, n int) []byte {
	if n == 0 {
		return append(append(b, name...), "null"...)
	}
	return appendNumber(b, name, n)
}

// appendPairs writes an object of texts, ordered by name.
func appendPairs(b []byte, name string, m map[string]string) []byte {
	return strictjson.AppendTexts(append(b, name...), m)
}

// appendRaw writes stored JSON as it is, null when there is none.
func appendRaw(b []byte, name string, raw []byte) []byte {
	if b = append(b, name...); len(raw) == 0 {
		return append(b, "null"...)
	}
	return append(b, raw...)
}

// appendTime writes a time in UTC with six digits of a second, null when it is
// zero. [time.Time.AppendFormat] does the same in three times as long, and a page
// of jobs holds hundreds of times.
func appendTime(b []byte, name string, t time.Time) []byte {
	if b = append(b, name...); t.IsZero() {
		return append(b, "null"...)
	}
	t = t.UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return append(t.AppendFormat(append(b, '"'), "2006-01-02T15:04:05.000000Z"), '"')
	}
	hour, minute, second := t.Clock()
	b = append(b, '"')
	b = append(appendDigits(b, year, 4), '-')
	b = append(appendDigits(b, int(month), 2), '-')
	b = append(appendDigits(b, day, 2), 'T')
	b = append(appendDigits(b, hour, 2), ':')
	b = append(appendDigits(b, minute, 2), ':')
	b = append(appendDigits(b, second, 2), '.')
	b = appendDigits(b, t.Nanosecond()/1000, 6)
	return append(b, 'Z', '"')
}

// appendDigits writes n, which is not negative, with leading zeros.
func appendDigits(b []byte, n, digits int) []byte {
	const zeros = "000000"
	b = append(b, zeros[:digits]...)
	for i := len(b) - 1; n > 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

func appendFlag(b []byte, name string, set bool) []byte {
	return strconv.AppendBool(append(b, name...), set)
}
