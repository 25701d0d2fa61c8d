package storagetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/model"
)

var dueCases = []testCase{
	{
		name: "what is due is what has a wake time that is not after",
		why:  "the scheduler sleeps until a time, and must then find what is due at that time",
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
		name: "kinds never mix",
		why: "a loop that hands runs to engines must not wait behind ten thousand deadlines, " +
			"nor take a lease that is over for a run to start",
		run: dueKindsApart,
	},
	{
		name: "due items are in order, over organizations",
		why:  "the oldest items must come first, and pages must not overlap",
		run:  dueInOrder,
	},
	{
		name: "many items of one time are paged without loss",
		why:  "at midnight many jobs are due at the same time; without a total order, paging skips items or never ends",
		run:  duePaged,
	},
	{
		name: "an edited time moves the item",
		why:  "an old entry that stays in the index wakes a job again and again",
		run: func(p *probe) {
			p.create(ref("job"), "job", withWakeAt(minute(1)), withRuns(newRun(ref("job"), 1)))
			p.edit(ref("job"), withWakeAt(minute(5)))
			p.dueJobs(minute(4))
			p.edit(ref("job"), withWakeAt(minute(2)))
			p.dueJobs(forever, "job")
			for _, kind := range runKinds {
				for _, at := range []time.Time{minute(1), minute(9), minute(3), {}} {
					run := p.run(ref("job"), runID(1))
					kind.set(&run, at)
					p.putRun(run)
					var want []storage.DueItem
					if !at.IsZero() {
						want = []storage.DueItem{{At: at, JobRef: ref("job"), RunID: run.ID}}
					}
					got := p.due(storage.DueQuery{Kind: kind.kind, Until: forever, Limit: 9}).Items
					p.same(want, got, "kind %d after the time became %v", kind.kind, at)
				}
			}
		},
	},
	{
		name: "next is the earliest time of the kind after until",
		why:  "the scheduler sleeps until then: with a later time runs start late, with an earlier one it polls without need",
		run:  dueNext,
	},
	{
		name: "what a removed job left is due no more",
		why:  "the runs of a removed job are hidden: a scheduler would get them as due and find nothing, again and again",
		run:  dueRemoved,
	},
	{
		name: "the store's time never goes back",
		why:  "a cursor moves only up to the store's time; if that went back, a tick could be settled twice",
		run:  dueTime,
	},
}

// runKinds are the kinds of which runs are due, and the field that says when.
var runKinds = []struct {
	kind storage.DueKind
	set  func(*storage.RunRecord, time.Time)
}{
	{storage.DueReady, func(r *storage.RunRecord, at time.Time) { r.ReadyAt = at }},
	{storage.DueDeadlines, func(r *storage.RunRecord, at time.Time) { r.DeadlineAt = at }},
	{storage.DueDebts, func(r *storage.RunRecord, at time.Time) { r.OwedAt = at }},
}

// dueJobs compares the IDs of the jobs that are due by a time.
func (p *probe) dueJobs(until time.Time, want ...string) {
	p.Helper()
	var got []string
	for _, item := range p.due(storage.DueQuery{Until: until, Limit: plenty}).Items {
		got = append(got, item.JobID)
	}
	p.same(want, got, "jobs due by %v", until)
}

// dueKindsApart gives one thing of each kind a time, all of them different.
func dueKindsApart(p *probe) {
	run := newRun(ref("job"), 1)
	run.ReadyAt, run.DeadlineAt, run.OwedAt = minute(2), minute(4), minute(3)
	p.create(ref("job"), "job", withWakeAt(minute(5)), withRuns(run))
	p.create(ref("gone"), "gone", withWakeAt(minute(9)))
	c := p.removing(ref("gone"))
	c.Tombstone.WakeAt = minute(1)
	p.commit(c)
	for kind, want := range map[storage.DueKind]storage.DueItem{
		storage.DueJobs:       {At: minute(5), JobRef: ref("job")},
		storage.DueReady:      {At: minute(2), JobRef: ref("job"), RunID: run.ID},
		storage.DueDeadlines:  {At: minute(4), JobRef: ref("job"), RunID: run.ID},
		storage.DueDebts:      {At: minute(3), JobRef: ref("job"), RunID: run.ID},
		storage.DueTombstones: {At: minute(1), JobRef: ref("gone")},
	} {
		early := p.due(storage.DueQuery{Kind: kind, Until: want.At.Add(-time.Microsecond), Limit: 9})
		require.Empty(p, early.Items, "kind %d", kind)
		require.True(p, early.Next.Equal(want.At), "kind %d: next is %v", kind, early.Next)
		page := p.due(storage.DueQuery{Kind: kind, Until: forever, Limit: 9})
		p.same([]storage.DueItem{want}, page.Items, "kind %d", kind)
		require.True(p, page.Next.IsZero(), "kind %d: next is %v", kind, page.Next)
	}

	c = p.change(ref("gone"))
	c.Tombstone = &storage.TombstoneRecord{JobRef: ref("gone"), Revision: 1, WakeAt: minute(8)}
	p.commit(c)
	page := p.due(storage.DueQuery{Kind: storage.DueTombstones, Until: minute(7), Limit: 9})
	require.Empty(p, page.Items, "the tombstone was put off")
	require.True(p, page.Next.Equal(minute(8)), "next: %v", page.Next)
}

