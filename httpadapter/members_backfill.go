package httpadapter

import (
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// backfill is the body of POST backfill.
type backfill struct {
	from, until *string
	dryRun      bool
}

var backfillMembers = taking[backfill]{
	must(take("from", ours, about("The earliest nominal time, inclusive.", moment()), func(b *backfill) **string { return &b.from })),
	must(take("until", ours, about("The end of the nominal times, exclusive. It must not be in the future.", moment()), func(b *backfill) **string { return &b.until })),
	take("dryRun", ours, about("Whether to make no runs, and only answer which ones would be made.", with(flag(), "default", false)), func(b *backfill) *bool { return &b.dryRun }),
}

func (b *backfill) query() (jobs.BackfillQuery, error) {
	var errs versions.FieldErrors
	q := jobs.BackfillQuery{From: parseTime(&errs, "from", b.from), Until: parseTime(&errs, "until", b.until), DryRun: b.dryRun}
	return q, errs.Err()
}

// backfilledTickMembers are the members of a tick that a backfill makes a run
// for.
var backfilledTickMembers = show(fireMembers[:2]...)

// backfilledMembers are the members of the answer to a backfill.
var backfilledMembers = show(
	shown[jobs.Backfill]{name: "items", origin: ours, schema: array(ref("BackfilledTick")), write: func(b []byte, name string, made *jobs.Backfill) []byte {
		return appendAll(b, name, made.Fires, backfilledTickMembers)
	}},
	shown[jobs.Backfill]{name: "runs", origin: ours, schema: about("The runs that were made, one for each tick. Empty after a dry run.", array(ref("JobRun"))), write: func(b []byte, name string, made *jobs.Backfill) []byte {
		return appendAll(b, name, made.Runs, runMembers)
	}},
)
