package storagetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var timeCases = []testCase{
	{
		name: "times come back to the microsecond, in UTC",
		why: "the cursor of a schedule is compared with what it was; " +
			"a time that is a millisecond off is another tick",
		run: func(p *probe) {
			for i, at := range instants {
				p.timeEverywhere(ref(runID(i)), at)
			}
		},
	},
	{
		name: "a time of another zone or of finer precision is brought into shape",
		why:  "time.Now() has a local zone and nanoseconds; all stores must return the same time for it",
		run:  timeInShape,
	},
	{
		name: "the zero time is none",
		why:  "a job without a wake time must not be due since the year 1",
		run: func(p *probe) {
			p.create(ref("job"), "key", withRuns(newRun(ref("job"), 1)))
			job := p.job(ref("job"))
			require.True(p, job.WakeAt.IsZero(), "job: %v", job.WakeAt)
			run := p.latest(job)
			require.True(p, run.ReadyAt.IsZero() && run.DeadlineAt.IsZero() && run.OwedAt.IsZero(), "run: %+v", run)
			for _, kind := range dueKinds {
				page := p.due(storage.DueQuery{Kind: kind, Until: forever, Limit: 9})
				require.Empty(p, page.Items)
				require.True(p, page.Next.IsZero(), "next: %v", page.Next)
			}
		},
	},
	{
		name: "the Unix epoch is a time like any other",
		why:  "a backend that stores 0 for no time cannot tell it from 1970-01-01",
		run: func(p *probe) {
			epoch := time.Unix(0, 0).UTC()
			p.create(ref("job"), "key", withWakeAt(epoch))
			want := []storage.DueItem{{At: epoch, JobRef: ref("job")}}
			p.same(want, p.due(storage.DueQuery{Until: epoch, Limit: 9}).Items, "due at the epoch")
			before := p.due(storage.DueQuery{Until: epoch.Add(-time.Microsecond), Limit: 9})
			require.Empty(p, before.Items)
			require.True(p, before.Next.Equal(epoch), "next: %v", before.Next)
			p.edit(ref("job"), withWakeAt(time.Time{}))
			require.Empty(p, p.due(storage.DueQuery{Until: forever, Limit: 9}).Items)
		},
	},
	{
		name: "times of all ages are ordered",
		why:  "a time kept as text, or as a float, sorts wrongly before 1970 or after 2255",
		run:  timesOrdered,
	},
	{
		name: "a wake time is cleared",
		why:  "a job whose work is done must leave the due index",
		run: func(p *probe) {
			p.create(ref("job"), "key", withWakeAt(minute(1)))
			got := p.edit(ref("job"), withWakeAt(time.Time{}))
			require.True(p, got.WakeAt.IsZero())
			require.Empty(p, p.due(storage.DueQuery{Until: forever, Limit: 9}).Items)
		},
	},
}

// instants rise.
var instants = []time.Time{
	time.Date(1, time.January, 1, 0, 0, 0, 1_000, time.UTC),
	time.Date(1, time.December, 31, 23, 59, 59, 999_999_000, time.UTC),
	time.Date(1883, time.November, 18, 12, 3, 58, 0, time.UTC),
	time.Date(1969, time.December, 31, 23, 59, 59, 999_999_000, time.UTC),
	time.Unix(0, 0).UTC(),
	time.Date(1970, time.January, 1, 0, 0, 0, 1_000, time.UTC),
	time.Date(2024, time.February, 29, 23, 59, 59, 123_456_000, time.UTC),
	time.Date(2024, time.February, 29, 23, 59, 59, 123_457_000, time.UTC),
	time.Date(2038, time.January, 19, 3, 14, 8, 0, time.UTC),
	time.Date(2262, time.April, 12, 0, 0, 0, 0, time.UTC),
	forever.Add(-time.Microsecond),
	forever,
}

// timeEverywhere stores a time in every field that has one.
func (p *probe) timeEverywhere(at storage.JobRef, when time.Time) {
	p.Helper()
	for _, got := range p.storeTime(at, when) {
		require.True(p, got.Equal(when), "%v came back as %v", when, got)
		require.Equal(p, time.UTC, got.Location())
	}
}

