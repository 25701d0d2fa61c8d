package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
)

// upstreams are the jobs that a job depends on, as one read found them.
type upstreams struct {
	jobs []ledger
	// missing is whether one is not there any more.
	missing bool
	// successes are, for each of jobs, those that no run of the job was made
	// for yet. Only for a job without a schedule of its own.
	successes []successes
}

// readUpstreams reads the jobs that l depends on.
func (c *core) readUpstreams(ctx context.Context, l *ledger) (upstreams, error) {
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
		if l.Version.CronExpression == "" {
			fresh, err := c.readSuccesses(ctx, job.ref(), l.consumed[job.ID])
			if err != nil {
				return up, err
			}
			up.successes = append(up.successes, fresh)
		}
	}
	return up, nil
}

// state says how the upstreams stand for a tick; the worst of them counts.
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

// upstreamState says how one upstream stands: it is going while a tick up to
// this one is not settled or its latest run has not ended. A paused one has no
// unsettled tick.
func upstreamState(job *ledger, tick time.Time) schedule.UpstreamState {
	unsettled := !job.NextRunAt.IsZero() && !job.NextRunAt.After(tick)
	switch {
	case unsettled, job.LatestRun != nil && !job.LatestRun.Status.Terminal():
		return schedule.UpstreamGoing
	case job.LatestRun != nil && job.LatestRun.Status == RunSucceeded:
		return schedule.UpstreamSatisfied
	}
	return schedule.UpstreamFailed
}

// baseline notes, for a version without a schedule that is about to become
// active, which successes of its dependencies lie before it.
func (c *core) baseline(ctx context.Context, l *ledger, dependencies []storage.JobRecord) error {
	l.consumed = nil
	for _, record := range dependencies {
		newest, err := c.store.ListRuns(ctx, storage.RunQuery{JobRef: record.JobRef, Outcomes: succeeded, Limit: 1})
		if err != nil {
			return storeError("list the successful runs of job "+record.JobID, err)
		}
		if len(newest.Runs) > 0 {
			fresh := successes{}
			if fresh.going, err = c.unfinished(ctx, record.JobRef); err != nil {
				return err
			}
			fresh.use(newest.Runs[0].Number)
			l.consume(record.JobID, fresh.used)
		}
	}
	return nil
}

// joinUpstreams makes a run, for a job that has dependencies and no schedule,
// whenever every one of them has a success that was not used yet. Each
// success is used once.
func (p *pass) joinUpstreams() {
	v := p.l.Version
	if p.l.Status != Active || v.CronExpression != "" || len(v.DependsOn) == 0 || p.up.missing {
		return
	}
	turns := maxFresh
	for _, fresh := range p.up.successes {
		turns = min(turns, len(fresh.numbers))
	}
	for _, fresh := range p.up.successes {
		p.more = p.more || turns == maxFresh || fresh.more && len(fresh.numbers) == turns
	}
	for turn := range turns {
		for i := range p.up.successes {
			fresh := &p.up.successes[i]
			fresh.use(fresh.numbers[turn])
		}
		p.fireJoined()
	}
	for i, fresh := range p.up.successes {
		p.l.consume(p.up.jobs[i].ID, fresh.used)
	}
}

// fireJoined makes one run of a fan-in, which meets the concurrency policy, and
// its row in the ledger. Such a tick has no nominal time but the instant it
// was decided at. Several at once, or by clocks that differ, are a microsecond
// apart: each has a row of its own.
func (p *pass) fireJoined() {
	at := p.now
	if !at.After(p.l.cursor) {
		at = p.l.cursor.Add(time.Microsecond)
	}
	p.l.cursor = at
	d := schedule.Decision{NominalAt: at, Until: at, Count: 1}
	d.Verdict, d.Reason = p.l.Version.ConcurrencyPolicy.Admit(p.counted(), p.l.Version.MaxConcurrentRuns)
	runID := ""
	if d.Verdict == schedule.VerdictFired {
		r := p.insert(TriggerDependency)
		runID = r.ID
		if d.Reason == schedule.ReasonReplace {
			r.Status = RunPending
			p.replace(r)
		}
	}
	p.ticks = append(p.ticks, p.tick(d, runID))
}
