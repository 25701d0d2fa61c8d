package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var eventCases = []testCase{
	{
		name: "events are numbered in the order of commits, without gaps",
		why:  "a reader asks for the events after the last number that it has; it would wait for an event that is missing",
		run: func(p *probe) {
			p.create(ref("a"), "a", withEvents("1", "2"))
			p.create(ref("b"), "b")
			p.edit(ref("b"), withEvents("3"))
			p.stale(p.editing(ref("b"), withEvents("never"), withGraph(9, true)))
			c := p.change(ref(""))
			c.Events = []storage.EventRecord{{Doc: []byte("4")}}
			p.commit(c)
			p.edit(ref("a"), withEvents("5", "6", "7"))
			p.journal(storage.EventQuery{Limit: plenty}, 7, 6, 5, 4, 3, 2, 1)
			p.journal(storage.EventQuery{Ascending: true, Limit: plenty}, 1, 2, 3, 4, 5, 6, 7)
		},
	},
	{
		name: "an event is its change's",
		why:  "the journal must say who did what to which job, and when",
		run: func(p *probe) {
			c := p.change(ref("job"))
			c.Job = newJob(ref("job"), "key")
			c.Events = []storage.EventRecord{
				{JobRef: ref("other"), Seq: 77, At: minute(99), Doc: []byte("created")}, {Doc: nil},
			}
			p.commit(c)
			p.same([]storage.EventRecord{
				{JobRef: ref("job"), Seq: 2, At: c.At},
				{JobRef: ref("job"), Seq: 1, At: c.At, Doc: []byte("created")},
			}, p.events(storage.EventQuery{OrganizationID: org, Limit: 9}).Events, "the journal")
		},
	},
	{
		name: "events are read from either end, between two numbers, page by page",
		why:  "a page begins with the newest events and goes back; a follower goes on after the last event that it has read",
		run:  eventPages,
	},
	{
		name: "a job's events are found among all",
		why:  "the page of a job shows the job's own events, however many events other jobs have",
		run:  eventsOfJobs,
	},
	{
		name: "events outlive their job",
		why:  "people ask who removed a job when the job is gone",
		run: func(p *probe) {
			p.create(ref("job"), "key", withEvents("created"))
			p.commit(p.editing(ref("job"), withEvents("removed"), func(c *storage.Change) {
				c.Tombstone = &storage.TombstoneRecord{JobRef: ref("job")}
			}))
			c := p.change(ref("job"))
			c.Tombstone = &storage.TombstoneRecord{JobRef: ref("job"), Revision: 1}
			c.Events = []storage.EventRecord{{Doc: []byte("stopped")}}
			p.commit(c)
			for range 2 {
				p.journal(storage.EventQuery{JobID: "job", Limit: 9}, 3, 2, 1)
				p.sweep()
			}
			p.create(ref("job"), "key", withEvents("made anew"))
			p.journal(storage.EventQuery{JobID: "job", Limit: 9}, 4, 3, 2, 1)
		},
	},
	{
		name: "each organization has a journal of its own",
		why:  "shared numbers would show one organization how busy the others are",
		run: func(p *probe) {
			for _, organization := range []string{"org-1", "org-2", "org"} {
				p.create(storage.JobRef{OrganizationID: organization, JobID: "job"}, "key", withEvents(organization, "second"))
			}
			for _, organization := range []string{"org-1", "org-2", "org"} {
				page := p.events(storage.EventQuery{OrganizationID: organization, Ascending: true, Limit: 9})
				require.Len(p, page.Events, 2)
				require.Equal(p, int64(1), page.Events[0].Seq)
				require.Equal(p, organization, string(page.Events[0].Doc))
				require.Equal(p, int64(2), page.Newest)
			}
		},
	},
	{
		name: "events are erased by age, oldest first, in steps up to the limit",
		why:  "a journal that only grows fills the disk; to erase a year of events at once would block everybody",
		run:  eventsTrimmed,
	},
	{
		name: "events larger than a page are erased like others",
		why:  "a store that reads one page to find old events sees only the first large event, and never gets past it",
		run: func(p *probe) {
			huge := strings.Repeat("x", storage.PageBytes)
			p.create(ref("job"), "key", withEvents(huge, huge, "small"))
			ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
			defer cancel()
			erased, err := p.store.Sweep(ctx, storage.SweepOptions{Limit: 9, EventsBefore: forever})
			require.NoError(p, err)
			require.Equal(p, 2, erased)
			p.journal(storage.EventQuery{Limit: 9}, 3)
		},
	},
	{
		name: "the newest event is never erased",
		why:  "if numbers start again from 1, a follower that has read higher numbers never sees the new events",
		run: func(p *probe) {
			p.create(ref("job"), "key", withEvents("1", "2", "3"))
			p.trim(forever)
			p.journal(storage.EventQuery{Limit: 9}, 3)
			p.edit(ref("job"), withEvents("4"))
			p.journal(storage.EventQuery{Limit: 9}, 4, 3)
			p.trim(forever)
			page := p.journal(storage.EventQuery{Limit: 9}, 4)
			require.Equal(p, int64(4), page.Oldest)
			require.Equal(p, int64(4), page.Newest)
		},
	},
	{
		name: "a sweep without an age erases no event",
		why:  "an embedder may keep the journal for ever",
		run: func(p *probe) {
			p.create(ref("job"), "key", withEvents("1", "2"))
			p.remove(ref("job"))
			p.sweep()
			p.journal(storage.EventQuery{Limit: 9}, 2, 1)
		},
	},
	{
		name: "events are erased beside readers and writers without a hole",
		why:  "a follower that finds a gap cannot know whether the event was erased or is still to come",
		run:  eventsErasedBeside,
	},
	{
		name: "no event comes below a number that was shown",
		why:  "a follower asks for the events after the last number that it saw; an event with a lower number is lost to it",
		run:  eventsRaced,
	},
}

