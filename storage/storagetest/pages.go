package storagetest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var pageCases = []testCase{
	{
		name: "a page ends once its documents have reached so many bytes",
		why:  "a page of a thousand configs of a megabyte each would be a gigabyte, and could exhaust the process's memory",
		run:  pagesOfBytes,
	},
	{
		name: "a document larger than a page is a page of its own",
		why:  "if a list stops at one large job, all jobs after it are hidden",
		run: func(p *probe) {
			huge := strings.Repeat("x", storage.PageBytes+1)
			for i, doc := range []string{"small", huge, huge, "small"} {
				p.create(ref(runID(i)), runID(i), withDoc(doc))
			}
			q := storage.JobQuery{OrganizationID: org, AllTeams: true, Limit: 9}
			for _, want := range []int{2, 1, 1} {
				page, err := p.store.ListJobs(p.ctx, q)
				require.NoError(p, err)
				require.Len(p, page.Jobs, want)
				require.Equal(p, 4, page.Total)
				q.Offset += len(page.Jobs)
				require.Equal(p, q.Offset < 4, page.More)
			}
		},
	},
	{
		name: "a brief list is not cut by bytes that it does not hold",
		why:  "a list of names must not need as many reads as a list of whole jobs",
		run: func(p *probe) {
			for i := range 5 {
				p.create(ref(runID(i)), runID(i), withDoc(strings.Repeat("x", storage.PageBytes/2)))
			}
			page, err := p.store.ListJobs(p.ctx, storage.JobQuery{OrganizationID: org, AllTeams: true, Brief: true, Limit: 9})
			require.NoError(p, err)
			require.Len(p, page.Jobs, 5)
			require.False(p, page.More)
		},
	},
	{
		name: "no page is longer than the longest",
		why:  "a request may ask for any limit; the store must bound what the answer costs",
		run:  pagesOfRecords,
	},
	{
		name: "a list says whether there is more",
		why:  "a page may be shorter than its limit, so only this flag tells a caller that it has read all",
		run:  pagesSayMore,
	},
	{
		name: "jobs go on behind a position",
		why:  "when a list changes, paging by offset skips jobs and repeats others; and a larger offset costs more",
		run:  pagesBehindJobs,
	},
	{
		name: "pages over hidden runs come to an end, and lose nothing",
		why:  "until a sweep erases the runs of removed jobs, they lie between the visible ones; one request must not read them all",
		run:  pagesOverHidden,
	},
}

// pagesOfBytes reads jobs, versions, runs, ticks and events with documents of a
// quarter of a page, or a little more, each.
func pagesOfBytes(p *probe) {
	const size, each = storage.PageBytes/4 + 1000, 9
	doc := []byte(strings.Repeat("x", size))
	for n := 1; n <= each; n++ {
		run, v, t := newRun(ref("job"), n), version(ref("job"), n), tick(ref("job"), n)
		run.Doc, v.Doc, t.Doc = doc, doc, doc
		write := func(c *storage.Change) {
			c.Job.Doc, c.Job.State = []byte("small"), []byte("small")
			withRuns(run)(c)
			c.AddVersions, c.PutTicks = []storage.VersionRecord{v}, []storage.TickRecord{t}
			c.Events = []storage.EventRecord{{Doc: doc}}
		}
		if n == 1 {
			p.create(ref("job"), "key", write)
		} else {
			p.edit(ref("job"), write)
		}
	}
	lengths := map[string][]int{}
	page := func(name string, n int, more bool, err error) {
		p.Helper()
		require.NoError(p, err)
		lengths[name] = append(lengths[name], n)
		require.Equal(p, len(lengths[name]) < 3, more, "%s: pages of %v", name, lengths[name])
	}
	versions := storage.VersionQuery{JobRef: ref("job"), Limit: 100}
	ticks := storage.TickQuery{JobRef: ref("job"), Limit: 100}
	runs := []storage.RunQuery{{JobRef: ref("job"), Limit: 100}, {JobRef: ref(""), Limit: 100}}
	events := storage.EventQuery{OrganizationID: org, Limit: 100}
	for range 3 {
		v, err := p.store.ListVersions(p.ctx, versions)
		page("versions", len(v.Versions), v.More, err)
		versions.Offset += len(v.Versions)
		t, err := p.store.ListTicks(p.ctx, ticks)
		page("ticks", len(t.Ticks), t.More, err)
		ticks.Before = t.Ticks[len(t.Ticks)-1].NominalAt
		e, err := p.store.ListEvents(p.ctx, events)
		page("events", len(e.Events), e.More, err)
		events.Before = e.Events[len(e.Events)-1].Seq
		for i := range runs {
			r, err := p.store.ListRuns(p.ctx, runs[i])
			page(fmt.Sprintf("runs %d", i), len(r.Runs), r.More, err)
			runs[i].After = r.Next
		}
	}
	for i := range each { // of a job all three documents count
		p.create(ref(runID(i)), runID(i), withScopes("up"), withRuns(newRun(ref(runID(i)), 1)), func(c *storage.Change) {
			where := []*[]byte{&c.Job.Doc, &c.Job.State, &c.PutRuns[0].Doc}[i%3]
			*where = doc
		})
	}
	jobs := storage.JobQuery{OrganizationID: org, AllTeams: true, Scope: "up", Limit: 100}
	for range 3 {
		j, err := p.store.ListJobs(p.ctx, jobs)
		page("jobs", len(j.Jobs), j.More, err)
		jobs.Offset += len(j.Jobs)
	}
	for name, got := range lengths {
		require.Equal(p, []int{4, 4, 1}, got, "the lengths of the pages of %s", name)
	}
}

