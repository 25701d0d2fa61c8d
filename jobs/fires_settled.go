package jobs

import (
	"context"
	"slices"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

// countSettled counts the ticks of some jobs, settled ones and later ones. It reads
// the newest runs of all of them at once. It reads older runs, and the ledger of
// ticks, only for jobs where the newest runs are not enough.
func (s *Service) countSettled(ctx context.Context, f *fireCount, list []firingJob, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].l.ID
	}
	found, err := s.store.FindJobs(ctx, storage.FindQuery{
		OrganizationID: list[0].l.OrganizationID, IDs: ids, Brief: true, RecentRuns: fireRuns,
	})
	if err != nil {
		return storeError("find the newest runs of jobs", err)
	}
	recent := make(map[string][]storage.RunRecord, len(list))
	for _, job := range found.Jobs {
		recent[job.JobID] = job.RecentRuns
	}
	for _, job := range list {
		if f.steps > maxFireSteps {
			f.truncated = true
			return nil
		}
		fates, err := s.runFates(ctx, f, job, recent[job.l.ID])
		if err != nil {
			return err
		}
		if !f.saysAll(job, fates) {
			if err := s.countRows(ctx, f, job, fates); err != nil {
				return err
			}
		}
		for at, fate := range fates {
			f.add(job.l, microTime(at), fate, 1)
		}
		f.ahead(job, now)
		f.endJob()
	}
	return nil
}

// runFates reads the runs that ticks in the query's time made, and returns their
// fates by nominal time. recent are the job's newest runs.
func (s *Service) runFates(ctx context.Context, f *fireCount, job firingJob, recent []storage.RunRecord) (map[int64]string, error) {
	since := f.from.Add(-maxAhead) // a clock that is ahead makes a run before its nominal time
	var runs []runLedger           // newest first
	take := func(records []storage.RunRecord) (older bool) {
		for _, record := range records {
			f.steps++
			if record.CreatedAt.Before(since) {
				return true
			}
			r, err := decodeRun(record)
			if err != nil {
				s.unreadable.note(ctx, s.opts.Logger, record.JobRef, err)
				continue
			}
			runs = append(runs, r)
		}
		return false
	}
	done := take(recent) || len(recent) < fireRuns
	query := storage.RunQuery{JobRef: job.l.ref(), Limit: storage.MaxLimit}
	if !done {
		query.After.Number = recent[len(recent)-1].Number
	}
	for !done {
		if f.steps > maxFireSteps {
			f.truncated = true
			break
		}
		page, err := s.store.ListRuns(ctx, query)
		if err != nil {
			return nil, storeError("list the runs of job "+job.l.ID, err)
		}
		done = take(page.Runs) || !page.More
		query.After = page.Next
	}
	return f.chains(runs), nil
}

// chains returns the fates of the ticks that made the runs, by nominal time. The
// fate is that of the last attempt. It ignores runs that somebody asked for. runs
// are newest first.
func (f *fireCount) chains(runs []runLedger) map[int64]string {
	fates := map[int64]string{}
	ofTick := map[string]bool{} // runs of the schedule, and their later attempts
	for _, r := range slices.Backward(runs) {
		if r.deleted || r.Trigger != TriggerSchedule && (r.Attempt <= 1 || !ofTick[r.RetryOf]) {
			continue
		}
		ofTick[r.ID] = true
		if !r.NominalAt.Before(f.from) && r.NominalAt.Before(f.until) {
			fates[r.NominalAt.UnixMicro()] = r.fate()
		}
	}
	return fates
}

// saysAll reports whether the runs alone give the fates of all settled ticks:
// nobody edited the job in this time, and each tick of its schedule made a run.
func (f *fireCount) saysAll(job firingJob, fates map[int64]string) bool {
	l := job.l
	edited := !l.UpdatedAt.Before(f.from) && !l.UpdatedAt.Equal(l.CreatedAt)
	if job.cron == nil || edited || l.Status != Active {
		return false
	}
	after := f.from.Add(-1)
	if after.Before(l.CreatedAt) {
		after = l.CreatedAt
	}
	if job.cron.Count(f.within(after, l.cursor)) != len(fates) {
		return false
	}
	for _, fate := range fates {
		if fate == string(RunCancelled) { // its tick may have been superseded
			return false
		}
	}
	return true
}

// countRows counts the rows of a job's ledger. For a row with a run it counts the
// run's fate, and removes that from fates.
func (s *Service) countRows(ctx context.Context, f *fireCount, job firingJob, fates map[int64]string) error {
	query := storage.TickQuery{JobRef: job.l.ref(), Before: f.until, Limit: storage.MaxLimit}
	for {
		page, err := s.store.ListTicks(ctx, query)
		if err != nil {
			return storeError("list the ticks of job "+job.l.ID, err)
		}
		for _, record := range page.Ticks {
			f.steps++
			query.Before = record.NominalAt
			t, err := decodeTick(record)
			if err != nil {
				s.unreadable.note(ctx, s.opts.Logger, record.JobRef, err)
				continue
			}
			if t.Until.Before(f.from) {
				return nil
			}
			f.row(job, &t, t.fate(fates))
		}
		switch {
		case !page.More || len(page.Ticks) == 0:
			return nil
		case f.steps > maxFireSteps:
			f.truncated = true
			return nil
		}
	}
}

// fate is the fate of a row: that of its run, if fates has it. It removes that from
// fates.
func (t *Tick) fate(fates map[int64]string) string {
	at := t.NominalAt.UnixMicro()
	known, ok := fates[at]
	delete(fates, at)
	switch {
	case t.Verdict == schedule.VerdictFired && ok:
		return known
	case t.Verdict == schedule.VerdictFired || t.Reason == "":
		return string(t.Verdict)
	}
	return string(t.Verdict) + "." + t.Reason
}