// journal compares the numbers of the events that a query of the usual
// organization selects.
func (p *probe) journal(q storage.EventQuery, want ...int64) storage.EventPage {
	p.Helper()
	q.OrganizationID = org
	page := p.events(q)
	var got []int64
	for _, e := range page.Events {
		got = append(got, e.Seq)
	}
	p.same(want, got, "events of %+v", q)
	return page
}

func eventPages(p *probe) {
	p.same(storage.EventPage{}, p.events(storage.EventQuery{OrganizationID: org, Limit: 9}), "an empty journal")
	for n := range 4 {
		p.create(ref(runID(n)), runID(n), withEvents("a", "b", "c"))
	}
	for _, q := range []struct {
		query storage.EventQuery
		want  []int64
		more  bool
	}{
		{storage.EventQuery{Limit: 3}, []int64{12, 11, 10}, true},
		{storage.EventQuery{Limit: 12}, []int64{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, false},
		{storage.EventQuery{Before: 10, Limit: 3}, []int64{9, 8, 7}, true},
		{storage.EventQuery{Before: 4, Limit: 3}, []int64{3, 2, 1}, false},
		{storage.EventQuery{Before: 1, Limit: 3}, nil, false},
		{storage.EventQuery{After: 10, Limit: 3}, []int64{12, 11}, false},
		{storage.EventQuery{After: 3, Before: 7, Limit: 9}, []int64{6, 5, 4}, false},
		{storage.EventQuery{After: 3, Before: 7, Limit: 2}, []int64{6, 5}, true},
		{storage.EventQuery{Ascending: true, Limit: 2}, []int64{1, 2}, true},
		{storage.EventQuery{Ascending: true, After: 9, Limit: 3}, []int64{10, 11, 12}, false},
		{storage.EventQuery{Ascending: true, After: 12, Limit: 3}, nil, false},
		{storage.EventQuery{Ascending: true, After: 99, Limit: 3}, nil, false},
		{storage.EventQuery{Ascending: true, After: 2, Before: 6, Limit: 2}, []int64{3, 4}, true},
		{storage.EventQuery{After: 6, Before: 4, Limit: 2}, nil, false},
	} {
		page := p.journal(q.query, q.want...)
		require.Equal(p, q.more, page.More, "%+v", q.query)
		require.Equal(p, int64(1), page.Oldest, "%+v", q.query)
		require.Equal(p, int64(12), page.Newest, "%+v", q.query)
	}
}

func eventsOfJobs(p *probe) {
	for _, id := range []string{"a", "a-1", "A"} {
		p.create(ref(id), id, withEvents("created"))
	}
	for range 5 {
		for _, id := range []string{"a", "a-1", "A"} {
			p.edit(ref(id), withEvents("edited"))
		}
	}
	c := p.change(ref(""))
	c.Events = []storage.EventRecord{{Doc: []byte("of the organization")}}
	p.commit(c)
	p.journal(storage.EventQuery{JobID: "a", Limit: plenty}, 16, 13, 10, 7, 4, 1)
	p.journal(storage.EventQuery{JobID: "a-1", Ascending: true, Limit: plenty}, 2, 5, 8, 11, 14, 17)
	p.journal(storage.EventQuery{JobID: "A", After: 3, Before: 15, Limit: plenty}, 12, 9, 6)
	p.journal(storage.EventQuery{JobID: "nobody", Limit: plenty})
	page := p.journal(storage.EventQuery{JobID: "a", Ascending: true, After: 4, Limit: 2}, 7, 10)
	require.True(p, page.More)
	require.Equal(p, int64(1), page.Oldest, "of the organization, whatever is selected")
	require.Equal(p, int64(19), page.Newest, "of the organization, whatever is selected")
	require.False(p, p.journal(storage.EventQuery{JobID: "a", Before: 5, Limit: 2}, 4, 1).More)
}

// trim erases the events before a time.
func (p *probe) trim(before time.Time) {
	p.Helper()
	require.NoError(p, sweepAll(p.ctx, p.store, storage.SweepOptions{Limit: 7, EventsBefore: before}))
}

func eventsTrimmed(p *probe) {
	for i, organization := range []string{"org-2", "org-1"} {
		for n := range 10 {
			c := p.change(storage.JobRef{OrganizationID: organization, JobID: runID(n)})
			c.Job, c.At = newJob(c.JobRef, runID(n)), minute(n+i)
			withEvents("first", "second")(&c)
			p.commit(c)
		}
	}
	for steps := 0; ; steps++ {
		require.Less(p, steps, 20, "steps of 3 never end")
		erased, err := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: 3, EventsBefore: minute(6)})
		require.NoError(p, err)
		require.LessOrEqual(p, erased, 3)
		page := p.events(storage.EventQuery{OrganizationID: org, Ascending: true, Limit: plenty})
		require.Equal(p, page.Events[0].Seq, page.Oldest)
		require.Len(p, page.Events, int(page.Newest-page.Oldest)+1, "a gap")
		if erased < 3 {
			break
		}
	}
	p.journal(storage.EventQuery{Ascending: true, Limit: plenty}, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
	p.journal(storage.EventQuery{JobID: runID(5), Limit: plenty}, 12, 11)
	p.journal(storage.EventQuery{JobID: runID(4), Limit: plenty})
	page := p.events(storage.EventQuery{OrganizationID: "org-2", Limit: plenty})
	require.Equal(p, int64(13), page.Oldest)
	require.Equal(p, int64(20), page.Newest)
	erased, err := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: 3, EventsBefore: minute(6)})
	require.NoError(p, err)
	require.Zero(p, erased)
}

