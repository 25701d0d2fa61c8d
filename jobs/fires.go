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

// FiresQuery selects a time for [Service.Fires], and divides it into buckets.
type FiresQuery struct {
	// From is the beginning, inclusive; by default the beginning of the present
	// bucket. Until is the end, exclusive; by default a day after From. They are at
	// most 366 days apart.
	From, Until time.Time
	// Bucket is the length of one bucket, in whole seconds, at least 1 minute; 1
	// hour by default. There may be at most 1,000 buckets.
	Bucket time.Duration
}

// FireList says what schedules did and will do, bucket by bucket.
type FireList struct {
	// Buckets are the buckets with ticks, oldest first. Buckets without ticks are
	// left out.
	Buckets []FireBucket
	// Truncated is whether some ticks were not counted, because there are more jobs
	// (2,000), or more rows and runs (200,000), than one call reads.
	Truncated bool
}

// FireBucket counts the ticks in one bucket.
type FireBucket struct {
	// The bucket begins at From, inclusive, and ends at Until, exclusive.
	From, Until time.Time
	// Counts are the numbers of ticks by fate, over all jobs.
	//
	// The fate of a tick that made a run is the state of that run, or of the last
	// attempt if it was retried: "waiting", "running" (an engine has it),
	// "succeeded", "failed", "timeout" or "cancelled"; "fired" when the run is not
	// kept any more. The fate of a tick that made no run is its verdict, a dot and
	// its reason, such as "skipped.overlap", or the verdict alone. See
	// [schedule.Verdict].
	//
	// The fate of a tick that is not settled yet is "due" when its time has come,
	// "coming" before that, and "paused" when its job will be paused then.
	Counts map[string]int
	// Jobs are the jobs with the most ticks in the bucket, at most 100. The job
	// with the most ticks is first; jobs with equally many are sorted by key.
	Jobs []JobFires
}

// JobFires is how many ticks of a job are in a bucket.
type JobFires struct {
	JobID, JobKey string
	Count         int
}

// Bounds of what one call of [Service.Fires] looks at.
const (
	maxFireSpan    = 366 * 24 * time.Hour
	maxFireBuckets = 1000
	// maxFireJobs bounds how many jobs are read, and asked a policy about: the
	// oldest.
	maxFireJobs = 2000
	// maxFireSteps bounds how many rows, runs and buckets are gone through.
	maxFireSteps = 200_000
	// fireJobsAtOnce is for how many jobs one read gets the newest runs, fireRuns
	// of each.
	fireJobsAtOnce = 20
	fireRuns       = 25
)

// Fires counts the ticks of all jobs that the actor may see, by time and fate.
// Settled ticks are counted from the ledger and the runs, as long as RunOptions
// keeps them; ticks to come from the active versions. If a row stands for many
// ticks of a schedule that the job no longer has, Fires spreads them evenly over
// the row's time. It returns [versions.FieldErrors] for a query that is not valid.
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

// firingJob is a job with its active schedule. cron is nil without one.
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
		errs.Add("bucket", fmt.Sprintf("must be at least %d for this time: there may be at most %d buckets", least, maxFireBuckets))
	case f.from.Year() < 1970 || f.until.Year() > 9999:
		errs.Add("from", "must be in the years 1970 to 9999")
	default:
		f.buckets = make([]FireBucket, (span+q.Bucket-1)/q.Bucket)
	}
	return f, errs.Err()
}
