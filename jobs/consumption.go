package jobs

import (
	"context"
	"slices"
)

// consumption is which successful runs of an upstream a job has used. Runs do
// not end in the order of their numbers, so a number alone does not say it.
type consumption struct {
	// upTo: successes up to this number, inclusive, are used,
	upTo int64
	// open: but for these, which had not ended when a later one was used.
	// They rise.
	open []int64
}

// consume notes which successes of an upstream are used now.
func (l *ledger) consume(jobID string, used consumption) {
	if used.upTo == 0 {
		return
	}
	if l.consumed == nil {
		l.consumed = map[string]consumption{}
	}
	l.consumed[jobID] = used
}

// successes are those of an upstream that were not used yet.
type successes struct {
	used consumption
	// numbers of the runs, rising; not all of them when there are many.
	numbers []int64
	// going are the numbers of the upstream's runs that have not ended, rising.
	going []int64
}

// maxFresh bounds how many successes of one upstream a pass takes up.
const maxFresh = 100

// readSuccesses reads the successful runs of a job that are not used. What
// succeeds between two of its reads wakes the job that it is read for, so that
// this pass comes to nothing.
func (s *Service) readSuccesses(ctx context.Context, ref JobRef, used consumption) (successes, error) {
	fresh := successes{used: consumption{upTo: used.upTo}}
	later, err := s.store.ListRuns(ctx, RunQuery{
		JobRef: ref, Outcomes: []Outcome{OutcomeSucceeded}, Ascending: true,
		After: RunPosition{Number: used.upTo}, Limit: maxFresh,
	})
	if err != nil {
		return fresh, storeError("list the successful runs of job "+ref.JobID, err)
	}
	if len(later) == 0 && len(used.open) == 0 {
		return fresh, nil
	}
	if fresh.going, err = s.unfinished(ctx, ref); err != nil {
		return fresh, err
	}
	for _, number := range used.open {
		outcome, err := s.outcomeOf(ctx, ref, number, fresh.going)
		if err != nil {
			return fresh, err
		}
		if outcome != OutcomeFailed {
			fresh.used.open = append(fresh.used.open, number)
		}
		if outcome == OutcomeSucceeded {
			fresh.numbers = append(fresh.numbers, number)
		}
	}
	for _, record := range later {
		fresh.numbers = append(fresh.numbers, record.Number)
	}
	return fresh, nil
}

// outcomeOf says how a run ended that had not. One that was removed counts as failed.
func (s *Service) outcomeOf(ctx context.Context, ref JobRef, number int64, going []int64) (Outcome, error) {
	if _, found := slices.BinarySearch(going, number); found {
		return OutcomeNone, nil
	}
	records, err := s.store.ListRuns(ctx, RunQuery{JobRef: ref, Ascending: true, After: RunPosition{Number: number - 1}, Limit: 1})
	if err != nil {
		return OutcomeNone, storeError("read a run of job "+ref.JobID, err)
	}
	if len(records) == 0 || records[0].Number != number {
		return OutcomeFailed, nil
	}
	return records[0].Outcome, nil
}

// unfinished lists the numbers of a job's runs that have not ended, rising.
func (s *Service) unfinished(ctx context.Context, ref JobRef) ([]int64, error) {
	query := RunQuery{JobRef: ref, Outcomes: []Outcome{OutcomeNone}, Ascending: true, Limit: maxActive}
	var numbers []int64
	for {
		records, err := s.store.ListRuns(ctx, query)
		if err != nil {
			return nil, storeError("list the runs of job "+ref.JobID, err)
		}
		for _, record := range records {
			numbers = append(numbers, record.Number)
		}
		if len(records) < query.Limit {
			return numbers, nil
		}
		query.After.Number = records[len(records)-1].Number
	}
}

// use notes that a success is used. The runs before it that have not ended may
// still be.
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