// scatter creates jobs with runs that are due at few different times, over
// organizations, and returns what is due of each kind, in order.
func (p *probe) scatter() map[storage.DueKind][]storage.DueItem {
	p.Helper()
	want := nothingDue()
	for i, organization := range []string{"org-2", "Org", "org-10", "org"} {
		for j, id := range []string{"b", "a", "C", "a-1"} {
			at := storage.JobRef{OrganizationID: organization, JobID: id}
			wake := minute((i + j) % 2)
			runs := []storage.RunRecord{newRun(at, 2), newRun(at, 1)}
			for n := range runs {
				for k, kind := range runKinds {
					when := minute((i + j + n + k) % 3)
					kind.set(&runs[n], when)
					want[kind.kind] = append(want[kind.kind], storage.DueItem{At: when, JobRef: at, RunID: runs[n].ID})
				}
			}
			p.create(at, id, withWakeAt(wake), withRuns(runs...))
			want[storage.DueJobs] = append(want[storage.DueJobs], storage.DueItem{At: wake, JobRef: at})

			at.JobID += " that is gone"
			p.create(at, at.JobID)
			c := p.removing(at)
			c.Tombstone.WakeAt = wake
			p.commit(c)
			want[storage.DueTombstones] = append(want[storage.DueTombstones], storage.DueItem{At: wake, JobRef: at})
		}
	}
	for _, items := range want {
		slices.SortFunc(items, model.CompareDue)
	}
	return want
}

func dueInOrder(p *probe) {
	for kind, want := range p.scatter() {
		query := storage.DueQuery{Kind: kind, Until: forever, Limit: plenty}
		p.same(want, p.due(query).Items, "due of kind %d", kind)
		for i, item := range want {
			query.After = item
			p.same(want[i+1:], p.due(query).Items, "due of kind %d after %+v", kind, item)
		}
		p.same(want[:5], p.due(storage.DueQuery{Kind: kind, Until: forever, Limit: 5}).Items, "the first five of kind %d", kind)
	}
}

func duePaged(p *probe) {
	var want []storage.DueItem
	for i := range 30 {
		at := storage.JobRef{OrganizationID: fmt.Sprintf("org-%d", i%3), JobID: fmt.Sprintf("job-%02d", i/3)}
		p.create(at, at.JobID, withWakeAt(minute(1)))
		want = append(want, storage.DueItem{At: minute(1), JobRef: at})
	}
	slices.SortFunc(want, model.CompareDue)
	for _, limit := range []int{1, 7, 30, 31} {
		var got []storage.DueItem
		q := storage.DueQuery{Until: minute(1), Limit: limit}
		for range len(want) + 2 {
			page, err := p.store.Due(p.ctx, q)
			require.NoError(p, err)
			require.LessOrEqual(p, len(page.Items), limit)
			got = append(got, page.Items...)
			if q.After = page.After; !page.More {
				break
			}
		}
		p.same(want, got, "pages of %d", limit)
	}

	// What was woken since, and so left its place, does not stop the paging.
	p.edit(want[9].JobRef, withWakeAt(minute(8)))
	q := storage.DueQuery{Until: minute(1), After: want[9], Limit: plenty}
	p.same(want[10:], p.due(q).Items, "due after an item that is due no more")
}

func dueNext(p *probe) {
	p.create(ref("a"), "a", withWakeAt(minute(2)))
	p.create(ref("b"), "b", withWakeAt(minute(4)))
	p.create(ref("c"), "c", withWakeAt(minute(6)))
	for until, want := range []int{2, 2, 4, 4, 6, 6} {
		page := p.due(storage.DueQuery{Until: minute(until), Limit: 1})
		require.True(p, page.Next.Equal(minute(want)), "next after %v: %v", minute(until), page.Next)
	}
	page := p.due(storage.DueQuery{Until: minute(6), Limit: 9})
	require.True(p, page.Next.IsZero(), "nothing is left: %v", page.Next)

	// Neither the page nor where it begins has a say in it.
	after := storage.DueItem{At: minute(5), JobRef: ref("zzz")}
	page = p.due(storage.DueQuery{Until: minute(3), After: after, Limit: 1})
	require.Empty(p, page.Items)
	require.True(p, page.Next.Equal(minute(4)), "next: %v", page.Next)
}

// dueRemoved removes jobs whose runs are due before, between and after those
// of a job that stays.
func dueRemoved(p *probe) {
	for i, id := range []string{"gone-1", "stays", "gone-2"} {
		var runs []storage.RunRecord
		for n := 1; n <= 40; n++ {
			run := newRun(ref(id), n)
			for k, kind := range runKinds {
				kind.set(&run, minute(n*3+(i+k)%3))
			}
			runs = append(runs, run)
		}
		p.create(ref(id), id, withWakeAt(minute(i)), withRuns(runs...))
	}
	p.remove(ref("gone-1"))
	p.remove(ref("gone-2"))
	for range 2 {
		p.dueJobs(forever, "stays")
		for _, kind := range runKinds {
			items := p.due(storage.DueQuery{Kind: kind.kind, Until: forever, Limit: plenty}).Items
			require.Len(p, items, 40, "kind %d", kind.kind)
			for n, item := range items {
				require.Equal(p, ref("stays"), item.JobRef)
				require.Equal(p, runID(n+1), item.RunID)
			}
			page := p.due(storage.DueQuery{Kind: kind.kind, Until: minute(60), Limit: plenty})
			require.True(p, page.Next.After(minute(60)) && !page.Next.After(minute(63)), "next: %v", page.Next)
		}
		p.sweep()
	}
}

func dueTime(p *probe) {
	read := func() time.Time {
		p.Helper()
		return p.due(storage.DueQuery{Until: minute(0), Limit: 1}).Time
	}
	clockless := !p.due(storage.DueQuery{Until: minute(0), Limit: 1}).Clock
	last := read()
	require.Equal(p, clockless, last.IsZero(), "%v, before the first commit", last)
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
