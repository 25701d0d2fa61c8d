package schedule

import (
	"math"
	"sort"
	"time"
)

// span is a stretch of time in which a zone's clock is not moved: the instants
// from start up to, not including, end.
type span struct {
	start, end int64
	offset     int64 // of the wall clock, in seconds east of UTC
	jump       int64 // how far the clock was moved at start: above zero a gap, below a repetition
}

// wall returns what the clock shows at an instant.
func (s span) wall(instant int64) wall { return wall(instant + s.offset) }

// instant returns when the clock shows w, if it ever does in this span.
func (s span) instant(w wall) int64 { return int64(w) - s.offset }

// zone is a time zone with the moves of its clock laid out in a table, since
// asking time.Location afresh can cost more than the whole search for a fire.
type zone struct {
	location *time.Location
	moves    []move // ordered by at, never empty
	until    int64  // where the table ends
}

// move is the start of a span in the table; the span ends where the next starts.
type move struct {
	at           int64
	offset, jump int32
}

const (
	// The years that tables are made for. Outside, the zone is asked.
	tableFrom  = 0          // 1970-01-01T00:00:00Z
	tableUntil = 4102444800 // 2100-01-01T00:00:00Z

	// Bounds of spans that have none, outside all fires by more than any offset.
	// They are no extreme numbers, so that sums with them cannot overflow.
	openStart = earliest - far
	openEnd   = math.MaxInt64 / 2
)

// newZone lays out the table of a location.
func newZone(location *time.Location) *zone {
	z := &zone{location: location}
	s := z.ask(tableFrom)
	for {
		// Tables of the location may list moves by nothing, as when only the
		// name of the zone's time changes.
		if len(z.moves) == 0 || s.jump != 0 {
			z.moves = append(z.moves, move{at: s.start, offset: int32(s.offset), jump: int32(s.jump)})
		}
		z.until = s.end
		if z.until >= tableUntil {
			return z
		}
		previous := s
		s = z.ask(s.end)
		s.start, s.jump = previous.end, s.offset-previous.offset
	}
}

// at returns the span that an instant lies in.
func (z *zone) at(instant int64) span {
	if instant < z.moves[0].at || instant >= z.until {
		return z.ask(instant)
	}
	i := sort.Search(len(z.moves), func(i int) bool { return z.moves[i].at > instant }) - 1
	found := z.moves[i]
	end := z.until
	if i+1 < len(z.moves) {
		end = z.moves[i+1].at
	}
	return span{start: found.at, end: end, offset: int64(found.offset), jump: int64(found.jump)}
}

// ask makes the span of an instant from the location itself. It may be shorter
// than the stretch without a move, and then begins or ends with a jump of zero.
func (z *zone) ask(instant int64) span {
	t := time.Unix(instant, 0).In(z.location)
	s := span{start: openStart, end: openEnd, offset: z.offset(instant)}
	start, end := t.ZoneBounds()
	if !start.IsZero() && start.Unix() > openStart {
		s.start = start.Unix()
		s.jump = s.offset - z.offset(s.start-1)
	}
	if !end.IsZero() {
		s.end = end.Unix()
	}
	// For years beyond its table, a location tells where the year ends as if
	// each had 365 days, which leaves the last day of leap years outside.
	if s.end <= instant {
		s.end = time.Date(t.UTC().Year()+1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	}
	return s
}

// offset asks the location for its offset at an instant.
func (z *zone) offset(instant int64) int64 {
	_, offset := time.Unix(instant, 0).In(z.location).Zone()
	return int64(offset)
}
