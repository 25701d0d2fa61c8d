package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// clockGuard stops a clock that is far ahead from settling years of ticks. It
// compares the clock with a time that schedulers write down once a day, each within
// MaxOutage of the one before. It does not use the times of other commits, which a
// wrong clock may have made.
type clockGuard struct {
	// turn is held by the goroutine that asks the store.
	turn chan struct{}

	mu sync.Mutex
	// at is the latest time that was written down, and revision the revision of its
	// record; zero before it was read.
	at       time.Time
	revision int64
	// behind is when our clock was first seen to be behind at; see fresh.
	behind time.Time
	// told is whether it was logged that the store's clock differs from ours.
	told bool
}

const (
	// guardOrganization is the organization whose record holds the evidence. No
	// user's organization can have this ID: see versions.ValidID.
	guardOrganization = "~jobledger"
	// evidenceEvery is how often a time is written down.
	evidenceEvery = 24 * time.Hour
	// replaceAfter is how long a time in the future must stay unchanged before an
	// earlier time replaces it. While a scheduler with a right clock runs, it
	// changes the time each day, so a slow clock beside it replaces nothing.
	replaceAfter = 2 * evidenceEvery
	// maxClockLead is how far ahead of a store's own clock ticks may be settled.
	maxClockLead = time.Minute
)

// ErrClock: this process's clock is more than SchedulerOptions.MaxOutage ahead of
// the time that schedulers last wrote to the store. The scheduler takes the clock
// for wrong, and settles nothing.
var ErrClock = errors.New("jobs: the clock is too far ahead of the time of the last look")

// setHorizon sets up to when ticks may be settled. It returns [ErrClock] when the
// clock seems wrong.
func (s *Scheduler) setHorizon(ctx context.Context, l *loop, page storage.DuePage, now time.Time) error {
	horizon := now
	if page.Clock {
		s.compareClocks(ctx, page.Time, now)
		horizon = earliest(now, page.Time.Add(maxClockLead))
	} else if err := s.believe(ctx, page.Time, now); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.horizon = horizon
	return nil
}

// compareClocks logs once that the store's clock and ours differ by more than
// maxClockLead.
func (s *Scheduler) compareClocks(ctx context.Context, theirs, ours time.Time) {
	s.guard.mu.Lock()
	defer s.guard.mu.Unlock()
	if s.guard.told || ours.Sub(theirs).Abs() <= maxClockLead {
		return
	}
	s.guard.told = true
	s.core.opts.Logger.WarnContext(ctx, "jobledger: the clock of the store and that of this process differ",
		slog.Time("store", theirs), slog.Time("process", ours))
}

// believe returns [ErrClock] when the clock is more than MaxOutage ahead of the
// evidence. Otherwise it writes the clock down, once a day. Without evidence, it
// compares with the time of the latest commit. Evidence in the future that stays
// unchanged is replaced; otherwise one clock that was far ahead would switch the
// guard off.
func (s *Scheduler) believe(ctx context.Context, latest, now time.Time) error {
	g := &s.guard
	if g.fresh(now) {
		return nil
	}
	select {
	case g.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-g.turn }()
	list, err := s.core.store.FindJobs(ctx, storage.FindQuery{OrganizationID: guardOrganization})
	if err != nil {
		return storeError("read when schedulers last looked", err)
	}
	known, err := decodeEvidence(list.Organization.Doc)
	if err != nil {
		return err
	}
	g.note(known, list.Organization.Revision, now)
	if known.IsZero() {
		known = latest
	}
	switch {
	case !known.IsZero() && now.Sub(known) > s.opts.MaxOutage:
		return fmt.Errorf("%w: it is %s, and the last look was at %s", ErrClock, now.Format(time.RFC3339), known.Format(time.RFC3339))
	case g.fresh(now):
		return nil
	}
	return s.writeEvidence(ctx, now)
}

// fresh reports whether the latest evidence is less than a day old, or lies ahead
// of our clock for less than replaceAfter.
func (g *clockGuard) fresh(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.at.After(now) {
		return !g.behind.IsZero() && !now.Before(g.behind) && now.Sub(g.behind) < replaceAfter
	}
	return !g.at.IsZero() && now.Sub(g.at) < evidenceEvery
}

// note notes the evidence, as it was just read or written.
func (g *clockGuard) note(at time.Time, revision int64, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case !at.After(now):
		g.behind = time.Time{}
	case !at.Equal(g.at) || g.behind.IsZero() || now.Before(g.behind):
		g.behind = now
	}
	g.at, g.revision = at, revision
}

// writeEvidence writes the time down. When several schedulers do so at once, one
// succeeds, and the others read its time later.
func (s *Scheduler) writeEvidence(ctx context.Context, now time.Time) error {
	g := &s.guard
	g.mu.Lock()
	revision := g.revision
	g.mu.Unlock()
	err := s.core.commit(ctx, storage.Change{
		JobRef: storage.JobRef{OrganizationID: guardOrganization}, OperationID: storage.NewOperationID(now), At: now,
		Organization: &storage.OrganizationRecord{OrganizationID: guardOrganization, Revision: revision, Doc: encodeEvidence(now)},
	})
	switch {
	case err == nil:
		g.note(now, revision+1, now)
	case errors.Is(err, storage.ErrStale):
		return nil
	}
	return err
}

func encodeEvidence(at time.Time) []byte { return []byte(at.Format(time.RFC3339Nano)) }

func decodeEvidence(doc []byte) (time.Time, error) {
	if len(doc) == 0 {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339Nano, string(doc))
	if err != nil {
		return time.Time{}, fmt.Errorf("jobs: document of organization %s: %w", guardOrganization, err)
	}
	return at, nil
}
