package storagetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

var dueCases = []testCase{
	{
		name: "what is due is what has a wake time that is not after",
		why:  "the scheduler sleeps until a time and must find, at that time, what it slept for",
		run: func(p *probe) {
			p.create(ref("never"), "never")
			p.create(ref("late"), "late", withWakeAt(minute(3)))
			p.create(ref("job"), "job", withWakeAt(minute(2)))
			p.create(ref("early"), "early", withWakeAt(minute(1)))
			p.dueJobs(minute(0))
			p.dueJobs(minute(1), "early")
			p.dueJobs(minute(2).Add(-time.Microsecond), "early")
			p.dueJobs(minute(2), "early", "job")
			p.dueJobs(forever, "early", "job", "late")
		},
	},
	{
		name: "jobs, runs and tombstones are due alike",
		why:  "a lease, a timeout, a retry and an owed cancel each end by a wake-up; one index finds them all",
		run:  dueKinds,
	},
	{
		name: "due items are in order, over organizations",
		why:  "what has waited longest is taken first, and pages do not overlap",
		run:  dueInOrder,
	},
	{
		name: "many items of one wake time are paged without loss",
		why:  "at midnight everything is due at once; an order with ties skips some, or never ends",
		run:  duePaged,
	},
	{
		name: "an edited wake time moves the item",
		why:  "an old entry that stays in the index wakes a job again and again",
		run: func(p *probe) {
			p.create(ref("job"), "job", withWakeAt(minute(1)), withRuns(newRun(ref("job"), 1)))
			p.edit(ref("job"), withWakeAt(minute(5)))
			p.dueJobs(minute(4))
			p.edit(ref("job"), withWakeAt(minute(2)))
			p.dueJobs(forever, "job")
			run := p.run(ref("job"), runID(1))
			for n, at := range []time.Time{minute(1), minute(9), minute(3), {}} {
				run.WakeAt, run.Revision = at, int64(n+1)
				p.putRun(run)
				items := p.due(jobs.DueQuery{Until: forever, Limit: 9}).Items
				items = slices.DeleteFunc(items, func(i jobs.DueItem) bool { return i.Kind == jobs.DueJob })
				if at.IsZero() {
					require.Empty(p, items)
					return
				}
				want := []jobs.DueItem{{WakeAt: at, JobRef: ref("job"), RunID: run.ID, Kind: jobs.DueRun}}
				p.same(want, items, "after the wake time became %v", at)
			}
		},
	},
	{
		name: "next is the earliest wake time after until",
		why:  "the scheduler sleeps so long; a later answer is a late run, an earlier one a busy loop",
		run:  dueNext,
	},
	{
		name: "the store's time never goes back",
		why:  "a cursor advances no further than that time; going back would settle a tick twice",
		run:  dueTime,
	},
}

// dueJobs compares the IDs of the jobs that are due by a time.
func (p *probe) dueJobs(until time.Time, want ...string) {
	p.Helper()
	var got []string
	for _, item := range p.due(jobs.DueQuery{Until: until, Limit: plenty}).Items {
		if item.Kind == jobs.DueJob {
			got = append(got, item.JobID)
		}
	}
	p.same(want, got, "jobs due by %v", until)
}

func dueKinds(p *probe) {
	run := newRun(ref("job"), 1)
	run.WakeAt = minute(2)
	p.create(ref("job"), "job", withWakeAt(minute(3)), withRuns(run))
	p.create(ref("gone"), "gone", withWakeAt(minute(9)))
	c := p.removing(ref("gone"), true)
	c.Tombstone.WakeAt = minute(1)
	p.commit(c)
	p.same([]jobs.DueItem{
		{WakeAt: minute(1), JobRef: ref("gone"), Kind: jobs.DueTombstone},
		{WakeAt: minute(2), JobRef: ref("job"), RunID: run.ID, Kind: jobs.DueRun},
		{WakeAt: minute(3), JobRef: ref("job"), Kind: jobs.DueJob},
	}, p.due(jobs.DueQuery{Until: forever, Limit: 9}).Items, "due")

	c = p.change(ref("gone"))
	c.Tombstone = &jobs.TombstoneRecord{JobRef: ref("gone"), Revision: 1, Owed: true, WakeAt: minute(8)}
	p.commit(c)
	page := p.due(jobs.DueQuery{Until: minute(7), Limit: 9})
	require.Len(p, page.Items, 2, "the tombstone was put off")
	require.True(p, page.Next.Equal(minute(8)), "next: %v", page.Next)
}

