package schedule

import (
	"errors"
	"fmt"
	"strings"
)

// field describes what a field of an expression may contain.
type field struct {
	min, max int
	whole    int      // the last value of *: max, but 6 for day-of-week, since 7 is Sunday again
	names    []string // the names of the values from min on; nil if they have none
}

var (
	minuteField  = field{min: 0, max: 59, whole: 59}
	hourField    = field{min: 0, max: 23, whole: 23}
	dateField    = field{min: 1, max: 31, whole: 31}
	monthField   = field{min: 1, max: 12, whole: 12, names: monthNames}
	weekdayField = field{min: 0, max: 7, whole: 6, names: weekdayNames}

	monthNames   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	weekdayNames = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

// modifier reads an item that only this field has, such as L. It reports
// whether the item is one, and what is wrong with it.
type modifier func(item string) (bool, error)

// parse returns the values of a field as a set: bit v is value v. Items that
// the modifier reads are not in the set.
func (f *field) parse(text string, special modifier) (uint64, error) {
	var set uint64
	for rest, more := text, true; more; {
		var item string
		item, rest, more = strings.Cut(rest, ",")
		if item == "*" && text != "*" {
			return 0, errors.New("* cannot be combined with other items")
		}
		if special != nil {
			if taken, err := special(item); err != nil {
				return 0, err
			} else if taken {
				continue
			}
		}
		values, err := f.item(item)
		if err != nil {
			return 0, err
		}
		set |= values
	}
	return set, nil
}

func (f *field) item(text string) (uint64, error) {
	if text == "" {
		return 0, errors.New("the list has an empty item")
	}
	body, stepText, stepped := strings.Cut(text, "/")
	low, high, err := f.limits(body, stepped)
	if err != nil {
		return 0, err
	}
	if !stepped {
		return 2<<high - 1<<low, nil
	}
	step, ok := number(stepText)
	switch {
	case !ok:
		return 0, fmt.Errorf("the step %q is not a number", stepText)
	case step == 0:
		return 0, errors.New("the step must be at least 1")
	case step > high-low+1:
		return 0, fmt.Errorf("the step %s is larger than the range %d-%d", stepText, low, high)
	}
	var set uint64
	for v := low; v <= high; v += step {
		set |= 1 << v
	}
	return set, nil
}

// limits returns the first and the last value of an item, without its step.
func (f *field) limits(body string, stepped bool) (low, high int, err error) {
	if body == "*" {
		return f.min, f.whole, nil
	}
	first, last, ranged := strings.Cut(body, "-")
	if ranged && (first == "" || last == "" || strings.Contains(last, "-")) {
		return 0, 0, fmt.Errorf("%q is not a range", body)
	}
	if low, err = f.value(first); err != nil {
		return 0, 0, err
	}
	switch {
	case ranged:
		if high, err = f.value(last); err != nil {
			return 0, 0, err
		}
		if high < low {
			return 0, 0, f.backwards(body)
		}
	case stepped:
		high = f.whole
		if low > high { // 7/2 begins on Sunday
			low = f.min
		}
	default:
		high = low
	}
	return low, high, nil
}

func (f *field) backwards(body string) error {
	if f.max != f.whole {
		return fmt.Errorf("the range %s runs backwards; at the end of a range, write Sunday as 7", body)
	}
	return fmt.Errorf("the range %s runs backwards", body)
}

// value returns one value of the field, written as a number or a name.
func (f *field) value(text string) (int, error) {
	if n, ok := number(text); ok {
		if n < f.min || n > f.max {
			return 0, fmt.Errorf("%s is not from %d to %d", text, f.min, f.max)
		}
		return n, nil
	}
	for i, name := range f.names {
		if strings.EqualFold(text, name) {
			return f.min + i, nil
		}
	}
	if f.names != nil {
		return 0, fmt.Errorf("%q is neither a number from %d to %d nor a name from %s to %s",
			text, f.min, f.max, f.names[0], f.names[len(f.names)-1])
	}
	return 0, fmt.Errorf("%q is not a number from %d to %d", text, f.min, f.max)
}

// number reads a text of decimal digits. A number that is too large for every
// field is returned as some other number that is too large, too.
func number(text string) (int, bool) {
	if text == "" {
		return 0, false
	}
	n := 0
	for i := range len(text) {
		digit := text[i] - '0'
		if digit > 9 {
			return 0, false
		}
		n = min(n*10+int(digit), 1000)
	}
	return n, true
}
