package jobs

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// Health is what a [Scheduler] knows about its own work, from its looks at the
// store and from the answers of its dispatcher and callbacks.
type Health struct {
	// At is when this was read, by Options.Now.
	At time.Time
	// Running is whether [Scheduler.Run] is running.
	Running bool
	// TriedAt is when a look last began; zero before the first.
	TriedAt time.Time
	// LookedAt says how old the scheduler's knowledge is: it knows all that was due
	// at this time. It looks for ticks, deadlines, runs to dispatch and requests
	// separately. For each kind, the begin of the last successful look counts;
	// LookedAt is the oldest of these times. It is zero until each kind has
	// succeeded once. While the scheduler runs, a few seconds before At are normal.
	LookedAt time.Time
	// Behind is how late the scheduler is with jobs, which means with ticks and with
	// other work on jobs: how long the oldest item has been due without being
	// settled. Less than a second is normal. A run that waits for an engine does not
	// count. Behind is measured every two seconds, or less often when a look for all
	// that is due takes longer.
	Behind time.Duration
	// Failing is what does not work now, oldest first; at most 100. It is empty
	// after Run has returned.
	Failing []Failure
}

// Failure is something that a [Scheduler] needs and that does not work now.
type Failure struct {
	// Part is what does not work: "store", "clock", "dispatcher", "directory",
	// "policy", "callback" (another function of the embedder), or "jobs" (due items
	// of one organization).
	Part string
	// OrganizationID is set when Part is "jobs", and empty otherwise.
	OrganizationID string
	// Since is when it first failed after its last success.
	Since time.Time
	// Message says what is wrong. Members may read it: it contains no address and
	// no text of another library.
	Message string
	// Err is the latest error, for operators. It may contain addresses and texts of
	// other libraries. It is nil when the failure is a call that does not return.
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

// maxFailures bounds Health.Failing.
const maxFailures = 100

// Health returns the state of the scheduler. It does no I/O and does not block. It
// may be called at any time, also before and after Run, from any goroutine.
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

// trouble is a failure that may go on; the zero value is none.
type trouble struct {
	since time.Time
	err   error
	// count is how many things fail in this way, if that is counted.
	count int
}

// note notes a success, which ends the trouble, or an error.
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

// going reports whether the trouble goes on.
func (t trouble) going() bool { return !t.since.IsZero() }

// failures collects one Failure for each part and organization.
type failures map[cause]Failure

// cause is the part, and perhaps the organization, that a failure belongs to.
type cause struct{ part, organizationID string }

// add adds a failure. When the cause is known already, its message stays, and the
// earlier time.
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

// addLook adds the failures of one loop's looks.
func (f *failures) addLook(p looking) {
	if p.hangs.going() {
		f.add(cause{part: partStore}, "a call of the store does not return", p.hangs)
	}
	if p.failing.going() {
		c, message := blame(p.failing.err, "")
		f.add(c, message, p.failing)
	}
}

// list returns the failures, oldest first.
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

// things says a number of things, for people.
func things(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
