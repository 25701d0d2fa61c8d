package httpadapter

import (
	"maps"
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// The parameters of fires.
var (
	firesFrom   = instant("from", "The begin of the counted time, inclusive. The default is the begin of the bucket that holds the present.")
	firesUntil  = instant("until", "The end of the counted time, exclusive. The default is one day after from. At most 366 days after from.")
	firesBucket = number("bucket", 60, 366*24*60*60, 3600, "The length of a bucket in seconds. There are at most 1,000 buckets.")
)

// listFires serves GET /workloads/fires.
func listFires(x *exchange) error {
	found, err := x.service.Fires(x.r.Context(), x.actor, jobs.FiresQuery{
		From: firesFrom.of(x), Until: firesUntil.of(x), Bucket: time.Duration(firesBucket.of(x)) * time.Second,
	})
	if err != nil {
		return err
	}
	l := list[jobs.FireBucket]{x: x, element: fireBucketMembers.element(&x.opts)}
	x.out.body = append(x.out.body, `{"items":[`...)
	if err := l.addAll(found.Buckets); err != nil {
		return err
	}
	x.out.body = append(appendFlag(x.out.body, `],"truncated":`, found.Truncated), '}')
	return nil
}

// fireBucketMembers are the members of a bucket: a part of the time asked for.
var fireBucketMembers = show(
	shownTime("from", ours, moment(), func(b *jobs.FireBucket) time.Time { return b.From }),
	shownTime("until", ours, moment(), func(b *jobs.FireBucket) time.Time { return b.Until }),
	shown[jobs.FireBucket]{name: "counts", origin: ours, schema: fireCounts(), write: func(b []byte, name string, of *jobs.FireBucket) []byte {
		b = append(append(b, name...), '{')
		for i, fate := range slices.Sorted(maps.Keys(of.Counts)) {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendNumber(append(appendString(b, fate), ':'), "", of.Counts[fate])
		}
		return append(b, '}')
	}},
	shown[jobs.FireBucket]{name: "jobs", origin: ours, schema: about("The jobs with the most ticks in this bucket, at most 100.", array(ref("JobFires"))), write: func(b []byte, name string, of *jobs.FireBucket) []byte {
		return appendAll(b, name, of.Jobs, jobFiresMembers)
	}},
)

func fireCounts() member {
	return about("How many ticks had each fate. For a tick that made a run, the fate is the run's: succeeded, failed, timeout, cancelled, running, waiting, or fired when the run is no longer kept. "+
		"Other ticks have their verdict and reason, such as skipped.overlap, missed.policy, coalesced.policy, superseded.replace or paused. A tick without a verdict is due or coming, or paused when its job is.",
		with(member{"type": "object"}, "additionalProperties", numbered()))
}

var jobFiresMembers = show(
	shownText("jobId", ours, ledgerID(), func(j *jobs.JobFires) string { return j.JobID }),
	shownText("jobKey", ours, jobKey(), func(j *jobs.JobFires) string { return j.JobKey }),
	shownNumber("count", ours, numbered(), func(j *jobs.JobFires) int { return j.Count }),
)

func fireSchemas(opts *Options) member {
	return member{
		"JobFires":   schemaOf(ours, jobFiresMembers, opts),
		"FireBucket": schemaOf(ours, fireBucketMembers, opts),
		"FireList": about("Buckets without ticks are left out.", object(ours,
			has("items", array(ref("FireBucket"))),
			has("truncated", about("Whether there are more jobs or ticks than were counted.", flag())),
		)),
	}
}
