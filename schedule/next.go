package schedule

// Instants are Unix seconds. Fires lie from earliest to latest, both included;
// earliest is one second after the zero time.Time, which means "never".
const (
	earliest = -62135596799 // 0001-01-01T00:00:01Z
	latest   = 253402300799 // 9999-12-31T23:59:59Z
)

// In each span, the matching readings of the wall clock from first(span) up to the
// span's end fire, each at the instant when the clock shows it. The rule for gaps
// and for times that exist twice is only a question of what first(span) is:
//
//	interval    the first reading that the span shows
//	fixed-time  the last reading before the span began. After a gap, this adds the
//	            skipped readings, which fire when the span starts. When the clock
//	            was moved back, it leaves out the readings that were shown before.

// first returns the first reading of span s that can fire.
func (c *Cron) first(s span) wall {
	if c.fixed && s.jump < secondsPerDay {
		return s.wall(s.start) - wall(s.jump)
	}
	return s.wall(s.start)
}

// far is more than two readings of one instant can differ, in seconds.
const far = 2 * secondsPerDay

// next returns the first fire at or after from; from is at least earliest. A
// result later than latest means that there is none.
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
		// No span shows the reading due more than far before its instant in this
		// span. Spans that end before then have no fire. The next span is not
		// passed over if this one ends soon: it may repeat earlier readings.
		if s.end-from > far {
			from = max(s.end, s.instant(due)-far)
		} else {
			from = s.end
		}
	}
	return latest + 1
}

// prev returns the last fire at or before until; until is at most latest. A
// result before earliest means that there is none.
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
