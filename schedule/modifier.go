package schedule

import (
	"errors"
	"fmt"
	"strings"
)

// dateModifier reads the items L and nW of day-of-month.
func (r *dayRule) dateModifier(item string) (bool, error) {
	if strings.EqualFold(item, "L") {
		r.lastDay = true
		return true, nil
	}
	day, found := cutLetter(item, 'W')
	if !found {
		return false, nil
	}
	n, ok := number(day)
	if !ok || n < dateField.min || n > dateField.max {
		return true, fmt.Errorf("%q is not a day: W must follow a day from 1 to 31, as in 15W", item)
	}
	r.nearest |= 1 << n
	return true, nil
}

// weekdayModifier reads the items nL and n#k of day-of-week.
func (r *dayRule) weekdayModifier(item string) (bool, error) {
	if day, k, found := strings.Cut(item, "#"); found {
		weekday, err := weekdayField.value(day)
		if err != nil {
			return true, err
		}
		n, ok := number(k)
		if !ok || n < 1 || n > len(r.nth) {
			return true, fmt.Errorf("%q is not a day: a number from 1 to 5 must follow #, as in 5#2", item)
		}
		r.nth[n-1] |= 1 << (weekday % 7)
		return true, nil
	}
	day, found := cutLetter(item, 'L')
	switch {
	case !found:
		return false, nil
	case day == "":
		return true, errors.New("L must follow a day of the week, as in 5L, the last Friday of the month")
	}
	weekday, err := weekdayField.value(day)
	if err != nil {
		return true, err
	}
	r.last |= 1 << (weekday % 7)
	return true, nil
}

// cutLetter returns item without the given letter at its end. Letter is a
// capital; the item may have it in either case.
func cutLetter(item string, letter byte) (rest string, found bool) {
	last := len(item) - 1
	if last < 0 || item[last]&^0x20 != letter {
		return item, false
	}
	return item[:last], true
}
