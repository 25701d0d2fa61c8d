package schedule

import "math/bits"

// wall is a reading of a wall clock: the seconds between 1 January 1970, 00:00,
// and the date and time that the clock shows. It has no time zone.
type wall int64

const (
	secondsPerDay = 24 * 60 * 60
	minutesPerDay = 24 * 60

	// These readings are outside every span. nextWall and prevWall return them
	// when no reading matches in the years 0 to 10000.
	afterAll  wall = latest + 400*secondsPerDay
	beforeAll wall = earliest - 400*secondsPerDay
)

// nextWall returns the first matching reading at or after w.
func (c *Cron) nextWall(w wall) wall {
	minutes, _ := divide(int64(w)+59, 60) // the next whole minute
	day, minute := divide(minutes, minutesPerDay)
	m, date := monthOf(day)
	days := c.matches(m) &^ (1<<date - 1)
	if days&(1<<date) != 0 {
		if minute, ok := c.minuteFrom(int(minute)); ok {
			return reading(day, minute)
		}
		days &^= 1 << date
	}
	for m.year <= 10000 {
		if days != 0 {
			first := bits.TrailingZeros32(c.hours)*60 + bits.TrailingZeros64(c.minutes)
			return reading(m.day(bits.TrailingZeros32(days)), first)
		}
		m = c.monthAfter(m)
		days = c.matches(m)
	}
	return afterAll
}

// prevWall returns the last matching reading at or before w.
func (c *Cron) prevWall(w wall) wall {
	minutes, _ := divide(int64(w), 60) // the minute before
	day, minute := divide(minutes, minutesPerDay)
	m, date := monthOf(day)
	days := c.matches(m) & (1<<(date+1) - 1)
	if days&(1<<date) != 0 {
		if minute, ok := c.minuteUpTo(int(minute)); ok {
			return reading(day, minute)
		}
		days &^= 1 << date
	}
	for m.year >= 0 {
		if days != 0 {
			last := highest(uint64(c.hours))*60 + highest(c.minutes)
			return reading(m.day(highest(uint64(days))), last)
		}
		m = c.monthBefore(m)
		days = c.matches(m)
	}
	return beforeAll
}

// matches returns the days of month m that match, bit d for day d.
func (c *Cron) matches(m month) uint32 {
	if c.months&(1<<m.number) == 0 {
		return 0
	}
	return c.days.in(m.length, m.weekday)
}

// minuteFrom returns the first matching minute of a day at or after minute.
func (c *Cron) minuteFrom(minute int) (int, bool) {
	hour := minute / 60
	if c.hours&(1<<hour) != 0 {
		if rest := c.minutes >> (minute % 60); rest != 0 {
			return minute + bits.TrailingZeros64(rest), true
		}
	}
	later := c.hours >> (hour + 1)
	if later == 0 {
		return 0, false
	}
	hour += 1 + bits.TrailingZeros32(later)
	return hour*60 + bits.TrailingZeros64(c.minutes), true
}

// minuteUpTo returns the last matching minute of a day at or before minute.
func (c *Cron) minuteUpTo(minute int) (int, bool) {
	hour := minute / 60
	if c.hours&(1<<hour) != 0 {
		if shown := c.minutes & (2<<(minute%60) - 1); shown != 0 {
			return hour*60 + highest(shown), true
		}
	}
	earlier := c.hours & (1<<hour - 1)
	if earlier == 0 {
		return 0, false
	}
	return highest(uint64(earlier))*60 + highest(c.minutes), true
}

// reading returns the reading at a minute of a day.
func reading(day int64, minute int) wall {
	return wall(day*secondsPerDay + int64(minute)*60)
}

// highest returns the highest bit of a set; the set must not be empty.
func highest(set uint64) int { return bits.Len64(set) - 1 }

// divide returns n/by rounded down, and the remainder.
func divide(n, by int64) (quotient, rest int64) {
	quotient, rest = n/by, n%by
	if rest < 0 {
		return quotient - 1, rest + by
	}
	return quotient, rest
}