// storeTime stores a time in every field that has one, and returns what is
// read, from all of them and from what is due.
func (p *probe) storeTime(at storage.JobRef, when time.Time) []time.Time {
	p.Helper()
	run, t := newRun(at, 1), tick(at, 1)
	run.CreatedAt, run.ReadyAt, run.DeadlineAt, run.OwedAt, t.NominalAt = when, when, when, when, when
	p.create(at, at.JobID, withCreatedAt(when), withWakeAt(when), withRuns(run), func(c *storage.Change) {
		c.PutTicks = []storage.TickRecord{t}
	})
	job, read := p.job(at), p.run(at, run.ID)
	got := []time.Time{job.CreatedAt, job.WakeAt, read.CreatedAt, read.ReadyAt, read.DeadlineAt, read.OwedAt}
	ticks := p.ticks(storage.TickQuery{JobRef: at, Limit: 1})
	require.Len(p, ticks, 1)
	got = append(got, ticks[0].NominalAt)

	var due []time.Time
	dueNow := func(kinds ...storage.DueKind) {
		p.Helper()
		for _, kind := range kinds {
			items := p.due(storage.DueQuery{Kind: kind, Until: when, Limit: plenty}).Items
			i := slices.IndexFunc(items, func(i storage.DueItem) bool { return i.JobRef == at })
			require.GreaterOrEqual(p, i, 0, "nothing of kind %d is due at %v", kind, when)
			due = append(due, items[i].At)
		}
	}
	dueNow(storage.DueJobs, storage.DueReady, storage.DueDeadlines, storage.DueDebts)
	c := p.removing(at)
	c.At, c.Tombstone.WakeAt, c.Events = when, when, []storage.EventRecord{{Doc: []byte("removed")}}
	p.commit(c)
	dueNow(storage.DueTombstones)
	events := p.events(storage.EventQuery{OrganizationID: at.OrganizationID, JobID: at.JobID, Limit: 9}).Events
	require.Len(p, events, 1)
	return append(append(got, due...), p.tombstone(at).WakeAt, events[0].At)
}

func timeInShape(p *probe) {
	at := time.Date(2024, time.July, 1, 1, 30, 0, 123_456_789, time.FixedZone("", 2*60*60))
	for _, got := range p.storeTime(ref("job"), at) {
		require.Equal(p, time.UTC, got.Location())
		require.Zero(p, got.Nanosecond()%1000, "%v is finer than a microsecond", got)
		require.Less(p, got.Sub(at).Abs(), time.Microsecond, "%v came back as %v", at, got)
	}
}

func timesOrdered(p *probe) {
	p.create(ref("runs"), "runs")
	for i := range instants {
		i = (i * 5) % len(instants) // in no order
		p.create(ref(runID(i)), runID(i), withCreatedAt(instants[i]), withWakeAt(instants[i]))
		run := newRun(ref("runs"), i+1)
		run.CreatedAt = instants[i]
		p.edit(ref("runs"), withRuns(run), func(c *storage.Change) {
			c.PutTicks = []storage.TickRecord{{JobRef: ref("runs"), NominalAt: instants[i]}}
		})
	}
	var byDue, byTick, byRun []time.Time
	for _, item := range p.due(storage.DueQuery{Until: forever, Limit: plenty}).Items {
		byDue = append(byDue, item.At)
	}
	for _, t := range p.ticks(storage.TickQuery{JobRef: ref("runs"), Limit: plenty}) {
		byTick = append([]time.Time{t.NominalAt}, byTick...)
	}
	query := storage.RunQuery{JobRef: storage.JobRef{OrganizationID: org}, Ascending: true, Limit: plenty}
	for _, r := range p.runs(query) {
		byRun = append(byRun, r.CreatedAt)
	}
	p.same(instants, byDue, "due")
	p.same(instants, byTick, "ticks")
	p.same(instants, byRun, "runs of the organization")
	for _, at := range instants {
		page := p.due(storage.DueQuery{Until: at.Add(-time.Microsecond), Limit: 1})
		require.True(p, page.Next.Equal(at), "next before %v: %v", at, page.Next)
	}
}
