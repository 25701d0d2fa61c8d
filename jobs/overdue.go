package jobs

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// vigil is what this scheduler has itself seen of runs that have a deadline
// behind them. Silence is suspicion only: a control plane that was away, a
// machine that slept and a clock that stepped make every lease look over, and
// engines need some time to be heard of again. Only what was watched is known.
type vigil struct {
	// lease is how long an engine may be silent.
	lease time.Duration

	mu sync.Mutex
	// last is the latest look; zero when the store did not answer then. before is
	// the one before it.
	last, before time.Time
	// since is from when on this scheduler has looked without a gap.
	since time.Time
	step  time.Duration
	look  int64
	// proven is when, by the scheduler's stopwatch, the store was last written to.
	proven time.Duration
	runs   map[storage.DueItem]*sighting // by item without its time
}

// sighting is a run that was seen with a deadline behind it.
type sighting struct {
	// at is the deadline, and watched how long it was seen behind us,
	// unchanged: any report of the engine moves it.
	at      time.Time
	watched time.Duration
	// before is the look before the first that saw the run so: no deadline was
	// behind us then.
	before time.Time
	// renewed is whether it was moved while it was watched.
	renewed bool
	// next is how long it must have been watched before the run is read again,
	// and look the look that saw it last.
	next time.Duration
	look int64
}

// sight is what a decision about an overdue run rests on, beside the run.
type sight struct {
	// at is the deadline that was watched, and watched for how long.
	at      time.Time
	watched time.Duration
	// since is from when on this scheduler has watched, and before the last look
	// that saw no deadline of the run behind us.
	since, before time.Time
	lease         time.Duration
}

// maxReturn bounds how long an engine has to report about what happened while
// nobody watched.
const maxReturn = 15 * time.Second

// returning is how long engines have to be heard of again.
func returning(lease time.Duration) time.Duration { return min(lease/4, maxReturn) }

// enforces reports whether a deadline that was set so long before is over, and
// the engine has had its chance to report first: this scheduler saw the deadline
// pass, or has watched for a while since. One that was behind this clock before
// the run was seen so is another clock's: the whole time is watched.
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

// lost reports whether the lease that ended then was watched, unrenewed, for a
// whole lease.
func (s sight) lost(leaseUntil, now time.Time) bool {
	return !leaseUntil.After(now) && s.at.Equal(leaseUntil) && s.watched >= s.lease
}

// begin begins a look. Time counts as watched when it passed between two looks,
// but never more than half a lease at once.
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

// interrupt notes that the store did not answer, or could not be written to:
// then no engine could be heard of either.
func (v *vigil) interrupt() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = time.Time{}
}

// restart has everything be watched anew: no engine could be heard of.
func (v *vigil) restart() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = time.Time{}
	for _, seen := range v.runs {
		seen.watched, seen.next = 0, 0
	}
}

// prove writes to the store, four times a lease, while there are runs to watch:
// silence proves nothing while no heartbeat can be written. The record that it
// writes stays as it is.
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

// see notes that a look found a run with a deadline behind it, and reports
// whether it is time to read the run.
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

// nextRead is how long a run must have been watched before it may be over in
// another way.
func (v *vigil) nextRead(watched time.Duration) time.Duration {
	if chance := returning(v.lease); watched < chance {
		return chance
	}
	if watched < v.lease {
		return v.lease
	}
	return watched + returning(v.lease)
}

// end ends a look that found all that is due, and forgets what it did not find.
// It reports how many runs are watched.
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

// sight is what was seen of a run that is about to be read. If it is not over
// then, it is read again when it may be.
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

// again has a run read at the next look: it could not be.
func (v *vigil) again(item storage.DueItem) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if seen := v.runs[identity(item)]; seen != nil {
		seen.next = 0
	}
}

// alive reports whether the run's lease was renewed while it looked over, and
// lately: the clock of whoever writes its reports is behind ours.
func (v *vigil) alive(r *runLedger) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	seen := v.runs[storage.DueItem{JobRef: r.ref().job(), RunID: r.ID}]
	return seen != nil && seen.renewed && seen.watched < v.lease/2
}
