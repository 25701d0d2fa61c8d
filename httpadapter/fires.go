package httpadapter

import (
	"maps"
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// The parameters of fires.
var (
	firesFrom   = instant("from", "Where the time begins, inclusive; by default the beginning of the present part.")
	firesUntil  = instant("until", "Where it ends, exclusive; by default a day later. It is 366 days long at most.")
	firesBucket = number("bucket", 60, 366*24*60*60, 3600, "The length of a part in seconds. There are 1,000 parts at most.")
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

// fireBucketMembers is what schedules did and will do in a part of time.
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
	shown[jobs.FireBucket]{name: "jobs", origin: ours, schema: about("The jobs with most ticks, 100 at most.", array(ref("JobFires"))), write: func(b []byte, name string, of *jobs.FireBucket) []byte {
		return appendAll(b, name, of.Jobs, jobFiresMembers)
	}},
)

func fireCounts() member {
	return about("How many ticks by their fate: that of the run (succeeded, failed, timeout, cancelled, running, waiting, or fired when the run is not kept any more); "+
		"or a verdict with its reason (skipped.overlap, missed.policy, coalesced.policy, superseded.replace, paused); or due or coming.",
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
		"FireList": about("Parts without any ticks are left out.", object(ours,
			has("items", array(ref("FireBucket"))),
			has("truncated", about("Whether there are more jobs, or more ticks, than were counted.", flag())),
		)),
	}
}