func pagesOfRecords(p *probe) {
	const many = storage.MaxLimit + 50
	p.create(ref("job"), "key")
	for from := 1; from <= many; from += many / 2 {
		p.edit(ref("job"), func(c *storage.Change) {
			for n := from; n < from+many/2; n++ {
				run := newRun(c.JobRef, n)
				run.ReadyAt = minute(1)
				withRuns(run)(c)
				withTicks(n)(c)
				withVersions(n)(c)
				withEvents("event")(c)
			}
		})
	}
	lengths := map[string]int{}
	more := map[string]bool{}
	for _, limit := range []int{storage.MaxLimit + 1, many, plenty} {
		for name, at := range map[string]storage.JobRef{"runs of the job": ref("job"), "runs of the organization": ref("")} {
			runs, err := p.store.ListRuns(p.ctx, storage.RunQuery{JobRef: at, Limit: limit})
			require.NoError(p, err)
			lengths[name], more[name] = len(runs.Runs), runs.More
		}
		ticks, err := p.store.ListTicks(p.ctx, storage.TickQuery{JobRef: ref("job"), Limit: limit})
		require.NoError(p, err)
		lengths["ticks"], more["ticks"] = len(ticks.Ticks), ticks.More
		versions, err := p.store.ListVersions(p.ctx, storage.VersionQuery{JobRef: ref("job"), Limit: limit})
		require.NoError(p, err)
		lengths["versions"], more["versions"] = len(versions.Versions), versions.More
		events, err := p.store.ListEvents(p.ctx, storage.EventQuery{OrganizationID: org, Limit: limit})
		require.NoError(p, err)
		lengths["events"], more["events"] = len(events.Events), events.More
		due, err := p.store.Due(p.ctx, storage.DueQuery{Kind: storage.DueReady, Until: forever, Limit: limit})
		require.NoError(p, err)
		lengths["due"], more["due"] = len(due.Items), due.More
		found := p.find(storage.FindQuery{OrganizationID: org, IDs: []string{"job"}, Brief: true, OpenRuns: limit, RecentRuns: limit})
		require.Len(p, found.Jobs[0].OpenRuns, storage.MaxLimit, "open runs of a found job")
		require.Len(p, found.Jobs[0].RecentRuns, storage.MaxLimit, "recent runs of a found job")
		for name, length := range lengths {
			require.LessOrEqual(p, length, storage.MaxLimit, name)
			require.True(p, more[name], "%s: that there is more", name)
		}
	}
	require.Len(p, p.runs(storage.RunQuery{JobRef: ref(""), Limit: plenty}), many)
	require.Len(p, p.due(storage.DueQuery{Kind: storage.DueReady, Until: forever, Limit: plenty}).Items, many)
}

// pagesSayMore reads five of everything in pages of each length. What is due
// and runs may say that there is more where there is not; nothing may say that
// there is not where there is.
func pagesSayMore(p *probe) {
	var runs []storage.RunRecord
	for n := 1; n <= 5; n++ {
		run := newRun(ref("job"), n)
		run.ReadyAt = minute(n)
		runs = append(runs, run)
		p.create(ref(runID(n)), runID(n), withTeams("red"), withScopes("key-east"), withEvents("event"))
	}
	p.create(ref("job"), "key", withRuns(runs...), withTicks(1, 2, 3, 4, 5), withVersions(1, 2, 3, 4, 5))
	for limit := 1; limit <= 6; limit++ {
		for _, q := range []storage.JobQuery{
			{AllTeams: true, Scope: "key-east"}, {TeamIDs: []string{"blue", "red"}},
			{TeamIDs: []string{"red"}, Scope: "key-east", Order: storage.ByKey},
			{TeamIDs: []string{"red"}, After: &storage.JobPosition{}}, {AllTeams: true, Scope: "key-east", After: &storage.JobPosition{}},
		} {
			q.OrganizationID, q.Limit = org, limit
			jobs, err := p.store.ListJobs(p.ctx, q)
			require.NoError(p, err)
			require.Equal(p, limit < 5, jobs.More, "jobs of %+v", q)
			require.Len(p, jobs.Jobs, min(limit, 5))
		}
		versions, err := p.store.ListVersions(p.ctx, storage.VersionQuery{JobRef: ref("job"), Limit: limit})
		require.NoError(p, err)
		require.Equal(p, limit < 5, versions.More, "versions in pages of %d", limit)
		ticks, err := p.store.ListTicks(p.ctx, storage.TickQuery{JobRef: ref("job"), Limit: limit})
		require.NoError(p, err)
		require.Equal(p, limit < 5, ticks.More, "ticks in pages of %d", limit)
		events, err := p.store.ListEvents(p.ctx, storage.EventQuery{OrganizationID: org, Limit: limit})
		require.NoError(p, err)
		require.Equal(p, limit < 5, events.More, "events in pages of %d", limit)
		for _, at := range []storage.JobRef{ref("job"), ref("")} {
			page, err := p.store.ListRuns(p.ctx, storage.RunQuery{JobRef: at, Limit: limit})
			require.NoError(p, err)
			require.True(p, page.More || limit >= 5, "runs in pages of %d", limit)
			require.Len(p, p.runs(storage.RunQuery{JobRef: at, Limit: limit}), min(limit, 5))
		}
		due, err := p.store.Due(p.ctx, storage.DueQuery{Kind: storage.DueReady, Until: forever, Limit: limit})
		require.NoError(p, err)
		require.True(p, due.More || limit >= 5, "due in pages of %d", limit)
	}
}

