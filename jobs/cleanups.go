package jobs

import (
	"context"

	"github.com/jobledger/jobledger/storage"
)

// feedCleanup hands a debt that is a cleanup to the loop of cleanups.
func (s *Scheduler) feedCleanup(item storage.DueItem) {
	s.cleanups.turns.add([]storage.DueItem{item})
	tell(s.cleanups.news)
}

// seesDebt reports whether the loop of debts takes a debt. It does not while the
// loop of cleanups has it.
func (s *Scheduler) seesDebt(item storage.DueItem) bool {
	return !s.cleanups.turns.knows(item) && !s.cleanups.failing.waits(item)
}

// stepCleanup asks for a cleanup that the engine has not acknowledged. It holds a
// slot.
func (s *Scheduler) stepCleanup(ctx context.Context, item storage.DueItem) error {
	r, err := s.core.readAnyRun(ctx, item.JobRef, item.RunID)
	if at := r.debtAt(); err != nil || r.owesCancel || at.IsZero() || at.After(s.core.now()) {
		s.engine.cleanups.give(item.OrganizationID, 1)
		return err // nil when another scheduler has done it
	}
	cleanup := Operation{Name: "cleanup", Run: r.ref(), Trace: r.trace}
	err = told(s.engine.ask(ctx, s.engine.cleanups, cleanup, func(ctx context.Context) error { return s.engine.Cleanup(ctx, cleanup.Run) }))
	if err != nil {
		return err
	}
	now := s.core.now()
	r.settled(now)
	return s.keepOrRemove(ctx, &r, now)
}
