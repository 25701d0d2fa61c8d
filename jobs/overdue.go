package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// vigil is what this scheduler itself has seen of runs with a deadline in the past.
// Such a run is only suspected: every lease looks over after the control plane was
// away, the machine slept, or a clock was set, and engines need some time to report
// again. So a run is ended only after this scheduler has watched it long enough.
type vigil struct {
	// lease is how long an engine may be silent.
	lease time.Duration

	mu sync.Mutex
	// last is the time of the latest look; zero when the store did not answer then.
	// before is the time of the look before it.
	last, before time.Time
	// since is when this scheduler began to look without a gap. step is the time
	// that the latest look adds to what was watched. look numbers the looks.
	since time.Time
	step  time.Duration
	look  int64
	// proven is when, by the scheduler's stopwatch, prove last wrote to the store.
	proven time.Duration
	runs   map[storage.DueItem]*sighting // by item without its time
}

// sighting is what was seen of one run with a deadline in the past.
type sighting struct {
	// at is the deadline. watched is how long it was seen in the past and
	// unchanged. Any report of the engine moves the deadline.
	at      time.Time
	watched time.Duration
	// before is the time of the last look at which no deadline of the run was in
	// the past.
	before time.Time
	// renewed is whether the deadline moved while the run was watched.
	renewed bool
	// next is how long the deadline must have been watched before the run is read
	// again. look is the number of the look that saw it last.
	next time.Duration
	look int64
}

// sight is what a decision about a run with a deadline in the past needs, beside
// the run.
type sight struct {
	// at is the deadline that was watched, and watched how long.
	at      time.Time
	watched time.Duration
	// since is when this scheduler began to watch without a gap. before is the time
	// of the last look at which no deadline of the run was in the past.
	since, before time.Time
	lease         time.Duration
}

// maxReturn bounds how long engines have, after a time in which no scheduler
// watched, to report what happened meanwhile.
const maxReturn = 15 * time.Second

// returning is how long engines have to report again.
func returning(lease time.Duration) time.Duration { return min(lease/4, maxReturn) }

// enforces reports whether to end a run at a deadline: a timeout, or the grace of a
// cancel, of this length. If this scheduler saw the deadline pass, it does at once.
// If the deadline passed before this scheduler watched, the engine first gets some
// time to report. If this scheduler watched and the deadline was in the past from
// the first, another clock set it: then this scheduler watches for the whole
// length.
func (s sight) enforces(deadline time.Time, length time.Duration, now time.Time) bool {
	switch {
	case deadline.IsZero() || deadline.After(now):
		return false
	case !deadline.After(s.since):
		return s.watched >= returning(s.lease)
	case !deadline.After(s.before):
		return s.watched >= max(length, returning(s.lease))
	}
	return true
}

// lost reports whether this scheduler watched the run for a whole lease after
// leaseUntil, and no report renewed it.
func (s sight) lost(leaseUntil, now time.Time) bool {
	return !leaseUntil.After(now) && s.at.Equal(leaseUntil) && s.watched >= s.lease
}

// begin begins a look. The time between two looks counts as watched, but at most
// half a lease of it.
func (v *vigil) begin(now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	passed := now.Sub(v.last)
	v.step = min(max(passed, 0), v.lease/2)
	if v.last.IsZero() {
		v.step = 0
	}
	if v.last.IsZero() || passed < 0 || passed > v.lease/2 {
		v.since = now
	}
	v.before, v.last = v.last, now
	v.look++
}

// interrupt notes that the store did not answer. No report could be written then,
// so the time until the next look does not count as watched.
func (v *vigil) interrupt() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = time.Time{}
}

// restart discards all watched time, because the store could not be written to, and
// so no report could be.
func (v *vigil) restart() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = time.Time{}
	for _, seen := range v.runs {
		seen.watched, seen.next = 0, 0
	}
}

// prove writes to the store four times a lease while runs are watched. If it
// cannot, heartbeats cannot be written either, and silence proves nothing. It
// writes a record with its old content.
func (s *Scheduler) prove(ctx context.Context, now time.Time) {
	elapsed := s.clock.read()
	s.vigil.mu.Lock()
	due := elapsed-s.vigil.proven >= s.vigil.lease/4
	if due {
		s.vigil.proven = elapsed
	}
	s.vigil.mu.Unlock()
	if !due {
		return
	}
	list, err := s.core.store.FindJobs(ctx, storage.FindQuery{OrganizationID: guardOrganization})
	if err == nil {
		record := list.Organization
		if len(record.Doc) == 0 {
			record.Doc = encodeEvidence(now)
		}
		record.OrganizationID = guardOrganization
		err = s.core.commit(ctx, storage.Change{
			JobRef: storage.JobRef{OrganizationID: guardOrganization}, OperationID: storage.NewOperationID(now), At: now, Organization: &record,
		})
	}
	if err != nil && !errors.Is(err, storage.ErrStale) {
		s.storeOutage.note(ctx, err)
		s.vigil.restart()
	}
}

// see notes that a look found a run with a deadline in the past. It reports whether
// it is time to read the run.
func (v *vigil) see(item storage.DueItem) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.runs == nil {
		v.runs = map[storage.DueItem]*sighting{}
	}
	seen := v.runs[identity(item)]
	switch {
	case seen == nil:
		seen = &sighting{at: item.At, before: v.before}
		v.runs[identity(item)] = seen
	case !seen.at.Equal(item.At):
		*seen = sighting{at: item.At, before: seen.before, renewed: true}
	case seen.look != v.look:
		seen.watched += v.step
	}
	seen.look = v.look
	return seen.watched >= seen.next
}

// nextRead is how long a run must have been watched before it is worth reading
// again.
func (v *vigil) nextRead(watched time.Duration) time.Duration {
	if chance := returning(v.lease); watched < chance {
		return chance
	}
	if watched < v.lease {
		return v.lease
	}
	return watched + returning(v.lease)
}

// end ends a look that read all that is due. It forgets the runs that the look did
// not find, and returns how many are watched.
func (v *vigil) end() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	for id, seen := range v.runs {
		if seen.look != v.look {
			delete(v.runs, id)
		}
	}
	return len(v.runs)
}

// sight returns what was seen of a run that is about to be read. It also sets when
// to read the run again if it goes on.
func (v *vigil) sight(item storage.DueItem) sight {
	v.mu.Lock()
	defer v.mu.Unlock()
	s := sight{since: v.since, lease: v.lease}
	if seen := v.runs[identity(item)]; seen != nil {
		s.at, s.watched, s.before = seen.at, seen.watched, seen.before
		seen.next = v.nextRead(seen.watched)
	}
	return s
}

// again makes the next look read a run, because the step for it failed or had to
// wait.
func (v *vigil) again(item storage.DueItem) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if seen := v.runs[identity(item)]; seen != nil {
		seen.next = 0
	}
}

// alive reports whether the run's lease was renewed lately although it ends in the
// past: the clock of the process that writes the reports is behind ours.
func (v *vigil) alive(r *runLedger) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	seen := v.runs[storage.DueItem{JobRef: r.ref().job(), RunID: r.ID}]
	return seen != nil && seen.renewed && seen.watched < v.lease/2
}
