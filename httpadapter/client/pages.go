package client

import (
	"context"
	"iter"

	"github.com/oapi-codegen/nullable"
)

// pageLength is the default number of items on a page.
const pageLength int32 = 100

// numbered reads a list to its end, by page numbers.
func numbered[T any](limit, first *int32, read func(limit, page *int32) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		length, page := pageLength, int32(1)
		if limit != nil {
			length = *limit
		}
		if first != nil {
			page = *first
		}
		for ; ; page++ {
			items, err := read(&length, &page)
			if !yieldAll(items, err, yield) || int32(len(items)) < length || length == 0 {
				return
			}
		}
	}
}

// marked reads a list to its end, by markers.
func marked[T any](marker *string, read func(marker *string) ([]T, nullable.Nullable[string], error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			items, next, err := read(marker)
			following, _ := next.Get()
			if !yieldAll(items, err, yield) || following == "" {
				return
			}
			marker = &following
		}
	}
}

// yieldAll yields a page, or an error, and reports whether to continue.
func yieldAll[T any](items []T, err error, yield func(T, error) bool) bool {
	if err != nil {
		var none T
		yield(none, err)
		return false
	}
	for _, item := range items {
		if !yield(item, nil) {
			return false
		}
	}
	return true
}

// or returns the parameters, or empty ones for nil.
func or[P any](params *P) P {
	if params == nil {
		params = new(P)
	}
	return *params
}

// AllJobs iterates over all jobs of the organization that the caller may see.
// It reads page after page. After an error it ends; so do the other iterators.
func (c *ClientWithResponses) AllJobs(ctx context.Context, params *ListJobsParams) iter.Seq2[ListedJob, error] {
	q := or(params)
	return numbered(q.Limit, q.Page, func(limit, page *int32) ([]ListedJob, error) {
		q.Limit, q.Page = limit, page
		res, err := c.ListJobsWithResponse(ctx, &q)
		if err != nil {
			return nil, err
		}
		return res.JSON200.Listed(), nil
	})
}

// AllVersions iterates over the published versions of a job.
func (c *ClientWithResponses) AllVersions(ctx context.Context, jobID string, params *ListVersionsParams) iter.Seq2[VersionItem, error] {
	q := or(params)
	return numbered(q.Limit, q.Page, func(limit, page *int32) ([]VersionItem, error) {
		q.Limit, q.Page = limit, page
		res, err := c.ListVersionsWithResponse(ctx, jobID, &q)
		if err != nil {
			return nil, err
		}
		return res.JSON200.Items, nil
	})
}

// AllRuns iterates over the runs of a job, newest first.
func (c *ClientWithResponses) AllRuns(ctx context.Context, jobID string, params *ListRunsParams) iter.Seq2[JobRun, error] {
	q := or(params)
	return marked(q.Marker, func(marker *string) ([]JobRun, nullable.Nullable[string], error) {
		q.Marker = marker
		res, err := c.ListRunsWithResponse(ctx, jobID, &q)
		if err != nil {
			return nil, nil, err
		}
		return res.JSON200.Items, res.JSON200.Marker, nil
	})
}

// AllMyRuns iterates over the runs of all jobs that the caller may see, newest
// first.
func (c *ClientWithResponses) AllMyRuns(ctx context.Context, params *ListMyRunsParams) iter.Seq2[JobRun, error] {
	q := or(params)
	return marked(q.Marker, func(marker *string) ([]JobRun, nullable.Nullable[string], error) {
		q.Marker = marker
		res, err := c.ListMyRunsWithResponse(ctx, &q)
		if err != nil {
			return nil, nil, err
		}
		return res.JSON200.Items, res.JSON200.Marker, nil
	})
}

// AllTicks iterates over the ticks of a job, newest first.
func (c *ClientWithResponses) AllTicks(ctx context.Context, jobID string, params *ListTicksParams) iter.Seq2[Tick, error] {
	q := or(params)
	return marked(q.Marker, func(marker *string) ([]Tick, nullable.Nullable[string], error) {
		q.Marker = marker
		res, err := c.ListTicksWithResponse(ctx, jobID, &q)
		if err != nil {
			return nil, nil, err
		}
		return res.JSON200.Items, res.JSON200.Marker, nil
	})
}

// AllMyEvents iterates over the events that the caller may see, newest first.
// With After it begins after this seq, oldest first.
func (c *ClientWithResponses) AllMyEvents(ctx context.Context, params *ListMyEventsParams) iter.Seq2[Event, error] {
	q := or(params)
	return journal(&q.After, &q.Before, func() (*EventList, error) {
		res, err := c.ListMyEventsWithResponse(ctx, &q)
		if err != nil {
			return nil, err
		}
		return res.JSON200, nil
	})
}

// AllEvents is like AllMyEvents, for one job.
func (c *ClientWithResponses) AllEvents(ctx context.Context, jobID string, params *ListEventsParams) iter.Seq2[Event, error] {
	q := or(params)
	return journal(&q.After, &q.Before, func() (*EventList, error) {
		res, err := c.ListEventsWithResponse(ctx, jobID, &q)
		if err != nil {
			return nil, err
		}
		return res.JSON200, nil
	})
}

// journal reads page after page, and moves after or before.
func journal(after, before **int64, read func() (*EventList, error)) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for {
			list, err := read()
			if err != nil {
				yield(Event{}, err)
				return
			}
			if !yieldAll(list.Items, nil, yield) {
				return
			}
			next := Value(list.Before)
			switch {
			case *after != nil && **after != list.Marker:
				*after = &list.Marker
			case *after == nil && next != 0:
				*before = &next
			default:
				return
			}
		}
	}
}
