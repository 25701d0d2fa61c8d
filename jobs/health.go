package jobs

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Health is what a [Scheduler] knows about its own work: from its looks at the
// store, and from the answers that it got.
type Health struct {
	// At is when this was so, by the clock of the service.
	At time.Time
	// Running is whether [Scheduler.Run] is going on.
	Running bool
	// TriedAt is when a look last began; zero before the first.
	TriedAt time.Time
	// LookedAt is up to when the scheduler knows what is due: when its last look
	// began that succeeded. It looks at ticks, deadlines, runs to dispatch and
	// requests one by one, and this is the oldest of their times. Zero until each
	// has succeeded once. While it runs, a few seconds before At are normal.
	LookedAt time.Time
	// Behind is for how long the oldest tick, or whatever else a job waits for, was
	// due at the last full look, while not all that it found is settled. A full look
	// is made every two seconds, or after 20 times as long as one takes. What was
	// to come then, and is due now, counts too. Less than a second is normal. A run
	// that waits for an engine does not count.
	Behind time.Duration
	// Failing is what does not work, the oldest first; at most 100. It is empty once
	// Run has returned.
	Failing []Failure
}

// Failure is something that a [Scheduler] needs and that does not work.
type Failure struct {
	// Part is what does not work: "store", "clock", "dispatcher", "directory",
	// "policy", "callback" (another function of the embedder's), or "jobs": what
	// is due of one organization.
	Part string
	// OrganizationID is set when Part is "jobs", and empty otherwise.
	OrganizationID string
	// Since is when the first failure came that no success has followed.
	Since time.Time
	// Message says what is wrong. It holds no address and no text of another
	// library, so that members may read it.
	Message string
	// Err is the last error, for operators: it may hold both. It is nil while
	// a call does not return.
	Err error
}

// The parts that can fail; see [Failure.Part].
const (
	partStore      = "store"
	partClock      = "clock"
	partDispatcher = "dispatcher"
	partDirectory  = "directory"
	partPolicy     = "policy"
	partCallback   = "callback"
	partJobs       = "jobs"
)

// maxFailures bounds the failures that are shown.
const maxFailures = 100

// Health says how the scheduler is. It asks nobody and waits for nothing, so it
// may be called at any time, also before Run and after it, from any goroutine.
func (s *Scheduler) Health() Health {
	now := s.core.now()
	h := Health{At: now, Running: s.running.Load() > 0}
	known := true
	var found failures
	for _, l := range s.loops {
		p := l.looking.read(now)
		if p.tried.After(h.TriedAt) {
			h.TriedAt = p.tried
		}
		found.addLook(p)
		if p.idle || l.fed {
			continue
		}
		l.failing.tell(&found)
		if l.kind == storage.DueJobs {
			h.Behind = p.behind
		}
		known = known && !p.looked.IsZero()
		h.LookedAt = earliest(h.LookedAt, p.looked)
	}
	if s.cleanups != nil {
		s.cleanups.failing.tell(&found)
	}
	if !known {
		h.LookedAt = time.Time{}
	}
	if s.ended.Load() && !h.Running {
		h.Behind = 0
		return h
	}
	s.engine.tell(&found)
	s.core.callouts.tell(&found)
	h.Failing = found.list()
	return h
}

// trouble is a failure that goes on: since when, and how it shows.
type trouble struct {
	since time.Time
	err   error
	// count is how many things fail so, where that is counted.
	count int
}

// note notes how something went.
func (t *trouble) note(err error, now time.Time) {
	switch {
	case err == nil:
		*t = trouble{}
	case t.since.IsZero():
		t.since = now
		fallthrough
	default:
		t.err = err
	}
}

// going reports whether it goes on.
func (t trouble) going() bool { return !t.since.IsZero() }

// failures are collected, one for each part and organization.
type failures map[cause]Failure

// cause is what a failure is blamed on.
type cause struct{ part, organizationID string }

// add adds a failure. Of two with one cause the message of the first stays, and
// the earlier time.
func (f *failures) add(c cause, message string, t trouble) {
	if *f == nil {
		*f = failures{}
	}
	failure, known := (*f)[c]
	if !known {
		failure = Failure{Part: c.part, OrganizationID: c.organizationID, Since: t.since, Message: message}
	}
	failure.Since = earliest(failure.Since, t.since)
	failure.Err = cmp.Or(failure.Err, t.err)
	(*f)[c] = failure
}

// addLook adds what the looks of a loop show.
func (f *failures) addLook(p looking) {
	if p.hangs.going() {
		f.add(cause{part: partStore}, "a call of the store does not return", p.hangs)
	}
	if p.failing.going() {
		c, message := blame(p.failing.err, "")
		f.add(c, message, p.failing)
	}
}

// list lists them, the oldest first.
func (f failures) list() []Failure {
	var list []Failure
	for _, failure := range f {
		list = append(list, failure)
	}
	slices.SortFunc(list, func(a, b Failure) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Part, b.Part), cmp.Compare(a.OrganizationID, b.OrganizationID))
	})
	return list[:min(len(list), maxFailures)]
}

// things says how many there are, for people.
func things(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
