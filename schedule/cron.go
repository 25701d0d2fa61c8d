package schedule

import "time"

// Cron is a parsed cron expression in a time zone. It is immutable and safe for
// concurrent use. The zero Cron never fires; use [Parse] to make one that does.
//
// Every fire is a whole second; in practice a whole minute, since only zones of
// the distant past were moved by odd seconds. Times are returned in the cron's
// own location, so that printing one shows the wall clock people scheduled by;
// compare them with [time.Time.Equal], as always.
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

// Zone returns the name of the time zone, "UTC" when none was given.
func (c *Cron) Zone() string { return c.Location().String() }

// Location returns the time zone that the expression is read in.
func (c *Cron) Location() *time.Location {
	if c.zone == nil {
		return time.UTC
	}
	return c.zone.location
}

// String returns the expression and its zone, as in "0 2 * * * Europe/Berlin".
func (c *Cron) String() string { return c.expr + " " + c.Zone() }

// Next returns the first fire strictly after the given instant. It is the zero
// time when there is none before the year 10000.
//
// Each answer is later than the last: feeding Next its own result walks through
// all fires. It allocates nothing and its cost is bounded, however rare the fires.
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

// Prev returns the last fire strictly before the given instant, the zero time
// when there is none. It is the inverse of Next: when t is a fire, Next(Prev(t))
// and Prev(Next(t)) are t, where both exist.
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

// Between returns the fires t with from < t <= to, in order and the earliest
// first, but no more than limit of them: the ticks that fell due since a
// scheduler's cursor. A limit of zero or less gives none.
//
// When limit fires are returned there may be more; continue from the last one.
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

// Shifted reports whether t is a fire whose own wall-clock time does not exist:
// the expression asked for a time inside a gap, and the fire was moved to the
// first instant after it. It is false for every other instant, also for a fire at
// the end of a gap that the expression names itself, as "0 2,3 * * *" does 03:00.
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

// time is the instant as the callers see it, the zero time for never.
func (c *Cron) time(instant int64) time.Time {
	if instant < earliest || instant > latest {
		return time.Time{}
	}
	return time.Unix(instant, 0).In(c.zone.location)
}