func pagesBehindJobs(p *probe) {
	ids := slices.Clone(names)
	for i, id := range shuffled(ids) {
		p.create(ref(id), id, withCreatedAt(minute(i%3)), withTeams([][]string{{"blue"}, {"red"}}[i%2]...), withScopes("key-east"))
	}
	for i := range 2 * 2 * 2 * 2 {
		q := storage.JobQuery{OrganizationID: org, AllTeams: i&1 == 1, TeamIDs: []string{"red", "blue"}, Limit: plenty}
		q.Order, q.Descending = storage.JobOrder(i>>1&1), i>>2&1 == 1
		if i>>3 == 1 {
			q.Scope = "key-east"
		}
		want := p.list(q).Jobs
		for n, job := range want {
			q.After = &storage.JobPosition{CreatedAt: job.CreatedAt, Key: job.Key, JobID: job.JobID}
			q.Limit, q.Offset = 3, 1<<20 // of which the position takes the place
			page, err := p.store.ListJobs(p.ctx, q)
			require.NoError(p, err)
			p.same(want[n+1:min(n+4, len(want))], page.Jobs, "behind %q: %+v", job.JobID, q)
			require.Equal(p, n+4 < len(want), page.More)
			require.Zero(p, page.Total, "nothing is counted behind a position")
		}
	}
	gone := p.job(ref("b"))
	p.remove(ref("b"))
	after := &storage.JobPosition{CreatedAt: gone.CreatedAt, Key: gone.Key, JobID: gone.JobID}
	page := p.list(storage.JobQuery{OrganizationID: org, AllTeams: true, Order: storage.ByKey, After: after, Limit: 1})
	require.Equal(p, "e\u0301", page.Jobs[0].Key, "behind a job that is gone")
}

// pagesOverHidden lets the runs of removed jobs lie before, between and behind
// those that are asked for.
func pagesOverHidden(p *probe) {
	const hidden, each = 6, 200
	var want []storage.RunRecord
	for i := range hidden {
		at := ref("gone-" + runID(i))
		p.create(at, at.JobID, func(c *storage.Change) {
			for n := 1; n <= each; n++ {
				run := newRun(at, n)
				run.CreatedAt, run.ReadyAt = minute(n), minute(n)
				withRuns(run)(c)
			}
		})
	}
	p.create(ref("stays"), "stays")
	for n := 1; n <= each; n += 50 {
		run := newRun(ref("stays"), n)
		run.ReadyAt, run.Outcome = minute(n), failed
		p.edit(ref("stays"), withRuns(run))
		run.Revision = 1
		want = append([]storage.RunRecord{run}, want...)
	}
	for i := range hidden {
		p.remove(ref("gone-" + runID(i)))
	}
	for range 2 {
		for _, limit := range []int{1, 3, 100} {
			got, err := gather(plenty, pagedRuns(p, storage.RunQuery{JobRef: ref("")}, limit))
			require.NoError(p, err)
			p.same(want, got, "runs in pages of %d", limit)
			got, err = gather(plenty, pagedRuns(p, storage.RunQuery{JobRef: ref(""), Outcomes: []storage.Outcome{failed}}, limit))
			require.NoError(p, err)
			p.same(want, got, "failed runs in pages of %d", limit)
			due := p.due(storage.DueQuery{Kind: storage.DueReady, Until: forever, Limit: limit}).Items
			require.Len(p, due, min(limit, len(want)))
		}
		p.sweep()
	}
}

// pagedRuns returns what asks for the next page of a length.
func pagedRuns(p *probe, q storage.RunQuery, limit int) func(int) ([]storage.RunRecord, bool, error) {
	q.Limit = limit
	return func(int) ([]storage.RunRecord, bool, error) {
		page, err := p.store.ListRuns(p.ctx, q)
		if err == nil && (len(page.Runs) > limit || page.More && page.Next == q.After) {
			return nil, false, errStuck
		}
		q.After = page.Next
		return page.Runs, page.More, err
	}
}
