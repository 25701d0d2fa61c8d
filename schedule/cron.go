package schedule

import "time"

// Cron is a parsed cron expression in a time zone. It is immutable and safe for
// concurrent use. The zero Cron never fires; use [Parse] to make one that does.
//
// Every fire is a whole minute, except in the distant past, when some zones
// were moved by odd seconds. Times are returned in the cron's own location, so
// they print as the wall-clock time that the expression names. Compare them
// with [time.Time.Equal].
type Cron struct {
	minutes uint64 // bit m: minute m of an hour matches
	hours   uint32 // bit h: hour h of a day matches
	months  uint16 // bit m: month m of a year matches, January is 1
	fixed   bool   // neither minute nor hour begins with *
	days    dayRule
	zone    *zone
	expr    string
}

// Expr returns the expression as it was given to [Parse].
func (c *Cron) Expr() string { return c.expr }

// Zone returns the name of the time zone; "UTC" when [Parse] was given none.
func (c *Cron) Zone() string { return c.Location().String() }

// Location returns the time zone in which the expression is read.
func (c *Cron) Location() *time.Location {
	if c.zone == nil {
		return time.UTC
	}
	return c.zone.location
}

// String returns the expression and its zone, as in "0 2 * * * Europe/Berlin".
func (c *Cron) String() string { return c.expr + " " + c.Zone() }

// Next returns the first fire strictly after the given instant. It returns the
// zero time when there is none before the year 10000.
//
// Calling Next with its own result walks through all fires. It allocates
// nothing. Its cost is bounded, also for fires that are centuries apart.
func (c *Cron) Next(after time.Time) time.Time {
	if c.zone == nil {
		return time.Time{}
	}
	// Unix rounds down, so the next whole second is the first candidate.
	seconds := after.Unix()
	if seconds >= latest {
		return time.Time{}
	}
	return c.time(c.next(max(seconds+1, earliest)))
}

// Prev returns the last fire strictly before the given instant. It returns the
// zero time when there is none. For a fire t, Next(Prev(t)) and Prev(Next(t))
// are t, if both exist.
func (c *Cron) Prev(before time.Time) time.Time {
	if c.zone == nil {
		return time.Time{}
	}
	seconds := before.Unix()
	if before.Nanosecond() == 0 {
		if seconds <= earliest {
			return time.Time{}
		}
		seconds--
	}
	if seconds < earliest {
		return time.Time{}
	}
	return c.time(c.prev(min(seconds, latest)))
}

// Between returns the fires t with from < t <= to, earliest first, and at most
// limit of them. With a limit of 0 or less it returns none. When it returns
// limit fires there may be more: call it again from the last one.
func (c *Cron) Between(from, to time.Time, limit int) []time.Time {
	var fires []time.Time
	for len(fires) < limit {
		from = c.Next(from)
		if from.IsZero() || from.After(to) {
			break
		}
		fires = append(fires, from)
	}
	return fires
}

// Shifted reports whether t is a fire that was moved. The expression names a
// wall-clock time that does not exist on that day, because the clock was put
// forward. The fire is then the first instant after the gap. Shifted is false for
// every other instant, and also when the expression names this instant itself:
// "0 2,3 * * *" names 03:00, also after a gap from 02:00 to 03:00.
func (c *Cron) Shifted(t time.Time) bool {
	seconds := t.Unix()
	if c.zone == nil || t.Nanosecond() != 0 || seconds < earliest || seconds > latest {
		return false
	}
	s := c.zone.at(seconds)
	reading := s.wall(seconds)
	return seconds == s.start &&
		c.nextWall(c.first(s)) < reading &&
		c.nextWall(reading) != reading
}

// time returns an instant as callers see it: the zero time when there is none.
func (c *Cron) time(instant int64) time.Time {
	if instant < earliest || instant > latest {
		return time.Time{}
	}
	return time.Unix(instant, 0).In(c.zone.location)
}
