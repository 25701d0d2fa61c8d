package jobs

import (
	"cmp"
	"slices"
	"time"

	"github.com/jobledger/jobledger/schedule"
)

// fireCount counts ticks by bucket and fate. It does no I/O.
type fireCount struct {
	from, until time.Time
	bucket      time.Duration
	buckets     []FireBucket
	// held is whether the organization is on hold: no tick will make a run.
	held bool
	// steps counts the rows, runs and buckets that were gone through; see
	// maxFireSteps.
	steps     int
	truncated bool
}

// maxBucketJobs is how many jobs a bucket names.
const maxBucketJobs = 100

// The fates of ticks that are not settled.
const (
	fateDue    = "due"
	fateComing = "coming"
	fatePaused = string(schedule.VerdictPaused)
)

// add counts n ticks of a job at an instant. It ignores ticks outside of the
// query's time. The caller adds all ticks of one job, and then calls endJob.
func (f *fireCount) add(l *ledger, at time.Time, fate string, n int) {
	if n <= 0 || at.Before(f.from) || !at.Before(f.until) {
		return
	}
	b := &f.buckets[at.Sub(f.from)/f.bucket]
	if b.Counts == nil {
		b.Counts = map[string]int{}
	}
	b.Counts[fate] += n
	if last := len(b.Jobs) - 1; last >= 0 && b.Jobs[last].JobID == l.ID {
		b.Jobs[last].Count += n
		return
	}
	b.Jobs = append(b.Jobs, JobFires{JobID: l.ID, JobKey: l.Key, Count: n})
}

// endJob drops the jobs with the fewest ticks from buckets that name far too many
// jobs.
func (f *fireCount) endJob() {
	for i := range f.buckets {
		if len(f.buckets[i].Jobs) >= 4*maxBucketJobs {
			f.buckets[i].cut()
		}
	}
}

func (b *FireBucket) cut() {
	slices.SortFunc(b.Jobs, func(x, y JobFires) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.JobKey, y.JobKey))
	})
	b.Jobs = b.Jobs[:min(len(b.Jobs), maxBucketJobs)]
}

// list is the result.
func (f *fireCount) list() FireList {
	list := FireList{Buckets: []FireBucket{}, Truncated: f.truncated}
	for i := range f.buckets {
		b := &f.buckets[i]
		if b.Counts == nil {
			continue
		}
		b.cut()
		b.From = f.start(i)
		b.Until = earliest(f.start(i+1), f.until)
		list.Buckets = append(list.Buckets, *b)
	}
	return list
}

func (f *fireCount) start(i int) time.Time { return f.from.Add(time.Duration(i) * f.bucket) }

// ahead counts the ticks of a job that are not settled yet.
func (f *fireCount) ahead(job firingJob, now time.Time) {
	if job.cron == nil {
		return
	}
	from := job.l.cursor
	if f.held || job.l.Status == Paused {
		end := job.l.PausedUntil
		if f.held || end.IsZero() {
			end = f.until
		}
		f.spread(job, from, end, fatePaused)
		from = end
	}
	f.spread(job, from, now, fateDue)
	if from.Before(now) {
		from = now
	}
	f.spread(job, from, f.until, fateComing)
}

// spread counts the ticks t of a schedule with after < t <= upTo.
func (f *fireCount) spread(job firingJob, after, upTo time.Time, fate string) {
	after, upTo = f.within(after, upTo)
	if !after.Before(upTo) {
		return
	}
	first, last := f.index(after.Add(1)), f.index(upTo)
	f.steps++
	if n := job.cron.Count(after, upTo); n <= last-first {
		for at := job.cron.Next(after); !at.IsZero() && !at.After(upTo); at = job.cron.Next(at) {
			f.steps++
			f.add(job.l, at, fate, 1)
		}
		return
	}
	for i := first; i <= last; i++ {
		f.steps++
		from, to := f.part(i, after, upTo)
		f.add(job.l, to, fate, job.cron.Count(from, to))
	}
}

// within narrows the time after < t <= upTo to the query's time.
func (f *fireCount) within(after, upTo time.Time) (_, _ time.Time) {
	if after.Before(f.from) {
		after = f.from.Add(-1)
	}
	if !upTo.Before(f.until) {
		upTo = f.until.Add(-1)
	}
	return after, upTo
}

func (f *fireCount) index(at time.Time) int { return int(at.Sub(f.from) / f.bucket) }

// part narrows the time after < t <= upTo to bucket i.
func (f *fireCount) part(i int, after, upTo time.Time) (from, to time.Time) {
	from, to = f.start(i).Add(-1), f.start(i+1).Add(-1)
	if from.Before(after) {
		from = after
	}
	return from, earliest(to, upTo)
}

// row counts the ticks of one row of the ledger.
func (f *fireCount) row(job firingJob, t *Tick, fate string) {
	if t.Count <= 1 {
		f.add(job.l, t.NominalAt, fate, 1)
		return
	}
	before := t.NominalAt.Add(-1)
	if job.cron != nil && job.cron.Count(before, t.Until) == t.Count {
		f.spread(job, before, t.Until, fate)
		return
	}
	after, upTo := f.within(before, t.Until)
	if !after.Before(upTo) {
		return
	}
	for i, last := f.index(after.Add(1)), f.index(upTo); i <= last; i++ {
		f.steps++
		from, to := f.part(i, after, upTo)
		f.add(job.l, to, fate, t.upTo(to)-t.upTo(from))
	}
}

// upTo estimates how many of a row's ticks are not after an instant, as if they
// were spread evenly.
func (t *Tick) upTo(at time.Time) int {
	span := t.Until.Sub(t.NominalAt)
	switch {
	case at.Before(t.NominalAt):
		return 0
	case !at.Before(t.Until) || span <= 0:
		return t.Count
	}
	return 1 + int(float64(t.Count-1)*(float64(at.Sub(t.NominalAt))/float64(span)))
}

// fate is the fate of the tick that made the run.
func (r *runLedger) fate() string {
	switch {
	case r.Status.Terminal():
		return string(r.Status)
	case r.Status.dispatched():
		return "running"
	}
	return "waiting"
}
