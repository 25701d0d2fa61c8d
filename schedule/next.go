package schedule

// Instants are Unix seconds. Fires lie from earliest to latest, both included;
// earliest is one second after the zero time.Time, which means "never".
const (
	earliest = -62135596799 // 0001-01-01T00:00:01Z
	latest   = 253402300799 // 9999-12-31T23:59:59Z
)

// A span that is being searched owes the readings of its wall clock from
// first(span) up to its end, and each of them fires at the instant it shows. Both
// halves of the time-zone rule come down to where first lies:
//
//	interval    the first reading the span shows
//	fixed-time  the last reading before the span began: so after a gap the skipped
//	            readings are owed as well, and fire when the span starts; and of
//	            a repetition only what has not been shown yet is owed

// first returns the first reading that span s owes.
func (c *Cron) first(s span) wall {
	if c.fixed && s.jump < secondsPerDay {
		return s.wall(s.start) - wall(s.jump)
	}
	return s.wall(s.start)
}

// far is farther than two readings of one instant can lie apart, in seconds.
const far = 2 * secondsPerDay

// next returns the first fire at or after from, which is at least earliest; what
// is later than latest means never.
func (c *Cron) next(from int64) int64 {
	for from <= latest {
		s := c.zone.at(from)
		reading := c.first(s)
		if from > s.start {
			reading = max(reading, s.wall(from))
		}
		due := c.nextWall(reading)
		if fire := max(s.instant(due), s.start); fire < s.end {
			return fire
		}
		// No clock shows due much before the instant it has here. Spans that
		// end earlier have nothing, once a repetition of what lies before
		// reading is out of the question.
		if s.end-from > far {
			from = max(s.end, s.instant(due)-far)
		} else {
			from = s.end
		}
	}
	return latest + 1
}

// prev returns the last fire at or before until, which is at most latest; what is
// before earliest means never.
func (c *Cron) prev(until int64) int64 {
	for until >= earliest {
		s := c.zone.at(until)
		due := c.prevWall(s.wall(until))
		if due >= c.first(s) {
			return max(s.instant(due), s.start)
		}
		if until-s.start > far {
			until = min(s.start-1, s.instant(due)+far)
		} else {
			until = s.start - 1
		}
	}
	return earliest - 1
}