// scatter creates jobs with runs that are due at few different times, over
// organizations, and returns what is due in order.
func (p *probe) scatter() []jobs.DueItem {
	p.Helper()
	var want []jobs.DueItem
	for i, organization := range []string{"org-2", "Org", "org-10", "org"} {
		for j, id := range []string{"b", "a", "C", "a-1"} {
			at := jobs.JobRef{OrganizationID: organization, JobID: id}
			wake := minute((i + j) % 2)
			first, last := newRun(at, 1), newRun(at, 2)
			first.WakeAt, last.WakeAt = wake, minute(j%2)
			p.create(at, id, withWakeAt(wake), withRuns(last, first))
			want = append(want,
				jobs.DueItem{WakeAt: wake, JobRef: at, Kind: jobs.DueJob},
				jobs.DueItem{WakeAt: wake, JobRef: at, RunID: first.ID, Kind: jobs.DueRun},
				jobs.DueItem{WakeAt: last.WakeAt, JobRef: at, RunID: last.ID, Kind: jobs.DueRun})
		}
	}
	slices.SortFunc(want, compareDue)
	return want
}

func dueInOrder(p *probe) {
	want := p.scatter()
	p.same(want, p.due(jobs.DueQuery{Until: forever, Limit: plenty}).Items, "due")
	p.same(want[:5], p.due(jobs.DueQuery{Until: forever, Limit: 5}).Items, "the first five")
	for i, item := range want {
		got := p.due(jobs.DueQuery{Until: forever, After: item, Limit: plenty}).Items
		p.same(want[i+1:], got, "due after %+v", item)
	}
}

func duePaged(p *probe) {
	var want []jobs.DueItem
	for i := range 30 {
		at := jobs.JobRef{OrganizationID: fmt.Sprintf("org-%d", i%3), JobID: fmt.Sprintf("job-%02d", i/3)}
		p.create(at, at.JobID, withWakeAt(minute(1)))
		want = append(want, jobs.DueItem{WakeAt: minute(1), JobRef: at, Kind: jobs.DueJob})
	}
	slices.SortFunc(want, compareDue)
	for _, limit := range []int{1, 7, 30, 31} {
		var got []jobs.DueItem
		q := jobs.DueQuery{Until: minute(1), Limit: limit}
		for range len(want) + 2 {
			items := p.due(q).Items
			require.LessOrEqual(p, len(items), limit)
			if len(items) == 0 {
				break
			}
			got = append(got, items...)
			q.After = items[len(items)-1]
		}
		p.same(want, got, "pages of %d", limit)
	}

	// What was woken since, and so left its place, does not stop the paging.
	p.edit(want[9].JobRef, withWakeAt(minute(8)))
	q := jobs.DueQuery{Until: minute(1), After: want[9], Limit: plenty}
	p.same(want[10:], p.due(q).Items, "due after an item that is due no more")
}

func dueNext(p *probe) {
	run := newRun(ref("job"), 1)
	run.WakeAt = minute(4)
	p.create(ref("job"), "job", withWakeAt(minute(2)), withRuns(run))
	p.create(ref("gone"), "gone")
	c := p.removing(ref("gone"), true)
	c.Tombstone.WakeAt = minute(6)
	p.commit(c)
	for until, want := range []int{2, 2, 4, 4, 6, 6} {
		page := p.due(jobs.DueQuery{Until: minute(until), Limit: 1})
		require.True(p, page.Next.Equal(minute(want)), "next after %v: %v", minute(until), page.Next)
	}
	page := p.due(jobs.DueQuery{Until: minute(6), Limit: 9})
	require.True(p, page.Next.IsZero(), "nothing is left: %v", page.Next)

	// Neither the page nor where it begins has a say in it.
	after := jobs.DueItem{WakeAt: minute(5), JobRef: ref("zzz")}
	page = p.due(jobs.DueQuery{Until: minute(3), After: after, Limit: 1})
	require.Empty(p, page.Items)
	require.True(p, page.Next.Equal(minute(4)), "next: %v", page.Next)
}

func dueTime(p *probe) {
	read := func() time.Time {
		p.Helper()
		return p.due(jobs.DueQuery{Until: minute(0), Limit: 1}).Time
	}
	last := read()
	clockless := last.IsZero()
	p.create(ref("job"), "job")
	latest := start
	for _, at := range []time.Time{minute(5), minute(3), minute(-9999), minute(6), forever, minute(7)} {
		c := p.editing(ref("job"))
		c.At = at
		p.commit(c)
		now := read()
		require.False(p, now.Before(last), "%v, then %v", last, now)
		if latest = later(latest, at); clockless {
			require.True(p, now.Equal(latest), "%v, but %v was committed", now, latest)
		}
		require.Equal(p, time.UTC, now.Location())
		last = now
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
