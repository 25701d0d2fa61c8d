package schedule

import "time"

// shortestFrom is the first time whose clock changes ShortestInterval looks at.
// No schedule of this library is older.
const shortestFrom = 1767225600 // 2026-01-01T00:00:00Z

// ShortestInterval returns the shortest time between two neighbouring fires. It
// is at most a day, also when all fires are further apart, and 0 for a cron
// that never fires.
//
// It takes the zone's clock changes from 2026 to 2100 into account. A fire that
// is moved to the end of a gap can be closer to the next fire than the
// expression says.
func (c *Cron) ShortestInterval() time.Duration {
	if c.zone == nil {
		return 0
	}
	shortest := int64(c.shortestOnTheWall()) * 60
	for _, m := range c.zone.moves {
		if m.at < shortestFrom {
			continue
		}
		// The last fire before the clock is moved, the first after that, and the
		// next one, which is closer when the first was shifted.
		fire := c.prev(m.at - 1)
		for range 2 {
			next := c.next(fire + 1)
			shortest = min(shortest, next-fire)
			fire = next
		}
	}
	return time.Duration(shortest) * time.Second
}

// shortestOnTheWall returns the fewest minutes between two neighbouring
// readings that match, at most a day.
func (c *Cron) shortestOnTheWall() int {
	first, _ := c.minuteFrom(0)
	shortest, last := minutesPerDay, first
	for {
		next, ok := c.minuteFrom(last + 1)
		if !ok {
			break
		}
		shortest, last = min(shortest, next-last), next
	}
	if overnight := first + minutesPerDay - last; overnight < shortest && c.matchesInARow() {
		shortest = overnight
	}
	return shortest
}

// matchesInARow reports whether two neighbouring days ever match.
func (c *Cron) matchesInARow() bool {
	for _, year := range [...]int{2023, 2024} { // as in dayRule.never
		for number := 1; number <= 12; number++ {
			following := number%12 + 1
			length := monthIn(year, number).length
			for weekday := range uint(7) {
				m := month{number: number, length: length, weekday: weekday}
				days := c.matches(m)
				if days&(days>>1) != 0 {
					return true
				}
				m = month{number: following, length: monthIn(year, following).length, weekday: (weekday + length) % 7}
				if days&(1<<length) != 0 && c.matches(m)&(1<<1) != 0 {
					return true
				}
			}
		}
	}
	return false
}
