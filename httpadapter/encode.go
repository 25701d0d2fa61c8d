package httpadapter

import (
	"strconv"
	"time"

	"github.com/jobledger/jobledger/internal/strictjson"
)

// The functions of this package that encode append to a buffer, so a page is
// written without being copied. The name that they take is the text before the
// value, such as `,"jobKey":`.

// appendString writes a JSON string. It replaces bytes that are not UTF-8,
// which an embedder's directory may return.
func appendString(b []byte, s string) []byte { return strictjson.AppendString(b, s) }

func appendText(b []byte, name, s string) []byte {
	return appendString(append(b, name...), s)
}

// appendOptional writes an empty text as null.
func appendOptional(b []byte, name, s string) []byte {
	if b = append(b, name...); s == "" {
		return append(b, "null"...)
	}
	return appendString(b, s)
}

func appendNumber(b []byte, name string, n int) []byte {
	return strconv.AppendInt(append(b, name...), int64(n), 10)
}

// appendPositive writes 0 as null.
func appendPositive(b []byte, name string, n int) []byte {
	if n == 0 {
		return append(append(b, name...), "null"...)
	}
	return appendNumber(b, name, n)
}

// appendPairs writes an object whose values are strings, ordered by name.
func appendPairs(b []byte, name string, m map[string]string) []byte {
	return strictjson.AppendTexts(append(b, name...), m)
}

// appendRaw writes stored JSON unchanged. It writes null when there is none.
func appendRaw(b []byte, name string, raw []byte) []byte {
	if b = append(b, name...); len(raw) == 0 {
		return append(b, "null"...)
	}
	return append(b, raw...)
}

// appendTime writes a time in UTC with six digits of a second. It writes the
// zero time as null. [time.Time.AppendFormat] takes three times as long, and a
// page of jobs holds hundreds of times.
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

// appendDigits writes n with leading zeros; n is not negative.
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
