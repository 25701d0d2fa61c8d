package jobs

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// search finds a page of jobs that a store cannot select by itself: with several
// conditions, a prefix of the key, or a policy. It goes through the shortest list
// that contains all of them, within bounds.
type search struct {
	s     *Service
	actor teams.Actor
	// query is the list to go through, and the page.
	query storage.JobQuery
	// scopes are the scopes that a job must have. prefix is what its key must begin
	// with.
	scopes []string
	prefix string
	bounds bounds

	// page are the IDs of the jobs on the page. total counts all jobs that were
	// found.
	page  []string
	total int
	// looked is how many jobs were read, and asked how often the policy was asked.
	looked, asked int
}

// bounds say how far a search goes.
type bounds struct {
	// count is up to how many jobs are counted when the page is full.
	count int
	// looks is how many jobs are read, and asks how often a policy is asked.
	looks, asks int
}

var (
	// roleBounds are for searches where roles decide.
	roleBounds = bounds{count: 1000, looks: 10_000, asks: math.MaxInt}
	// policyBounds are for filtered lists where a policy decides. They fill a page,
	// and do not count.
	policyBounds = bounds{looks: 10_000, asks: 500}
	// noBounds are for the documented lists where a policy decides. Their total is
	// exact.
	noBounds = bounds{count: math.MaxInt, looks: math.MaxInt, asks: math.MaxInt}
)

// uncounted is the total of a list when it is not known.
const uncounted = -1

func (f *search) visit(ctx context.Context, visit func(JobList) error) error {
	f.query.Brief = f.s.seesBrief()
	gathered, err := f.choose(ctx)
	if err != nil {
		return err
	}
	ended := true
	if gathered != nil {
		_, err = f.take(ctx, gathered)
	} else {
		ended, err = f.walk(ctx)
	}
	if err != nil {
		return err
	}
	total := f.total
	if !ended || total > f.bounds.count && f.bounds.count > 0 {
		total = uncounted
	}
	return f.s.visitIDs(ctx, f.actor.OrganizationID, f.page, total, visit)
}

// maxGather is the longest list that is read as a whole and then sorted by key.
const maxGather = 2000

// choose picks the shortest list to go through. Stores do not sort the lists of
// labels and outcomes by key. If such a list is needed by key, and is short, choose
// reads and sorts it.
func (f *search) choose(ctx context.Context) (gathered []storage.JobRecord, err error) {
	if f.bounds.looks == math.MaxInt {
		f.query.Scope = strings.Join(f.scopes[:min(len(f.scopes), 1)], "")
		return nil, nil
	}
	byKey := f.query.Order == storage.ByKey
	ordered, other, shortest, least := "", "", math.MaxInt, math.MaxInt
	for _, scope := range f.scopes {
		count := f.query
		count.Scope, count.Limit, count.Order = scope, 0, storage.ByCreation
		page, err := f.s.store.ListJobs(ctx, count)
		if err != nil {
			return nil, storeError("list jobs", err)
		}
		if inKeyOrder := !strings.HasPrefix(scope, labelScope) && !strings.HasPrefix(scope, outcomeScope); inKeyOrder || !byKey {
			if page.Total < shortest {
				ordered, shortest = scope, page.Total
			}
		} else if page.Total < least {
			other, least = scope, page.Total
		}
	}
	f.query.Scope = ordered
	if least > maxGather || least >= shortest || f.s.opts.Policy != nil {
		return nil, nil
	}
	return f.gather(ctx, other)
}

// gather reads a short list, and sorts it by key.
func (f *search) gather(ctx context.Context, scope string) ([]storage.JobRecord, error) {
	q := f.query
	q.Scope, q.Order, q.After = scope, storage.ByCreation, nil
	gathered := []storage.JobRecord{}
	for record, err := range f.s.eachJob(ctx, q) {
		if err != nil {
			return nil, err
		}
		if f.selects(record) {
			gathered = append(gathered, *record)
		}
	}
	slices.SortFunc(gathered, func(a, b storage.JobRecord) int {
		if f.query.Descending {
			a, b = b, a
		}
		return strings.Compare(a.Key, b.Key)
	})
	return gathered, nil
}

// firstLook is how many more jobs than the page needs the first read gets.
const firstLook = 16

// walk goes through the list, and reports whether it reached the end.
func (f *search) walk(ctx context.Context) (ended bool, err error) {
	q := f.query
	// Often all jobs of the page are at the beginning of the list.
	q.Offset, q.Limit = 0, min(f.query.Offset+f.query.Limit+firstLook, storage.MaxLimit)
	if f.prefix != "" {
		q.After = &storage.JobPosition{Key: f.prefix}
		if q.Descending {
			q.After.Key += "\U0010FFFF" // no key contains it
		}
	}
	for {
		page, err := f.s.store.ListJobs(ctx, q)
		if err != nil {
			return false, storeError("list jobs", err)
		}
		end := !page.More || len(page.Jobs) == 0
		if !end {
			last := &page.Jobs[len(page.Jobs)-1]
			q.After = position(last)
			end = f.prefix != "" && !strings.HasPrefix(last.Key, f.prefix)
		}
		f.looked += len(page.Jobs)
		enough, err := f.take(ctx, slices.DeleteFunc(page.Jobs, func(r storage.JobRecord) bool { return !f.selects(&r) }))
		if err != nil || enough {
			return false, err
		}
		if end || f.looked >= f.bounds.looks {
			return end, nil
		}
		q.Limit = storage.MaxLimit
	}
}

// asksAtOnce is how many calls of a policy one operation makes at the same time.
const asksAtOnce = 16

// take counts the jobs that the actor may see, and adds them to the page. It
// reports whether the search is to stop: it has found enough, or has reached its
// bounds.
func (f *search) take(ctx context.Context, records []storage.JobRecord) (enough bool, err error) {
	wanted := f.query.Offset + f.query.Limit
	for chunk := range slices.Chunk(records, asksAtOnce) {
		sees, err := f.s.seesEach(ctx, f.actor, chunk)
		if err != nil {
			return false, err
		}
		f.asked += len(chunk)
		for i := range chunk {
			if !sees[i] {
				continue
			}
			if f.total >= f.query.Offset && f.total < wanted {
				f.page = append(f.page, chunk[i].JobID)
			}
			if f.total++; f.total > f.bounds.count && f.total > wanted {
				return true, nil
			}
		}
		if f.asked >= f.bounds.asks {
			return true, nil
		}
	}
	return false, nil
}

// seesEach reports for each job whether the actor may see it. It asks a policy
// about several jobs at once.
func (s *Service) seesEach(ctx context.Context, actor teams.Actor, records []storage.JobRecord) ([]bool, error) {
	sees := make([]bool, len(records))
	err := s.askEach(len(records), func(i int) (err error) {
		sees[i], err = s.sees(ctx, actor, &records[i])
		return err
	})
	return sees, err
}

// askEach makes n decisions. Where roles decide, it makes them one after the other;
// with a policy, asksAtOnce at a time. It returns the first error.
func (s *Service) askEach(n int, ask func(i int) error) error {
	if s.opts.Policy == nil {
		for i := range n {
			if err := ask(i); err != nil {
				return err
			}
		}
		return nil
	}
	errs := make([]error, n)
	var group sync.WaitGroup
	room := make(chan struct{}, asksAtOnce)
	for i := range n {
		room <- struct{}{}
		group.Go(func() {
			errs[i] = ask(i)
			<-room
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
