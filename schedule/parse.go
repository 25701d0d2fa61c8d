package schedule

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxExprLength is the most characters of an expression.
const maxExprLength = 100

// tags are names for common expressions.
var tags = map[string]string{
	"@hourly":  "0 * * * *",
	"@daily":   "0 0 * * *",
	"@weekly":  "0 0 * * 0",
	"@monthly": "0 0 1 * *",
	"@yearly":  "0 0 1 1 *",
}

// Parse reads a cron expression, in the dialect that the package documentation
// describes, and the name of an IANA time zone. An empty zone means UTC. The
// zone "Local" and an empty expression are refused. A job without a schedule
// has no Cron.
//
// Every error is a [*ParseError], which names the field and the reason.
func Parse(expr, zone string) (*Cron, error) {
	fields, err := split(expr)
	if err != nil {
		return nil, refuse(expr, FieldExpression, err)
	}
	c := &Cron{expr: expr}
	if field, err := c.compile(fields); err != nil {
		return nil, refuse(expr, field, err)
	}
	if field, reason := c.days.never(c.months); field != "" {
		return nil, refuse(expr, field, errors.New(reason))
	}
	if c.zone, err = lookupZone(zone); err != nil {
		return nil, refuse(expr, FieldZone, err)
	}
	return c, nil
}

// split returns the five fields of an expression.
func split(expr string) (fields [5]string, err error) {
	if err := checkShape(expr); err != nil {
		return fields, err
	}
	rest := expr
	if expr[0] == '@' {
		full, known := tags[expr]
		if !known {
			return fields, fmt.Errorf("%q is not one of the tags @hourly, @daily, @weekly, @monthly, @yearly", expr)
		}
		rest = full
	}
	count, start := 0, 0
	for end := range len(rest) + 1 {
		if end < len(rest) && !blank(rest[end]) {
			continue
		}
		if start < end {
			if count < len(fields) {
				fields[count] = rest[start:end]
			}
			count++
		}
		start = end + 1
	}
	if count != len(fields) {
		return fields, fmt.Errorf("it has %d fields; there must be five: minute, hour, day-of-month, month, day-of-week", count)
	}
	return fields, nil
}

func checkShape(expr string) error {
	switch {
	case expr == "":
		return errors.New("it is empty")
	case len(expr) > maxExprLength && utf8.RuneCountInString(expr) > maxExprLength:
		return fmt.Errorf("it is longer than %d characters", maxExprLength)
	case blank(expr[0]) || blank(expr[len(expr)-1]):
		return errors.New("it begins or ends with a blank")
	case strings.HasPrefix(expr, "TZ=") || strings.HasPrefix(expr, "CRON_TZ="):
		return errors.New("it names a time zone; give the zone separately")
	}
	return nil
}

// blank reports whether a character separates fields.
func blank(c byte) bool { return c == ' ' || c == '\t' }

// compile reads the five fields into c. When one is wrong, it returns the
// field's name.
func (c *Cron) compile(fields [5]string) (field string, err error) {
	minutes, err := minuteField.parse(fields[0], nil)
	if err != nil {
		return FieldMinute, err
	}
	hours, err := hourField.parse(fields[1], nil)
	if err != nil {
		return FieldHour, err
	}
	dates, err := dateField.parse(fields[2], c.days.dateModifier)
	if err != nil {
		return FieldDayOfMonth, err
	}
	months, err := monthField.parse(fields[3], nil)
	if err != nil {
		return FieldMonth, err
	}
	weekdays, err := weekdayField.parse(fields[4], c.days.weekdayModifier)
	if err != nil {
		return FieldDayOfWeek, err
	}
	c.minutes, c.hours, c.months = minutes, uint32(hours), uint16(months)
	c.fixed = !starred(fields[0]) && !starred(fields[1])
	c.days.dates = uint32(dates)
	c.days.weekdays = uint8(weekdays&0b1111111 | weekdays>>7) // 7 is Sunday again
	c.days.both = starred(fields[2]) || starred(fields[4])
	return "", nil
}

// starred reports whether a field begins with *. This distinguishes interval
// expressions from fixed times, and decides whether a day must match both day
// fields.
func starred(field string) bool { return field[0] == '*' }
