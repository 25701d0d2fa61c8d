package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

// upstreams are the jobs that a job depends on, from one read.
type upstreams struct {
	jobs []ledger
	// missing is whether one of them does not exist any more.
	missing bool
	// successes are the unused successes of each of jobs, in the same order. Only
	// for a job without a schedule of its own.
	successes []successes
}

// readUpstreams reads the jobs that l depends on. Successes up to unusedUntil count
// as used; zero is no bound.
func (c *core) readUpstreams(ctx context.Context, l *ledger, unusedUntil time.Time) (upstreams, error) {
	var up upstreams
	keys := l.Version.DependsOn
	if len(keys) == 0 {
		return up, nil
	}
	found, err := c.store.FindJobs(ctx, storage.FindQuery{OrganizationID: l.OrganizationID, Keys: keys})
	if err != nil {
		return up, storeError("find the dependencies of job "+l.ID, err)
	}
	up.missing = len(found.Jobs) < len(keys)
	for _, record := range found.Jobs {
		job, err := decodeLedger(record.JobRecord)
		if err := errors.Join(err, job.latestErr); err != nil {
			return up, err
		}
		up.jobs = append(up.jobs, job)
		if l.joins() {
			used := l.consumed[job.ID]
			if !unusedUntil.IsZero() {
				if used, err = c.usedUntil(ctx, job.ref(), used, unusedUntil); err != nil {
					return up, err
				}
			}
			fresh, err := c.readSuccesses(ctx, job.ref(), used)
			if err != nil {
				return up, err
			}
			up.successes = append(up.successes, fresh)
		}
	}
	return up, nil
}

// state is the state of the upstreams for a tick: that of the worst of them.
func (u upstreams) state(tick time.Time) schedule.UpstreamState {
	worst := schedule.UpstreamSatisfied
	if u.missing {
		worst = schedule.UpstreamFailed
	}
	for i := range u.jobs {
		worst = max(worst, upstreamState(&u.jobs[i], tick))
	}
	return worst
}

// upstreamState is the state of one upstream for a tick. It is going while it has
// an unsettled tick up to this one, or its latest run has not ended. A paused
// upstream has unsettled ticks only after the end of its pause.
func upstreamState(job *ledger, tick time.Time) schedule.UpstreamState {
	next := job.NextRunAt
	if job.pauseOver(tick) {
		if cron, err := job.Version.Schedule(); err == nil && cron != nil {
			next = cron.Next(job.PausedUntil)
		}
	}
	switch {
	case !next.IsZero() && !next.After(tick), job.LatestRun != nil && !job.LatestRun.Status.Terminal():
		return schedule.UpstreamGoing
	case job.LatestRun != nil && job.LatestRun.Status == RunSucceeded:
		return schedule.UpstreamSatisfied
	}
	return schedule.UpstreamFailed
}

// readBaseline returns, for each dependency, that all its successes until now are
// used. A version without a schedule begins so.
func (c *core) readBaseline(ctx context.Context, dependencies []storage.JobRecord) (map[string]consumption, error) {
	base := map[string]consumption{}
	for _, record := range dependencies {
		newest, err := c.store.ListRuns(ctx, storage.RunQuery{JobRef: record.JobRef, Outcomes: succeeded, Limit: 1})
		if err != nil {
			return nil, storeError("list the successful runs of job "+record.JobID, err)
		}
		if len(newest.Runs) == 0 {
			continue
		}
		fresh := successes{}
		if fresh.going, err = c.unfinished(ctx, record.JobRef); err != nil {
			return nil, err
		}
		fresh.use(newest.Runs[0].Number)
		base[record.JobID] = fresh.used
	}
	return base, nil
}
