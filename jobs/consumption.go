package jobs

import (
	"context"
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// consumption says which successes of an upstream a job has used. One number is not
// enough, because runs do not end in the order of their numbers.
type consumption struct {
	// upTo: successes of runs up to this number, inclusive, are used,
	upTo int64
	// open: except these runs, which had not ended when a later success was used.
	// The numbers rise.
	open []int64
	// rest are fields that only a newer version of the library knows.
	rest []byte
}

// maxOpen bounds how many numbers a job keeps in all its consumptions.
const maxOpen = 2000

// consume notes which successes of an upstream are used. When open has too many
// numbers, the oldest count as used.
func (l *ledger) consume(jobID string, used consumption) {
	if used.upTo == 0 {
		return
	}
	if l.consumed == nil {
		l.consumed = map[string]consumption{}
	}
	most := maxOpen / max(len(l.Version.DependsOn), 1)
	used.open = used.open[max(len(used.open)-most, 0):]
	l.consumed[jobID] = used
}

// successes are the successes of an upstream that were not used yet.
type successes struct {
	used consumption
	// numbers are the numbers of these runs, rising, up to a bound.
	numbers []int64
	// more is whether there are more.
	more bool
	// going are the numbers of the upstream's runs that have not ended, rising.
	going []int64
}

// maxFresh bounds how many successes of one upstream a pass reads.
const maxFresh = 100

// readSuccesses reads the successes of an upstream that are not used. A success
// between its reads raises the revision of the dependent job, so the commit fails
// and is retried.
func (c *core) readSuccesses(ctx context.Context, ref storage.JobRef, used consumption) (successes, error) {
	fresh := successes{used: consumption{upTo: used.upTo, rest: used.rest}}
	page, err := c.store.ListRuns(ctx, storage.RunQuery{
		JobRef: ref, Outcomes: succeeded, Ascending: true,
		After: storage.RunPosition{Number: used.upTo}, Limit: maxFresh,
	})
	if err != nil {
		return fresh, storeError("list the successful runs of job "+ref.JobID, err)
	}
	later := page.Runs
	fresh.more = page.More
	if len(later) == 0 && len(used.open) == 0 {
		return fresh, nil
	}
	if fresh.going, err = c.unfinished(ctx, ref); err != nil {
		return fresh, err
	}
	for _, number := range used.open {
		outcome, err := c.outcomeOf(ctx, ref, number, fresh.going)
		if err != nil {
			return fresh, err
		}
		switch outcome {
		case RunSucceeded.outcome():
			fresh.numbers = append(fresh.numbers, number)
			fresh.used.open = append(fresh.used.open, number)
		case storage.Open:
			fresh.used.open = append(fresh.used.open, number)
		}
	}
	for _, record := range later {
		fresh.numbers = append(fresh.numbers, record.Number)
	}
	return fresh, nil
}

// outcomeOf is the outcome of a run that was open before. A removed run counts as
// failed.
func (c *core) outcomeOf(ctx context.Context, ref storage.JobRef, number int64, going []int64) (storage.Outcome, error) {
	if _, found := slices.BinarySearch(going, number); found {
		return storage.Open, nil
	}
	page, err := c.store.ListRuns(ctx, storage.RunQuery{JobRef: ref, Ascending: true, After: storage.RunPosition{Number: number - 1}, Limit: 1})
	if err != nil {
		return storage.Open, storeError("read a run of job "+ref.JobID, err)
	}
	if len(page.Runs) == 0 || page.Runs[0].Number != number {
		return RunFailed.outcome(), nil
	}
	return page.Runs[0].Outcome, nil
}

// unfinished lists the numbers of a job's runs that have not ended, rising.
func (c *core) unfinished(ctx context.Context, ref storage.JobRef) (numbers []int64, err error) {
	for record, err := range c.eachRun(ctx, openRuns(ref)) {
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, record.Number)
	}
	return numbers, nil
}

// openRuns selects all runs of a job that have not ended, oldest first.
func openRuns(ref storage.JobRef) storage.RunQuery {
	return storage.RunQuery{JobRef: ref, Outcomes: isOpen, Ascending: true, Limit: storage.MaxLimit}
}

// use marks a success as used. Runs with lower numbers that have not ended may be
// used later.
func (u *successes) use(number int64) {
	if at, found := slices.BinarySearch(u.used.open, number); found {
		u.used.open = slices.Delete(u.used.open, at, at+1)
		return
	}
	for _, going := range u.going {
		if going > u.used.upTo && going < number {
			u.used.open = append(u.used.open, going)
		}
	}
	u.used.upTo = number
}
