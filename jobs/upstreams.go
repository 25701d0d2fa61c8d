package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/schedule"
)

// upstreams are the jobs that a job depends on, as one read found them.
type upstreams struct {
	jobs []ledger
	// missing is whether one is not there any more.
	missing bool
	// fresh holds, for each of jobs, the numbers of its successful runs that
	// no run of the job was made for yet, oldest first. Only for a job
	// without a schedule of its own.
	fresh [][]int64
}

// maxFresh bounds how many successes of one upstream a pass takes up.
const maxFresh = 100

// readUpstreams reads the jobs that l depends on.
func (s *Service) readUpstreams(ctx context.Context, l *ledger) (upstreams, error) {
	var up upstreams
	keys := l.Version.DependsOn
	if len(keys) == 0 {
		return up, nil
	}
	found, err := s.store.FindJobs(ctx, JobLookup{OrganizationID: l.OrganizationID, Keys: keys})
	if err != nil {
		return up, storeError("find the dependencies of job "+l.ID, err)
	}
	up.missing = len(found.Jobs) < len(keys)
	for _, record := range found.Jobs {
		job, err := decodeLedger(record)
		if err != nil {
			return up, err
		}
		up.jobs = append(up.jobs, job)
		if l.Version.CronExpression == "" {
			fresh, err := s.freshSuccesses(ctx, job.ref(), l.consumed[job.ID])
			if err != nil {
				return up, err
			}
			up.fresh = append(up.fresh, fresh)
		}
	}
	return up, nil
}

// freshSuccesses lists the successful runs of a job behind a number.
func (s *Service) freshSuccesses(ctx context.Context, ref JobRef, behind int64) ([]int64, error) {
	records, err := s.store.ListRuns(ctx, RunQuery{
		JobRef: ref, Outcomes: []Outcome{OutcomeSucceeded}, Ascending: true,
		After: RunPosition{Number: behind}, Limit: maxFresh,
	})
	if err != nil {
		return nil, storeError("list the successful runs of job "+ref.JobID, err)
	}
	numbers := make([]int64, len(records))
	for i, r := range records {
		numbers[i] = r.Number
	}
	return numbers, nil
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
func (s *Service) baseline(ctx context.Context, l *ledger, dependencies []JobRecord) error {
	l.consumed = nil
	for _, record := range dependencies {
		newest, err := s.store.ListRuns(ctx, RunQuery{JobRef: record.JobRef, Outcomes: []Outcome{OutcomeSucceeded}, Limit: 1})
		if err != nil {
			return storeError("list the successful runs of job "+record.JobID, err)
		}
		if len(newest) > 0 {
			if l.consumed == nil {
				l.consumed = map[string]int64{}
			}
			l.consumed[record.JobID] = newest[0].Number
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
	for turn := range maxFresh {
		for i := range p.up.jobs {
			if len(p.up.fresh[i]) <= turn {
				return
			}
		}
		if p.l.consumed == nil {
			p.l.consumed = map[string]int64{}
		}
		for i := range p.up.jobs {
			p.l.consumed[p.up.jobs[i].ID] = p.up.fresh[i][turn]
		}
		p.fireJoined(turn)
	}
}

// fireJoined makes one run of a fan-in, which meets the concurrency policy, and
// its row in the ledger. Such a tick has no nominal time but the instant it
// was decided at; several at once are a microsecond apart.
func (p *pass) fireJoined(turn int) {
	at := p.now.Add(time.Duration(turn) * time.Microsecond)
	counted, v := p.counted(), p.l.Version
	d := schedule.Decision{NominalAt: at, Until: at, Count: 1, Verdict: schedule.VerdictFired}
	switch {
	case v.ConcurrencyPolicy == schedule.ConcurrencySkip && counted > 0:
		d.Verdict, d.Reason = schedule.VerdictSkipped, schedule.ReasonOverlap
	case v.ConcurrencyPolicy == schedule.ConcurrencyAllow && counted >= v.MaxConcurrentRuns:
		d.Verdict, d.Reason = schedule.VerdictSkipped, schedule.ReasonCap
	case v.ConcurrencyPolicy == schedule.ConcurrencyReplace && counted > 0:
		d.Reason = schedule.ReasonReplace
	}
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
