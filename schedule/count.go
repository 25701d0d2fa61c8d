package schedule

import (
	"math/bits"
	"time"
)

// Count returns how many fires t there are with from < t <= to. [Cron.Between]
// without a limit would return as many. Its cost grows with the number of
// months, not of fires: counting the minutes of ten years takes microseconds.
func (c *Cron) Count(from, to time.Time) int {
	if c.zone == nil || from.Unix() >= latest {
		return 0
	}
	n := 0
	at, last := max(from.Unix()+1, earliest), min(to.Unix(), latest)
	for at <= last {
		s := c.zone.at(at)
		n += c.countIn(s, at, min(last, s.end-1))
		if s.end > last {
			break
		}
		at = s.end
	}
	return n
}

// countIn returns how many fires lie between two instants of span s, both
// included.
func (c *Cron) countIn(s span, from, to int64) int {
	reading := c.first(s)
	if from > s.start {
		return c.countWall(max(reading, s.wall(from)), s.wall(to))
	}
	// The skipped readings, and the reading at the span's start, make one fire.
	shown := s.wall(s.start)
	if reading >= shown {
		return c.countWall(reading, s.wall(to))
	}
	n := c.countWall(shown+1, s.wall(to))
	if c.nextWall(reading) <= shown {
		n++
	}
	return n
}

// countWall returns how many matching readings lie between two, both included.
func (c *Cron) countWall(from, to wall) int {
	if from > to {
		return 0
	}
	first, _ := divide(int64(from)+59, 60) // the next whole minute
	last, _ := divide(int64(to), 60)       // the minute before
	firstDay, firstMinute := divide(first, minutesPerDay)
	lastDay, lastMinute := divide(last, minutesPerDay)
	// All minutes of the days from the first to the last, without the minutes
	// before the first one and after the last one.
	whole := bits.OnesCount32(c.hours) * bits.OnesCount64(c.minutes)
	n := c.countDays(firstDay, lastDay) * whole
	if firstMinute > 0 && c.countDays(firstDay, firstDay) > 0 {
		n -= c.minutesUpTo(int(firstMinute) - 1)
	}
	if c.countDays(lastDay, lastDay) > 0 {
		n -= whole - c.minutesUpTo(int(lastMinute))
	}
	return n
}

// countDays returns how many matching days lie between two, both included.
func (c *Cron) countDays(from, to int64) int {
	if from > to {
		return 0
	}
	m, date := monthOf(from)
	days := c.matches(m) &^ (1<<date - 1)
	n := 0
	for m.day(int(m.length)) < to {
		n += bits.OnesCount32(days)
		if m = c.monthAfter(m); m.first > to {
			return n
		}
		days = c.matches(m)
	}
	return n + bits.OnesCount32(days&(2<<(to-m.first+1)-1))
}

// minutesUpTo returns how many minutes of a day match, up to and including
// minute.
func (c *Cron) minutesUpTo(minute int) int {
	hour := minute / 60
	n := bits.OnesCount32(c.hours&(1<<hour-1)) * bits.OnesCount64(c.minutes)
	if c.hours&(1<<hour) != 0 {
		n += bits.OnesCount64(c.minutes & (2<<(minute%60) - 1))
	}
	return n
}
