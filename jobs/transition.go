package jobs

import (
	"context"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

// settleBefore settles, in the commit of an edit that changes the schedule,
// what was due under the version that is active until then: as the
// missed-schedule policy latest would, or as a pause.
func (s *Service) settleBefore(ctx context.Context, l *ledger, c *storage.Change, e edit) error {
	if l.Status == Paused {
		return s.settlePauseTicks(l, c, e)
	}
	if l.NextRunAt.IsZero() || l.NextRunAt.After(e.at) {
		return nil
	}
	facts, err := s.readFacts(ctx, l)
	if err != nil {
		return err
	}
	p := s.newPass(l, facts, e.at)
	situation, err := p.situation()
	if err != nil {
		return err
	}
	p.carryOut(schedule.Settle(situation), situation.Cron)
	l.blocked = p.waits()
	p.addTo(c)
	return nil
}

// settlePause ends a pause: its ticks are one row, and successes of
// dependencies during it start nothing.
func (s *Service) settlePause(ctx context.Context, l *ledger, c *storage.Change, e edit) error {
	if err := s.settlePauseTicks(l, c, e); err != nil {
		return err
	}
	if l.Version.CronExpression != "" || len(l.Version.DependsOn) == 0 {
		return nil
	}
	found, err := s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: l.OrganizationID, Keys: l.Version.DependsOn, Brief: true})
	if err != nil {
		return storeError("find the dependencies of job "+l.ID, err)
	}
	records := make([]storage.JobRecord, len(found.Jobs))
	for i := range found.Jobs {
		records[i] = found.Jobs[i].JobRecord
	}
	return s.baseline(ctx, l, records)
}

func (s *Service) settlePauseTicks(l *ledger, c *storage.Change, e edit) error {
	cron, err := l.Version.Schedule()
	if cron == nil || err != nil {
		return err
	}
	p := s.newPass(l, facts{}, e.at)
	p.carryOut(schedule.Resume(cron, l.cursor, e.at), cron)
	p.addTo(c)
	return nil
}

// newSchedule decides about the schedule of a version that is about to become
// active: what was due under the old one is settled, and what dependencies
// achieved until now is not used again.
func (s *Service) newSchedule(ctx context.Context, l *ledger, cron string, found []storage.JobRecord, c *storage.Change, e edit) error {
	c.Wake = l.releases(e)
	if err := s.settleBefore(ctx, l, c, e); err != nil {
		return err
	}
	if cron != "" {
		l.consumed = nil
		return nil
	}
	return s.baseline(ctx, l, found)
}

// releases wakes the dependents of a job whose next tick an edit takes away:
// one of them may wait for just this tick, which its scheduler's clock saw due.
func (l *ledger) releases(e edit) *storage.Wake {
	if l.NextRunAt.IsZero() {
		return nil
	}
	return &storage.Wake{At: e.at, Scope: dependencyScope + l.Key}
}
