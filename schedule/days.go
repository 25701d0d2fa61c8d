package schedule

import "math/bits"

// dayRule is the day-of-month and the day-of-week field. In a set of dates, bit
// d is day d of a month. In a set of weekdays, bit w is weekday w, and Sunday
// is 0.
type dayRule struct {
	dates    uint32   // plain days of the month
	nearest  uint32   // n of each nW
	lastDay  bool     // L
	weekdays uint8    // plain days of the week
	last     uint8    // n of each nL
	nth      [5]uint8 // n of each n#k, by k-1
	both     bool     // a day must satisfy both fields, not either
}

// in returns the matching dates of a month. Length is its number of days, and
// weekday the weekday of its first day.
func (r *dayRule) in(length, weekday uint) uint32 {
	if r.both {
		return r.byDate(length, weekday) & r.byWeekday(length, weekday)
	}
	return r.byDate(length, weekday) | r.byWeekday(length, weekday)
}

// byDate returns the dates that match the day-of-month field.
func (r *dayRule) byDate(length, weekday uint) uint32 {
	dates := r.dates & allDates(length)
	if r.lastDay {
		dates |= 1 << length
	}
	for set := r.nearest & allDates(length); set != 0; set &= set - 1 {
		dates |= 1 << nearestWorkday(uint(bits.TrailingZeros32(set)), length, weekday)
	}
	return dates
}

// byWeekday returns the dates that match the day-of-week field.
func (r *dayRule) byWeekday(length, weekday uint) uint32 {
	const week = 0b1111111
	dates := datesOf(r.weekdays, weekday)
	if r.last != 0 {
		dates |= datesOf(r.last, weekday) & (week << (length - 6))
	}
	for k, set := range r.nth {
		if set != 0 {
			dates |= datesOf(set, weekday) & (week << (1 + 7*k))
		}
	}
	return dates & allDates(length)
}

// never returns the field at fault and the reason when no day of the months can
// ever match, else two empty strings. It tries each month in every shape: a
// calendar repeats after 400 years, in which every month begins on every
// weekday, February also with 29 days.
func (r *dayRule) never(months uint16) (field, reason string) {
	dateExists := false
	for number := 1; number <= 12; number++ {
		if months&(1<<number) == 0 {
			continue
		}
		for _, year := range [...]int{2023, 2024} { // a common one and a leap year
			length := monthIn(year, number).length
			for weekday := range uint(7) {
				if r.in(length, weekday) != 0 {
					return "", ""
				}
				dateExists = dateExists || r.byDate(length, weekday) != 0
			}
		}
	}
	if dateExists {
		return FieldExpression, "never fires: no day of the month that it names can be a day of the week that it names"
	}
	return FieldDayOfMonth, "never fires: no month that it names has such a day"
}

// allDates returns the dates of a month with that many days.
func allDates(length uint) uint32 { return 1<<(length+1) - 2 }

// datesOf returns the dates of a month that fall on one of the weekdays. First
// is the weekday of the month's first day. Some of the dates may lie after the
// month's end.
func datesOf(weekdays uint8, first uint) uint32 {
	// Six copies of the week side by side, bit n for the n-th day after a Sunday.
	const sixWeeks = 1 | 1<<7 | 1<<14 | 1<<21 | 1<<28 | 1<<35
	return uint32(uint64(weekdays)*sixWeeks>>first) << 1
}

// nearestWorkday returns the date from Monday to Friday that is nearest to a
// date, in the same month.
func nearestWorkday(date, length, first uint) uint {
	switch (first + date - 1) % 7 {
	case 6: // Saturday
		if date == 1 {
			return 3
		}
		return date - 1
	case 0: // Sunday
		if date == length {
			return date - 2
		}
		return date + 1
	}
	return date
}
