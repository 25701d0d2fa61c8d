package broken

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
)

var readers = []Store{
	{"shares what it reads", sharesReads, []string{
		"copies/what was read is the reader's own",
		"copies/two reads share nothing",
	}},
	{"keeps what it was given", keepsSlices, []string{
		"copies/what was committed is the store's own",
	}},
	{"reads what was before", readsStale, []string{
		"commit/an acknowledged commit is read at once",
		"writers/counting writers that retry lose nothing",
	}},
	{"finds another organization's job", twist(twisted{job: leak}), []string{
		"isolation/an organization that is not there has nothing",
	}},
	{"takes a draft for a version", twist(twisted{version: publishDraft}), []string{
		"drafts/a draft is not a version",
	}},
	{"finds a job by ID and again by key", twist(twisted{find: findTwice}), []string{
		"find/a job that is asked for twice is found once",
	}},
	{"finds open runs newest first", finds(func(_ storage.FindQuery, job *storage.FoundJob) { slices.Reverse(job.OpenRuns) }), []string{
		"find/open runs are found oldest first, recent ones newest first, so many of each job",
	}},
	{"takes ended runs for open ones", finds(func(q storage.FindQuery, job *storage.FoundJob) {
		job.OpenRuns = job.RecentRuns[:min(q.OpenRuns, len(job.RecentRuns))]
	}), []string{
		"find/open runs are found oldest first, recent ones newest first, so many of each job",
	}},
	{"sends the documents of a brief answer", twist(twisted{find: func(
		ctx context.Context, s storage.Store, q storage.FindQuery,
	) (storage.JobList, error) {
		q.Brief = false
		return s.FindJobs(ctx, q)
	}}), []string{
		"find/a brief answer has no documents",
	}},
	{"sends what people edit where nobody asks for it", twist(twisted{find: func(
		ctx context.Context, s storage.Store, q storage.FindQuery,
	) (storage.JobList, error) {
		q.NoDoc = false
		return s.FindJobs(ctx, q)
	}}), []string{
		"find/an answer without documents of people keeps the rest",
	}},
	{"forgets the organization beside jobs", twist(twisted{find: func(
		ctx context.Context, s storage.Store, q storage.FindQuery,
	) (storage.JobList, error) {
		list, err := s.FindJobs(ctx, q)
		if len(q.IDs) > 0 {
			list.Organization = storage.OrganizationRecord{OrganizationID: q.OrganizationID}
		}
		return list, err
	}}), []string{
		"organization/an organization's record is read as it was written",
	}},
	{"mixes the kinds", twist(twisted{due: mixKinds}), []string{
		"due/kinds never mix",
	}},
	{"takes debts for deadlines", twist(twisted{due: func(
		ctx context.Context, s storage.Store, q storage.DueQuery,
	) (storage.DuePage, error) {
		if q.Kind == storage.DueDeadlines {
			q.Kind = storage.DueDebts
		}
		return s.Due(ctx, q)
	}}), []string{
		"due/kinds never mix",
		"due/an edited time moves the item",
	}},
	{"has nothing due of a kind that it does not know", twist(twisted{due: func(
		ctx context.Context, s storage.Store, q storage.DueQuery,
	) (storage.DuePage, error) {
		page, err := s.Due(ctx, q)
		if errors.Is(err, storage.ErrInvalid) {
			err = nil
		}
		return page, err
	}}), []string{
		"validate/a query that is wrong in itself is refused",
	}},
	{"pages what is due by time alone", twist(twisted{due: pageByTime}), []string{
		"due/many items of one time are paged without loss",
		"due/due items are in order, over organizations",
	}},
	{"looks for the next only behind the page", twist(twisted{due: shortSighted}), []string{
		"due/next is the earliest time of the kind after until",
	}},
	{"tells the time of the last commit", goesBack, []string{
		"due/the store's time never goes back",
	}},
	{"goes on telling what a removed job left to be due", wakesTheDead, []string{
		"due/what a removed job left is due no more",
		"tombstones/a removed job is not found by any read, at once",
	}},
	{"keeps milliseconds", edits(func(job *storage.JobRecord) { job.CreatedAt = job.CreatedAt.Truncate(time.Millisecond) }), []string{
		"times/times come back to the microsecond, in UTC",
	}},
	{"reads documents as JSON", edits(decode), []string{
		"documents/documents come back byte for byte",
	}},
	{"ignores contexts", twist(twisted{tombstone: func(
		ctx context.Context, s storage.Store, ref storage.JobRef,
	) (storage.TombstoneRecord, error) {
		return s.Tombstone(context.WithoutCancel(ctx), ref)
	}}), []string{
		"context/a context that has ended ends every method",
	}},
}

// finds breaks a store by changing each job that is found.
func finds(change func(q storage.FindQuery, job *storage.FoundJob)) func(storage.Store) storage.Store {
	return twist(twisted{find: func(ctx context.Context, s storage.Store, q storage.FindQuery) (storage.JobList, error) {
		list, err := s.FindJobs(ctx, q)
		for i := range list.Jobs {
			change(q, &list.Jobs[i])
		}
		return list, err
	}})
}

// decode decodes and encodes each document, if it can.
func decode(job *storage.JobRecord) {
	var value any
	if json.Unmarshal(job.Doc, &value) == nil {
		job.Doc, _ = json.Marshal(value)
	}
}

// leak looks for a job in all organizations when its own has none.
func leak(ctx context.Context, s storage.Store, ref storage.JobRef) (storage.JobRecord, error) {
	job, err := s.Job(ctx, ref)
	for _, other := range []string{"org-1", "org-2"} {
		if err == nil {
			return job, nil
		}
		job, err = s.Job(ctx, storage.JobRef{OrganizationID: other, JobID: ref.JobID})
	}
	return job, err
}

func publishDraft(ctx context.Context, s storage.Store, ref storage.JobRef, number int) (storage.VersionRecord, error) {
	if draft, err := s.Draft(ctx, ref); err == nil && draft.Number == number {
		return draft, nil
	}
	return s.Version(ctx, ref, number)
}

// findTwice looks IDs and keys up one after the other.
func findTwice(ctx context.Context, s storage.Store, q storage.FindQuery) (storage.JobList, error) {
	byKey, err := s.FindJobs(ctx, storage.FindQuery{OrganizationID: q.OrganizationID, Keys: q.Keys})
	q.Keys = nil
	list, err2 := s.FindJobs(ctx, q)
	list.Jobs = append(list.Jobs, byKey.Jobs...)
	return list, errors.Join(err, err2)
}

// mixKinds returns deadlines among the runs that are ready.
func mixKinds(ctx context.Context, s storage.Store, q storage.DueQuery) (storage.DuePage, error) {
	page, err := s.Due(ctx, q)
	if q.Kind == storage.DueReady && err == nil {
		q.Kind = storage.DueDeadlines
		other, _ := s.Due(ctx, q)
		page.Items = append(page.Items, other.Items...)
	}
	return page, err
}

func pageByTime(ctx context.Context, s storage.Store, q storage.DueQuery) (storage.DuePage, error) {
	after := q.After.At
	q.After = storage.DueItem{}
	page, err := s.Due(ctx, q)
	page.Items = slices.DeleteFunc(page.Items, func(i storage.DueItem) bool { return !after.IsZero() && !i.At.After(after) })
	return page, err
}

// shortSighted returns the next time only when the page was not full.
func shortSighted(ctx context.Context, s storage.Store, q storage.DueQuery) (storage.DuePage, error) {
	page, err := s.Due(ctx, q)
	if len(page.Items) == q.Limit {
		page.Next = time.Time{}
	}
	return page, err
}
