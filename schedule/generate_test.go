package schedule_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// expression is a random valid cron expression, and what it means: worked out
// beside the text as it is made, so that no parser is needed to know it.
type expression struct {
	text     string
	fixed    bool
	minutes  map[int]bool
	hours    map[int]bool
	months   map[int]bool
	dates    []func(time.Time) bool
	weekdays []func(time.Time) bool
	both     bool
}

// matches reports whether the expression asks for the date and time that t shows.
func (e *expression) matches(t time.Time) bool {
	return e.minutes[t.Minute()] && e.hours[t.Hour()] && e.months[int(t.Month())] && e.matchesDay(t)
}

func (e *expression) matchesDay(t time.Time) bool {
	date, weekday := anyOf(e.dates, t), anyOf(e.weekdays, t)
	if e.both {
		return date && weekday
	}
	return date || weekday
}

func anyOf(tests []func(time.Time) bool, t time.Time) bool {
	for _, test := range tests {
		if test(t) {
			return true
		}
	}
	return false
}

// generator makes random expressions. A field is restricted by a chance of one in
// sparse, so that a large one gives expressions that fire often.
type generator struct {
	*rand.Rand
	sparse int
}

func (g *generator) expression() *expression {
	e := &expression{}
	minute, minutes := g.plain(0, 59, nil, 1)
	hour, hours := g.plain(0, 23, nil, 2)
	month, months := g.plain(1, 12, []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}, g.sparse)
	date, weekday := "", ""
	date, e.dates = g.dates()
	weekday, e.weekdays = g.weekdays()
	e.minutes, e.hours, e.months = minutes, hours, months
	e.fixed = minute[0] != '*' && hour[0] != '*'
	e.both = date[0] == '*' || weekday[0] == '*'
	e.text = strings.Join([]string{minute, hour, date, month, weekday}, " ")
	return e
}

// plain makes a field of values from low to high, * but for one time in sparse.
func (g *generator) plain(low, high int, names []string, sparse int) (string, map[int]bool) {
	values := map[int]bool{}
	if g.IntN(sparse) != 0 {
		return g.item(low, high, nil, values, 0), values
	}
	var items []string
	for range 1 + g.IntN(3)*g.IntN(2) {
		items = append(items, g.item(low, high, names, values, 1+g.IntN(5)))
	}
	return strings.Join(items, ","), values
}

// item makes one item of a list and adds its values. The kinds are *, a, a-b,
// a-b/n, a/n and */n.
func (g *generator) item(low, high int, names []string, values map[int]bool, kind int) string {
	add := func(from, to, step int) {
		for v := from; v <= to; v += step {
			values[v] = true
		}
	}
	name := func(v int) string {
		if names == nil || g.IntN(2) == 0 {
			return strconv.Itoa(v)
		}
		if g.IntN(2) == 0 {
			return strings.ToLower(names[v-low])
		}
		return names[v-low]
	}
	from := low + g.IntN(high-low+1)
	to := from + g.IntN(high-from+1)
	switch kind {
	case 0:
		add(low, high, 1)
		return "*"
	case 1:
		add(from, from, 1)
		return name(from)
	case 2:
		add(from, to, 1)
		return name(from) + "-" + name(to)
	case 3:
		step := 1 + g.IntN(to-from+1)
		add(from, to, step)
		return fmt.Sprintf("%s-%s/%d", name(from), name(to), step)
	case 4:
		step := 1 + g.IntN(high-from+1)
		add(from, high, step)
		return fmt.Sprintf("%s/%d", name(from), step)
	default:
		step := 1 + g.IntN(high-low+1)
		add(low, high, step)
		return fmt.Sprintf("*/%d", step)
	}
}

// dates makes a day-of-month field.
func (g *generator) dates() (string, []func(time.Time) bool) {
	text, values := g.plain(1, 31, nil, g.sparse)
	tests := []func(time.Time) bool{func(t time.Time) bool { return values[t.Day()] }}
	if text == "*" || g.IntN(3) != 0 {
		return text, tests
	}
	if g.IntN(2) == 0 {
		return text + ",L", append(tests, func(t time.Time) bool { return t.AddDate(0, 0, 1).Day() == 1 })
	}
	n := 1 + g.IntN(31)
	return fmt.Sprintf("%s,%dW", text, n), append(tests, func(t time.Time) bool { return isNearestWorkday(t, n) })
}

// weekdays makes a day-of-week field.
func (g *generator) weekdays() (string, []func(time.Time) bool) {
	names := []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
	text, values := g.plain(0, 6, names, g.sparse)
	tests := []func(time.Time) bool{func(t time.Time) bool { return values[int(t.Weekday())] }}
	if text == "*" {
		return text, tests
	}
	day := g.IntN(8)
	switch g.IntN(6) {
	case 0:
		return fmt.Sprintf("%s,%d", text, day), append(tests, func(t time.Time) bool { return int(t.Weekday()) == day%7 })
	case 1:
		return fmt.Sprintf("%s,%dL", text, day), append(tests, func(t time.Time) bool {
			return int(t.Weekday()) == day%7 && t.AddDate(0, 0, 7).Month() != t.Month()
		})
	case 2:
		k := 1 + g.IntN(5)
		return fmt.Sprintf("%s,%d#%d", text, day, k), append(tests, func(t time.Time) bool {
			return int(t.Weekday()) == day%7 && (t.Day()+6)/7 == k
		})
	case 3:
		from := 1 + g.IntN(6)
		return fmt.Sprintf("%s,%d-7", text, from), append(tests, func(t time.Time) bool {
			return t.Weekday() == time.Sunday || int(t.Weekday()) >= from
		})
	}
	return text, tests
}

// isNearestWorkday looks for the day n of t's month, and around it, day by day.
func isNearestWorkday(t time.Time, n int) bool {
	day := time.Date(t.Year(), t.Month(), n, 0, 0, 0, 0, time.UTC)
	if day.Month() != t.Month() {
		return false
	}
	for _, distance := range []int{0, -1, 1, -2, 2} {
		near := day.AddDate(0, 0, distance)
		if near.Month() == t.Month() && near.Weekday() != time.Sunday && near.Weekday() != time.Saturday {
			return near.Day() == t.Day()
		}
	}
	return false
}
