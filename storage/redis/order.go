package redis

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// Most sorted sets have only members with the score 0, which Redis orders by their
// bytes. In the sets of what is due, the score is the time, so that one command moves
// a member.

// noTime is the zero time. No other time is written so.
const noTime = "\x00\x00\x00\x00\x00\x00\x00\x00"

// timeBytes writes a time of the years 1 to 9999 in whole microseconds, as
// eight bytes that sort as the times do. The bytes are also those of a double.
// Positive doubles sort as their bytes do, so a time can be a score without
// losing precision.
func timeBytes(t time.Time) string {
	if t.IsZero() {
		return noTime
	}
	return intBytes(epoch + min(max(t.UnixMicro(), -farthest), farthest))
}

const (
	// epoch is the double of 1970. farthest is more than all times need.
	epoch    = 1 << 62
	farthest = 1 << 60
)

// timeOf reads what timeBytes wrote.
func timeOf(b string) time.Time {
	if b == noTime {
		return time.Time{}
	}
	return time.UnixMicro(intOf(b) - epoch).UTC()
}

// ceiling returns the time in whole microseconds, rounded up.
func ceiling(t time.Time) time.Time {
	if f := t.Truncate(time.Microsecond); f.Before(t) {
		return f.Add(time.Microsecond)
	}
	return t
}

// intBytes writes a number as eight bytes. Numbers of 0 or more sort as their
// bytes do.
func intBytes(n int64) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	return string(b[:])
}

func intOf(b string) int64 {
	var n uint64
	for i := range 8 {
		n = n<<8 | uint64(b[i])
	}
	return int64(n)
}

// after is the next string of eight bytes.
func after(b string) string { return intBytes(intOf(b) + 1) }

const (
	nameEnd = "\x00\x01"
	nameNUL = "\x00\xff"
)

// nameBytes writes a name that other bytes may follow. No name written so is
// the beginning of another one, and the bytes sort as the names do.
func nameBytes(name string) string {
	if strings.IndexByte(name, 0) >= 0 {
		name = strings.ReplaceAll(name, "\x00", nameNUL)
	}
	return name + nameEnd
}

var errMember = errors.New("a stored index entry cannot be read")

// cutName reads a name, and returns what follows it.
func cutName(b string) (name, rest string, err error) {
	written, rest, ok := strings.Cut(b, nameEnd)
	if !ok {
		return "", "", errMember
	}
	return strings.ReplaceAll(written, nameNUL, "\x00"), rest, nil
}
