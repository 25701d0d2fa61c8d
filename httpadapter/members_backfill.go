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
	must(take("from", ours, about("The first time that a tick may have.", moment()), func(b *backfill) **string { return &b.from })),
	must(take("until", ours, about("Behind the last one; not after now.", moment()), func(b *backfill) **string { return &b.until })),
	take("dryRun", ours, about("Only says what would be made.", with(flag(), "default", false)), func(b *backfill) *bool { return &b.dryRun }),
}

// query is what the body asks for.
func (b *backfill) query() (jobs.BackfillQuery, error) {
	var errs versions.FieldErrors
	q := jobs.BackfillQuery{From: parseTime(&errs, "from", b.from), Until: parseTime(&errs, "until", b.until), DryRun: b.dryRun}
	return q, errs.Err()
}

// backfilledTickMembers is a tick for which a backfill makes a run.
var backfilledTickMembers = show(fireMembers[:2]...)

// backfilledMembers is what a backfill makes.
var backfilledMembers = show(
	shown[jobs.Backfill]{name: "items", origin: ours, schema: array(ref("BackfilledTick")), write: func(b []byte, name string, made *jobs.Backfill) []byte {
		return appendAll(b, name, made.Fires, backfilledTickMembers)
	}},
	shown[jobs.Backfill]{name: "runs", origin: ours, schema: about("Theirs; none of a dry run.", array(ref("JobRun"))), write: func(b []byte, name string, made *jobs.Backfill) []byte {
		return appendAll(b, name, made.Runs, runMembers)
	}},
)
