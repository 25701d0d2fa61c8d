package schedule

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Describe says in one line of English when the cron fires, for people who do not
// read cron: "at 09:00 on Monday to Friday, Europe/Berlin". The wording is no
// contract and may improve.
func (c *Cron) Describe() string {
	if c.zone == nil {
		return "never"
	}
	text := c.describeTimes()
	// "every hour" needs no "every day" beside it.
	if days := c.days.describe(); days != everyDay || strings.HasPrefix(text, "at") {
		text += " " + days
	}
	if c.months != 1<<13-2 {
		text += " in " + enumerate(uint64(c.months), func(n int) string { return time.Month(n).String() })
	}
	return text + ", " + c.Zone()
}

const everyDay = "every day"

// Fields without a restriction.
const (
	allMinutes  = 1<<60 - 1
	allHours    = 1<<24 - 1
	allWeekdays = 1<<7 - 1
)

// describeTimes says at which times of a day the cron fires.
func (c *Cron) describeTimes() string {
	const few = 6 // as many times as are still read at a glance
	switch {
	case c.minutes == 1 && c.hours == allHours:
		return "every hour"
	case c.hours != allHours && bits.OnesCount64(c.minutes)*bits.OnesCount32(c.hours) <= few:
		return "at " + join(c.clockTimes())
	}
	var minutes string
	switch step := evenStep(c.minutes, 60); {
	case step == 1:
		minutes = "every minute"
	case step > 1:
		minutes = fmt.Sprintf("every %d minutes", step)
	case c.hours == allHours:
		return "every hour at " + plural("minute", c.minutes) + enumerate(c.minutes, strconv.Itoa)
	default:
		minutes = "at " + plural("minute", c.minutes) + enumerate(c.minutes, strconv.Itoa)
	}
	if c.hours == allHours {
		return minutes
	}
	first, last := bits.TrailingZeros32(c.hours), highest(uint64(c.hours))
	if last-first+1 == bits.OnesCount32(c.hours) {
		return fmt.Sprintf("%s from %02d:00 to %02d:59", minutes, first, last)
	}
	return minutes + " in the hours " + enumerate(uint64(c.hours), strconv.Itoa)
}

// clockTimes returns the times of a day as in "09:30".
func (c *Cron) clockTimes() []string {
	var times []string
	for hour := range 24 {
		for minute := range 60 {
			if c.hours&(1<<hour) != 0 && c.minutes&(1<<minute) != 0 {
				times = append(times, fmt.Sprintf("%02d:%02d", hour, minute))
			}
		}
	}
	return times
}

// describe says on which days the rule holds.
func (r *dayRule) describe() string {
	allDates, allWeek := r.dates == allDates(31), r.weekdays == allWeekdays
	switch {
	case allDates && allWeek, !r.both && (allDates || allWeek):
		return everyDay
	case allWeek:
		return "on " + r.describeDates()
	case allDates:
		return "on " + r.describeWeekdays()
	case r.both:
		return "on " + r.describeDates() + " if that is " + r.describeWeekdays()
	}
	return "on " + r.describeDates() + " or on " + r.describeWeekdays()
}

func (r *dayRule) describeDates() string {
	var parts []string
	if r.dates != 0 {
		parts = append(parts, plural("day", uint64(r.dates))+enumerate(uint64(r.dates), strconv.Itoa))
	}
	for set := uint64(r.nearest); set != 0; set &= set - 1 {
		parts = append(parts, fmt.Sprintf("the weekday nearest to day %d", bits.TrailingZeros64(set)))
	}
	if r.lastDay {
		parts = append(parts, "the last day")
	}
	return join(parts) + " of the month"
}

func (r *dayRule) describeWeekdays() string {
	name := func(n int) string { return time.Weekday(n).String() }
	var parts []string
	if r.weekdays != 0 {
		parts = append(parts, enumerate(uint64(r.weekdays), name))
	}
	for k, set := range r.nth {
		if set != 0 {
			ordinal := [...]string{"first", "second", "third", "fourth", "fifth"}[k]
			parts = append(parts, "the "+ordinal+" "+enumerate(uint64(set), name)+" of the month")
		}
	}
	if r.last != 0 {
		parts = append(parts, "the last "+enumerate(uint64(r.last), name)+" of the month")
	}
	return join(parts)
}

// evenStep returns n when the set is every n-th value from 0 on and n divides
// size, so that the last step is as long as the others; else 0.
func evenStep(set uint64, size int) int {
	count := bits.OnesCount64(set)
	if count < 2 || size%count != 0 {
		return 0
	}
	step := size / count
	for v := 0; v < size; v += step {
		if set&(1<<v) == 0 {
			return 0
		}
	}
	return step
}

// enumerate lists a set, three and more values in a row as "a to b".
func enumerate(set uint64, name func(int) string) string {
	var parts []string
	for set != 0 {
		first := bits.TrailingZeros64(set)
		last := first + bits.TrailingZeros64(^(set >> first)) - 1
		if last-first < 2 {
			last = first
			parts = append(parts, name(first))
		} else {
			parts = append(parts, name(first)+" to "+name(last))
		}
		set &^= 2<<last - 1
	}
	return join(parts)
}

// plural returns the noun for as many things as the set holds, and a space.
func plural(noun string, set uint64) string {
	if bits.OnesCount64(set) > 1 {
		return noun + "s "
	}
	return noun + " "
}

// join lists words as people do: a, b and c.
func join(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
