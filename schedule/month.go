package schedule

import (
	"math/bits"
	"time"
)

// month is a month of the Gregorian calendar, with what the day rules need.
// Days are counted from 1 January 1970.
type month struct {
	year    int
	number  int   // 1-12
	first   int64 // its first day
	weekday uint  // of its first day, Sunday is 0
	length  uint  // 28-31
}

// monthIn returns a month of a year; the year is 0 or later.
func monthIn(year, number int) month {
	// The base year is before all others, so that no division rounds up.
	const base = -400
	const daysFromBase = 146097 + 719162 // 400 years, and 1 January of year 1 to 1970
	past := int64(year - 1 - base)
	first := 365*past + past/4 - past/100 + past/400 - daysFromBase + daysBefore[number]
	length := lengths[number]
	if leap(year) && number == 2 {
		length++
	}
	if leap(year) && number > 2 {
		first++
	}
	const thursday = 4 // 1 January 1970
	_, weekday := divide(first+thursday, 7)
	return month{year: year, number: number, first: first, weekday: uint(weekday), length: length}
}

// monthOf returns the month of a day, and the day's date in it.
func monthOf(day int64) (month, int) {
	year, number, date := time.Unix(day*secondsPerDay, 0).UTC().Date()
	return monthIn(year, int(number)), date
}

// day returns the day that has this date in the month.
func (m month) day(date int) int64 { return m.first + int64(date-1) }

// monthAfter returns the first matching month after m.
func (c *Cron) monthAfter(m month) month {
	if later := c.months >> (m.number + 1); later != 0 {
		return monthIn(m.year, m.number+1+bits.TrailingZeros16(later))
	}
	return monthIn(m.year+1, bits.TrailingZeros16(c.months))
}

// monthBefore returns the last matching month before m.
func (c *Cron) monthBefore(m month) month {
	if earlier := c.months & (1<<m.number - 1); earlier != 0 {
		return monthIn(m.year, highest(uint64(earlier)))
	}
	return monthIn(m.year-1, highest(uint64(c.months)))
}

// leap reports whether a year has 366 days.
func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// The months of a common year: their lengths, and the days of the year before them.
var (
	lengths    = [13]uint{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	daysBefore = [13]int64{0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}
)
