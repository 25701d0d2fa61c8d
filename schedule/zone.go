package schedule

import (
	"math"
	"sort"
	"time"
)

// span is the time between two moves of a zone's clock: the instants from start
// up to, but not including, end.
type span struct {
	start, end int64
	offset     int64 // of the wall clock, in seconds east of UTC
	jump       int64 // how far the clock was moved at start: above 0 forward, which makes a gap
}

func (s span) wall(instant int64) wall { return wall(instant + s.offset) }

// instant returns the instant when the clock shows w, if it shows w in this
// span.
func (s span) instant(w wall) int64 { return int64(w) - s.offset }

// zone is a time zone with a table of the moves of its clock. Asking
// time.Location each time can cost more than all else in the search for a fire.
type zone struct {
	location *time.Location
	moves    []move // ordered by at; never empty
	until    int64  // the end of the table
}

// move is the start of a span in the table. The span ends where the next one
// starts.
type move struct {
	at           int64
	offset, jump int32
}

const (
	// These are the years of the tables. Outside of them, the location is
	// asked.
	tableFrom  = 0          // 1970-01-01T00:00:00Z
	tableUntil = 4102444800 // 2100-01-01T00:00:00Z

	// These are the bounds of spans that have no bound. They are outside all
	// fires by more than any offset, and small enough that sums with them do
	// not overflow.
	openStart = earliest - far
	openEnd   = math.MaxInt64 / 2
)

// newZone makes the table of a location.
func newZone(location *time.Location) *zone {
	z := &zone{location: location}
	s := z.ask(tableFrom)
	for {
		// A location may list moves by 0 seconds, when only the name of the zone's
		// time changes.
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

// at returns the span of an instant.
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

// ask makes the span of an instant from the location itself. The span may be
// shorter than the time between two moves. Then it begins with a jump of 0, or
// ends before a move.
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
	// For years after its table, a location computes the end of a year as if each
	// year had 365 days. This leaves out the last day of leap years.
	if s.end <= instant {
		s.end = time.Date(t.UTC().Year()+1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	}
	return s
}

func (z *zone) offset(instant int64) int64 {
	_, offset := time.Unix(instant, 0).In(z.location).Zone()
	return int64(offset)
}
