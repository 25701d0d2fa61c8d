package schedule

import (
	"math/bits"
	"strconv"
)

// Describe says in one line of English when the cron fires, such as "at 09:00
// on Monday to Friday, Europe/Berlin". The wording may change between releases.
func (c *Cron) Describe() string {
	if c.zone == nil {
		return "never"
	}
	t := make(words, 0, 128)
	often := t.times(c)
	// "every hour" already says that it is every day.
	if everyDay := c.days.everyDay(); !everyDay {
		t.add(" on ")
		t.days(&c.days)
	} else if !often {
		t.add(" every day")
	}
	if c.months != allMonths {
		t.add(" in ")
		t.list(uint64(c.months), monthName, " and ")
	}
	t.add(", ", c.Zone())
	return string(t)
}

// The fields that restrict nothing.
const (
	allMinutes  = 1<<60 - 1
	allHours    = 1<<24 - 1
	allMonths   = 1<<13 - 2
	allWeekdays = 1<<7 - 1
)

// fewTimes is the most times of a day that are listed one by one.
const fewTimes = 6

func (r *dayRule) everyDay() bool {
	allDates, allWeek := r.dates == allDates(31), r.weekdays == allWeekdays
	return allDates && allWeek || !r.both && (allDates || allWeek)
}

// times writes at which times of a day the cron fires. It reports whether it
// has written how often instead.
func (t *words) times(c *Cron) (often bool) {
	switch {
	case c.minutes == 1 && c.hours == allHours:
		t.add("every hour")
		return true
	case c.hours != allHours && bits.OnesCount64(c.minutes)*bits.OnesCount32(c.hours) <= fewTimes:
		t.add("at ")
		t.clockTimes(c)
		return false
	case bits.OnesCount64(c.minutes) == 1 && c.hours != allHours:
		return t.hourly(c)
	}
	step := progression(c.minutes)
	even := step > 0 && c.minutes&1 != 0 && 60%step == 0 && bits.OnesCount64(c.minutes) == 60/step
	switch {
	case even && step == 1:
		t.add("every minute")
	case even:
		t.add("every ", strconv.Itoa(step), " minutes")
	case c.hours == allHours:
		t.add("every hour at ")
		t.numbers("minute", c.minutes)
		return true
	default:
		t.add("at ")
		t.numbers("minute", c.minutes)
	}
	switch {
	case c.hours == allHours:
	case even && progression(uint64(c.hours)) == 1, bits.OnesCount32(c.hours) == 1:
		t.span(c)
	default:
		t.add(" in ")
		t.numbers("hour", uint64(c.hours))
	}
	return even
}

// hourly writes in which hours the cron fires, when it fires once in each.
func (t *words) hourly(c *Cron) (often bool) {
	step := progression(uint64(c.hours))
	switch {
	case step == 0:
		t.add("at ")
		t.numbers("minute", c.minutes)
		t.add(" in ")
		t.numbers("hour", uint64(c.hours))
		return false
	case step == 1:
		t.add("every hour")
	default:
		t.add("every ", strconv.Itoa(step), " hours")
		if c.minutes == 1 && c.hours&1 != 0 && 24%step == 0 && bits.OnesCount32(c.hours) == 24/step {
			return true
		}
	}
	t.span(c)
	return true
}

// span writes the first and the last time of a day.
func (t *words) span(c *Cron) {
	t.add(" from ")
	t.clock(bits.TrailingZeros32(c.hours), bits.TrailingZeros64(c.minutes))
	t.add(" to ")
	t.clock(highest(uint64(c.hours)), highest(c.minutes))
}

// clockTimes lists the times of a day, such as "09:30".
func (t *words) clockTimes(c *Cron) {
	left := bits.OnesCount64(c.minutes) * bits.OnesCount32(c.hours)
	for hours := c.hours; hours != 0; hours &= hours - 1 {
		for minutes := c.minutes; minutes != 0; minutes &= minutes - 1 {
			t.clock(bits.TrailingZeros32(hours), bits.TrailingZeros64(minutes))
			left--
			t.separate(left, " and ")
		}
	}
}

func (t *words) clock(hour, minute int) {
	*t = append(*t, byte('0'+hour/10), byte('0'+hour%10), ':', byte('0'+minute/10), byte('0'+minute%10))
}

// days writes on which days the cron fires.
func (t *words) days(r *dayRule) {
	allDates, allWeek := r.dates == allDates(31), r.weekdays == allWeekdays
	if !allDates {
		t.dates(r)
	}
	switch {
	case allWeek:
		return
	case allDates:
		t.weekdays(r, " and ")
	case r.both:
		t.add(", if that is ")
		t.weekdays(r, " or ")
	default:
		t.add(" or on ")
		t.weekdays(r, " and ")
	}
}

func (t *words) dates(r *dayRule) {
	left := bits.OnesCount32(r.nearest)
	if r.lastDay {
		left++
	}
	if r.dates != 0 {
		t.numbers("day", uint64(r.dates))
		t.separate(left, " and ")
	}
	for set := r.nearest; set != 0; set &= set - 1 {
		t.add("the weekday nearest to day ", strconv.Itoa(bits.TrailingZeros32(set)))
		left--
		t.separate(left, " and ")
	}
	if r.lastDay {
		t.add("the last day")
	}
	t.add(" of the month")
}

func (t *words) weekdays(r *dayRule, and string) {
	left := 0
	for _, set := range r.nth {
		if set != 0 {
			left++
		}
	}
	if r.last != 0 {
		left++
	}
	if r.weekdays != 0 {
		t.list(fromMonday(r.weekdays), dayName, and)
		t.separate(left, and)
	}
	for k, set := range r.nth {
		if set != 0 {
			t.add("the ", [...]string{"first", "second", "third", "fourth", "fifth"}[k], " ")
			t.list(fromMonday(set), dayName, and)
			t.add(" of the month")
			left--
			t.separate(left, and)
		}
	}
	if r.last != 0 {
		t.add("the last ")
		t.list(fromMonday(r.last), dayName, and)
		t.add(" of the month")
	}
}
