package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// FiresQuery asks what schedules did, and will do, in a stretch of time.
type FiresQuery struct {
	// From is where the stretch begins, inclusive; the present bucket of the clock
	// by default. Until is where it ends, exclusive; a day later by default. It is
	// 366 days long at most.
	From, Until time.Time
	// Bucket is the length of the parts that are counted, in whole seconds from 1
	// minute on; an hour by default. There are 1,000 parts at most.
	Bucket time.Duration
}

// FireList is what schedules did and will do, part by part.
type FireList struct {
	// Buckets are the parts in which there is anything, in order.
	Buckets []FireBucket
	// Truncated is whether something was not counted: there are more jobs, or more
	// ticks, than one call looks at.
	Truncated bool
}

// FireBucket is what schedules did and will do in a part of the time asked for.
type FireBucket struct {
	// From is inclusive, Until exclusive.
	From, Until time.Time
	// Counts are the numbers of ticks by their fate, over all jobs.
	//
	// A tick that made a run has the fate of that run, and of a chain of retries
	// that of the last attempt: "succeeded", "failed", "timeout", "cancelled",
	// "running" while an engine has it, "waiting" before that, or "fired" when the
	// run is not kept any more. A tick that made none has its verdict, a dot and
	// the reason: "skipped.overlap"; "paused" has no reason. See
	// [schedule.Verdict].
	//
	// A tick that is not settled is "due" when its time has come and "coming"
	// before that; of a job that is paused then, it is "paused".
	Counts map[string]int
	// Jobs are the jobs with most ticks in the part, 100 at most: those with most
	// first, then in the order of their keys.
	Jobs []JobFires
}

// JobFires is how many ticks of a job there are in a part of time.
type JobFires struct {
	JobID, JobKey string
	Count         int
}

// Bounds of what one call of [Service.Fires] looks at.
const (
	maxFireSpan    = 366 * 24 * time.Hour
	maxFireBuckets = 1000
	// maxFireJobs bounds how many jobs are looked at, and asked a policy about: the
	// oldest.
	maxFireJobs = 2000
	// maxFireSteps bounds how many rows, runs and parts of jobs are gone through.
	maxFireSteps = 200_000
	// fireJobsAtOnce is of how many jobs the newest runs, fireRuns of each, are read
	// in one go.
	fireJobsAtOnce = 20
	fireRuns       = 25
)

// Fires counts what became, and will become, of the ticks of all jobs that the
// actor may see: past ones by the ledger of ticks and by their runs, for as long
// as RunOptions keep them, later ones by the jobs' active versions. Rows that
// stand for many ticks are counted, not gone through. A row of a schedule that the
// job does not have any more is spread evenly over its time.
func (s *Service) Fires(ctx context.Context, actor teams.Actor, query FiresQuery) (FireList, error) {
	if err := checkActor(actor); err != nil {
		return FireList{}, err
	}
	now := s.now()
	f, err := newFireCount(query, now)
	if err != nil {
		return FireList{}, err
	}
	hold, err := s.readHold(ctx, actor.OrganizationID)
	if err != nil {
		return FireList{}, err
	}
	f.held = hold.active()
	var settled []firingJob
	looked := 0
	for l, err := range s.eachVisible(ctx, actor, storage.ByCreation) {
		if err != nil {
			return FireList{}, err
		}
		if looked++; looked > maxFireJobs || f.steps > maxFireSteps {
			f.truncated = true
			break
		}
		if l == nil {
			continue
		}
		job := newFiringJob(l)
		if !job.mayHaveSettled(f.from) {
			f.ahead(job, now)
			f.endJob()
			continue
		}
		if settled = append(settled, job); len(settled) < fireJobsAtOnce {
			continue
		}
		if err := s.countSettled(ctx, f, settled, now); err != nil {
			return FireList{}, err
		}
		settled = settled[:0]
	}
	if err := s.countSettled(ctx, f, settled, now); err != nil {
		return FireList{}, err
	}
	return f.list(), nil
}

// firingJob is a job with its active schedule; nil without one.
type firingJob struct {
	l    *ledger
	cron *schedule.Cron
}

func newFiringJob(l *ledger) firingJob {
	cron, err := l.Version.Schedule()
	if err != nil {
		cron = nil // this process cannot read it
	}
	return firingJob{l: l, cron: cron}
}

// mayHaveSettled reports whether ticks may have been settled since an instant.
func (j firingJob) mayHaveSettled(since time.Time) bool {
	hadNone := j.l.lastVersion <= 1 && j.l.Version.CronExpression == ""
	return !hadNone && !j.l.cursor.Before(since)
}

// newFireCount checks a query.
func newFireCount(q FiresQuery, now time.Time) (*fireCount, error) {
	var errs versions.FieldErrors
	if q.Bucket == 0 {
		q.Bucket = time.Hour
	}
	if q.Bucket < time.Minute || q.Bucket > maxFireSpan || q.Bucket%time.Second != 0 {
		errs.Add("bucket", fmt.Sprintf("must be a whole number of seconds from 60 to %d", int(maxFireSpan/time.Second)))
		return nil, errs
	}
	f := &fireCount{from: canonical(q.From), until: canonical(q.Until), bucket: q.Bucket}
	if f.from.IsZero() {
		f.from = now.Truncate(q.Bucket)
	}
	if f.until.IsZero() {
		f.until = f.from.Add(24 * time.Hour)
	}
	span := f.until.Sub(f.from)
	switch {
	case span <= 0:
		errs.Add("until", "must be after from")
	case span > maxFireSpan:
		errs.Add("until", "must be at most 366 days after from")
	case span > maxFireBuckets*q.Bucket:
		least := (span + maxFireBuckets*time.Second - 1) / (maxFireBuckets * time.Second)
		errs.Add("bucket", fmt.Sprintf("must be at least %d for so long a time: there are at most %d parts", least, maxFireBuckets))
	case f.from.Year() < 1970 || f.until.Year() > 9999:
		errs.Add("from", "must be in the years 1970 to 9999")
	default:
		f.buckets = make([]FireBucket, (span+q.Bucket-1)/q.Bucket)
	}
	return f, errs.Err()
}