// eventsErasedBeside writes two events a step, of which the oldest are erased.
func eventsErasedBeside(p *probe) {
	whole := func(ascending bool) func() error {
		return func() error {
			page, err := p.store.ListEvents(p.ctx, storage.EventQuery{OrganizationID: org, Ascending: ascending, Limit: storage.MaxLimit})
			if err != nil || len(page.Events) == 0 {
				return err
			}
			if !ascending {
				slices.Reverse(page.Events)
			}
			for i, e := range page.Events {
				if e.Seq != page.Oldest+int64(i) {
					return fmt.Errorf("event %d where %d stands, of %d to %d", e.Seq, page.Oldest+int64(i), page.Oldest, page.Newest)
				}
			}
			last := page.Events[len(page.Events)-1].Seq
			return expect(last == page.Newest && last%2 == 0, "event %d is the last that is read, of %d", last, page.Newest)
		}
	}
	p.beside(func(n int) error {
		c := p.change(ref("job-" + strconv.Itoa(n)))
		c.Job, c.At = newJob(c.JobRef, c.JobID), minute(n)
		withEvents("first", "second")(&c)
		commit := p.store.Commit(p.ctx, c)
		_, sweep := p.store.Sweep(p.ctx, storage.SweepOptions{Limit: 3, EventsBefore: minute(n - 3)})
		return errors.Join(commit, sweep)
	}, whole(true), whole(false))
}

// eventsRaced lets writers of different jobs append, while watchers follow the
// journal from the number that they read last, and one reads its end.
func eventsRaced(p *probe) {
	const writers, each = 4, rounds
	var through atomic.Int64
	until := func(read func() error) error { // once more after the last commit
		for last := false; !last; {
			last = through.Load() == writers
			if err := read(); err != nil {
				return err
			}
		}
		return nil
	}
	watch := func() func() error {
		var seen int64
		return func() error {
			page, err := p.store.ListEvents(p.ctx, storage.EventQuery{OrganizationID: org, Ascending: true, After: seen, Limit: plenty})
			for _, e := range page.Events {
				if seen++; e.Seq != seen {
					return fmt.Errorf("event %d was shown after %d", e.Seq, seen-1)
				}
			}
			return errors.Join(err, expect(err != nil || page.Newest >= seen, "the newest is %d after %d was shown", page.Newest, seen))
		}
	}
	var newest int64
	end := func() error {
		page, err := p.store.ListEvents(p.ctx, storage.EventQuery{OrganizationID: org, Limit: 9})
		if err != nil || len(page.Events) == 0 {
			return err
		}
		whole := page.Events[0].Seq == page.Newest && page.Newest >= newest && page.Newest%2 == 0
		newest = page.Newest
		return expect(whole, "the newest event is said to be %d: %+v", page.Newest, page.Events)
	}
	p.together(writers+3, func(i int) error {
		switch {
		case i == writers:
			return until(end)
		case i > writers:
			return until(watch())
		}
		defer through.Add(1)
		for n := range each {
			c := p.change(ref("job-" + strconv.Itoa(i) + "-" + strconv.Itoa(n)))
			c.Job = newJob(c.JobRef, c.JobID)
			withEvents("first", "second")(&c)
			if err := p.store.Commit(p.ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	events := p.events(storage.EventQuery{OrganizationID: org, Ascending: true, Limit: plenty}).Events
	require.Len(p, events, writers*each*2)
	for n := 0; n < len(events); n += 2 { // the two of one commit stand together
		require.Equal(p, events[n].JobRef, events[n+1].JobRef)
		require.Equal(p, "first", string(events[n].Doc))
	}
}
