package schedule

import (
	"math/bits"
	"strconv"
	"time"
)

// words is a description while it is written.
type words []byte

func (t *words) add(texts ...string) {
	for _, s := range texts {
		*t = append(*t, s...)
	}
}

// numbers lists a set of numbers with its noun, such as "days 1 and 15" or
// "every 2nd day from 1 to 31".
func (t *words) numbers(noun string, set uint64) {
	const few = 4
	count := bits.OnesCount64(set)
	if step := progression(set); step > 1 && count > few {
		t.add("every ", ordinal(step), " ", noun, " from ", strconv.Itoa(bits.TrailingZeros64(set)), " to ", strconv.Itoa(highest(set)))
		return
	}
	t.add(noun)
	if count > 1 {
		t.add("s")
	}
	t.add(" ")
	t.list(set, strconv.Itoa, " and ")
}

// list lists a set. It writes three and more neighbouring values as "a to b".
func (t *words) list(set uint64, name func(int) string, and string) {
	for set != 0 {
		first := bits.TrailingZeros64(set)
		last := first + bits.TrailingZeros64(^(set >> first)) - 1
		t.add(name(first))
		switch {
		case last-first < 2:
			last = first
		default:
			t.add(" to ", name(last))
		}
		set &^= 2<<last - 1
		t.separate(parts(set), and)
	}
}

// separate writes the separator before the next part of a list. Left is how
// many parts are left.
func (t *words) separate(left int, and string) {
	switch {
	case left > 1:
		t.add(", ")
	case left == 1:
		t.add(and)
	}
}

// parts counts the parts that list writes for a set, up to two.
func parts(set uint64) (n int) {
	for n < 2 && set != 0 {
		first := bits.TrailingZeros64(set)
		last := first + bits.TrailingZeros64(^(set >> first)) - 1
		if last-first < 2 {
			last = first
		}
		set &^= 2<<last - 1
		n++
	}
	return n
}

// progression returns the distance between neighbouring values of a set. It
// returns 0 when the distances differ, or when there are fewer than two values.
func progression(set uint64) int {
	first := bits.TrailingZeros64(set)
	rest := set &^ (1 << first)
	if rest == 0 {
		return 0
	}
	step := bits.TrailingZeros64(rest) - first
	for v := first; rest != 0; rest &= rest - 1 {
		if v += step; bits.TrailingZeros64(rest) != v {
			return 0
		}
	}
	return step
}

// fromMonday returns a set of weekdays in which Monday is 0 and Sunday is 6.
func fromMonday(weekdays uint8) uint64 { return uint64(weekdays)>>1 | uint64(weekdays&1)<<6 }

func dayName(n int) string { return time.Weekday((n + 1) % 7).String() }

func monthName(n int) string { return time.Month(n).String() }

func ordinal(n int) string {
	switch {
	case n%10 == 2 && n != 12:
		return strconv.Itoa(n) + "nd"
	case n%10 == 3 && n != 13:
		return strconv.Itoa(n) + "rd"
	}
	return strconv.Itoa(n) + "th"
}
